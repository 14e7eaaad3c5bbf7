// Sum of each channel of [pictures, CHANNELS, AREA]. A workgroup has one channel.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<storage, read> info: array<u32>; // pictures

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) channel: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  var sum = 0.0;
  for (var i = thread; i < info[0] * AREA; i += 256u) {
    sum += x[(i / AREA * CHANNELS + channel.x) * AREA + i % AREA];
  }
  let total = tree_sum(thread, sum);
  if (thread == 0u) { sums[channel.x] = total; }
}
