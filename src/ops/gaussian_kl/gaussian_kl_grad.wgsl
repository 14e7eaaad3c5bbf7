// Gradient of the divergence by means and the logarithms of variances, times `factor`. A thread has one of
// each.

@read x, factor
@write slopes
@read info: u32 // units of all rows, rows
@include gpu/per_value

fn each(i: u32) {
  let at = i / UNITS * 2u * UNITS + i % UNITS;
  let part = factor[0] / f32(info[1]);
  slopes[at] = part * x[at];
  slopes[at + UNITS] = 0.5 * part * (exp(x[at + UNITS]) - 1.0);
}
