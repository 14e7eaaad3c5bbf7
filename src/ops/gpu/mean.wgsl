// The sum of some values, divided by a number, by one workgroup.

@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read> info: array<u32>; // values, divisor

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
  var sum = 0.0;
  for (var i = thread; i < info[0]; i += 256u) { sum += parts[i]; }
  let total = tree_sum(thread, sum);
  if (thread == 0u) { mean[0] = total / f32(info[1]); }
}
