// Gradient of samples of normal distributions by their means and the logarithms of their variances. A
// thread has one of each.

@read x, noise, gradient
@write slopes
@read info: u32 // values of the samples
@include gpu/per_value

fn each(i: u32) {
  let at = i / UNITS * 2u * UNITS + i % UNITS;
  slopes[at] = gradient[i];
  slopes[at + UNITS] = 0.5 * exp(0.5 * x[at + UNITS]) * noise[i] * gradient[i];
}
