// Sums of squares of BUFFERS gradients. A workgroup has SPAN values of one of them for each of its threads,
// and leaves its sum.

@for b in 0..BUFFERS {
@read gradients_#{b}
@}
@write parts
// Where in `parts` the first workgroup writes; of each gradient, its values and the workgroup that begins it.
@read info: u32
@include gpu/tree_sum

@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let own = group.y * groups.x + group.x;
  var sum = 0.0;
  @for b in 0..BUFFERS {
  if ((own >= info[#{2 * b + 2}]) & (own < info[#{2 * b + 4}])) {
    let start = (own - info[#{2 * b + 2}]) * SPAN * 256u + thread;
    for (var k = 0u; k < SPAN; k++) {
      let i = start + k * 256u;
      if (i < info[#{2 * b + 1}]) {
        let g = gradients_#{b}[i];
        sum += g * g;
      }
    }
  }
  @}
  let total = tree_sum(thread, sum);
  if ((thread == 0u) & (own < info[#{2 * BUFFERS + 2}])) { parts[info[0] + own] = total; }
}
