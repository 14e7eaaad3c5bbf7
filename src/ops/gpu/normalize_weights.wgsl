// Gradients of batch normalisation by gamma and beta. A workgroup has one channel.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> moments: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> gammas: array<f32>;
@group(0) @binding(4) var<storage, read_write> betas: array<f32>;
@group(0) @binding(5) var<storage, read> info: array<u32>; // pictures

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) channel: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let mean = moments[channel.x];
  let scale = 1.0 / sqrt(moments[CHANNELS + channel.x] + EPSILON);
  var sum = 0.0;
  var product = 0.0;
  for (var i = thread; i < info[0] * AREA; i += 256u) {
    let place = (i / AREA * CHANNELS + channel.x) * AREA + i % AREA;
    sum += gradient[place];
    product += (x[place] - mean) * scale * gradient[place];
  }
  let beta = tree_sum(thread, sum);
  let gamma = tree_sum(thread, product);
  if (thread == 0u) {
    betas[channel.x] = beta;
    gammas[channel.x] = gamma;
  }
}
