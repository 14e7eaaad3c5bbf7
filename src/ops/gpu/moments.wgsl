// Mean and biased variance of each channel of [pictures, CHANNELS, AREA], as [2, CHANNELS]. A
// workgroup has one channel. Two passes, because the difference of two means of squares would
// lose what a small variance is made of.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> found: array<f32>;
@group(0) @binding(2) var<storage, read> info: array<u32>; // pictures

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) channel: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let count = info[0] * AREA;
  var sum = 0.0;
  for (var i = thread; i < count; i += 256u) {
    sum += x[(i / AREA * CHANNELS + channel.x) * AREA + i % AREA];
  }
  let mean = tree_sum(thread, sum) / f32(count);
  var squares = 0.0;
  for (var i = thread; i < count; i += 256u) {
    let error = x[(i / AREA * CHANNELS + channel.x) * AREA + i % AREA] - mean;
    squares += error * error;
  }
  let variance = tree_sum(thread, squares) / f32(count);
  if (thread == 0u) {
    found[channel.x] = mean;
    found[CHANNELS + channel.x] = variance;
  }
}
