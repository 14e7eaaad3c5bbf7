// The sum of some values, divided by a number, by one workgroup.

@read parts
@write mean
@read info: u32 // values, divisor
@include gpu/tree_sum

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
  var sum = 0.0;
  for (var i = thread; i < info[0]; i += 256u) { sum += parts[i]; }
  let total = tree_sum(thread, sum);
  if (thread == 0u) { mean[0] = total / f32(info[1]); }
}
