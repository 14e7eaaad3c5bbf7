// Samples of normal distributions, whose rows of x are UNITS means and then the logarithms of UNITS
// variances. A thread has one value of a sample.

@read x, noise
@write y
@read info: u32 // values
@include gpu/per_value

fn each(i: u32) {
  let at = i / UNITS * 2u * UNITS + i % UNITS;
  y[i] = x[at] + exp(0.5 * x[at + UNITS]) * noise[i];
}
