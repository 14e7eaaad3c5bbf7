// Values times one number. A thread has one value.

@read x, factor
@write y
@read info: u32 // values
@include gpu/per_value

fn each(i: u32) {
  y[i] = x[i] * factor[0];
}
