// Gradient of L1 and L2 penalties by the weights, times `factor`. A thread has one value.

@read weights, factor
@write slopes
@read info: u32 // weights, bits of L1's factor, bits of L2's
@include gpu/per_value

fn each(i: u32) {
  let slope = bitcast<f32>(info[1]) * sign(weights[i]) + 2.0 * bitcast<f32>(info[2]) * weights[i];
  slopes[i] = factor[0] * slope;
}
