// From sums of squares to what the gradients are scaled by: a workgroup has one gradient, or the only one all
// of them. EACH says which: each gradient by LIMIT and then this; or all by this alone.

@read parts
@write factors
@read info: u32 // where each gradient's parts begin, and where the last one's end
@include gpu/tree_sum

@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3<u32>,
) {
  var sum = 0.0;
  for (var i = info[group.x] + thread; i < info[group.x + 1u]; i += 256u) { sum += parts[i]; }
  let norm = sqrt(tree_sum(thread, sum));
  if (thread == 0u) {
    @if EACH == 1 {
    factors[group.x] = max(norm, LIMIT);
    @}
    @if EACH == 0 {
    factors[group.x] = LIMIT * min(1.0 / norm, 1.0 / LIMIT) + (norm - norm);
    @}
  }
}
