// The sum of each channel of [pictures, CHANNELS, HEIGHT, WIDTH] over all pictures, by a workgroup.

@read x
@write sums
@read info: u32 // pictures
@include gpu/tree_sum

@compute @workgroup_size(256)
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3<u32>,
) {
  var sum = 0.0;
  for (var picture = 0u; picture < info[0]; picture++) {
    let plane = (picture * CHANNELS + group.x) * (HEIGHT * WIDTH);
    var part = 0.0;
    for (var i = thread; i < HEIGHT * WIDTH; i += 256u) { part += x[plane + i]; }
    sum += part;
  }
  let total = tree_sum(thread, sum);
  if (thread == 0u) { sums[group.x] = total; }
}
