// Gradients where a relu let its values through, which its outputs tell; zero elsewhere. A thread has
// one value.

@read outputs, gradient
@write passed
@read info: u32 // values
@include gpu/per_value

fn each(i: u32) {
  passed[i] = select(0.0, gradient[i], outputs[i] > 0.0);
}
