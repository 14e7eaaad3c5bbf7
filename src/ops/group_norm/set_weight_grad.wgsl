// Gradients of a normalisation over sets by gamma and beta. A workgroup has one channel.

@read x, moments, gradient
@write gammas, betas
@read info: u32 // pictures
@include gpu/tree_sum
@include group_norm/sets

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) channel: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  var sum = 0.0;
  var product = 0.0;
  for (var k = thread; k < info[0] * AREA; k += 256u) {
    let i = (k / AREA * CHANNELS + channel.x) * AREA + k % AREA;
    let which = set_of(i);
    sum += gradient[i];
    product += gradient[i] * ((x[i] - moments[2u * which]) * moments[2u * which + 1u]);
  }
  let all = tree_sum(thread, sum);
  let products = tree_sum(thread, product);
  if (thread == 0u) {
    gammas[channel.x] = products;
    betas[channel.x] = all;
  }
}
