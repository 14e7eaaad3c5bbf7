// `1 / (1 + exp(-x))`, without overflow. A thread has one value.

@read x
@write y
@read info: u32 // values
@include gpu/per_value

fn each(i: u32) {
  let tail = exp(-abs(x[i]));
  y[i] = select(tail, 1.0, x[i] >= 0.0) / (1.0 + tail);
}
