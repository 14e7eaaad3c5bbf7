// L1 and L2 penalties on weights. A thread has SPAN of them, as far apart as there are threads, and leaves
// their sum; `mean` adds those up.

@read weights
@write parts
@read info: u32 // weights, bits of L1's factor, bits of L2's

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  var sizes = 0.0;
  var squares = 0.0;
  for (var k = 0u; k < SPAN; k++) {
    let i = k * groups.x * 64u + id.x;
    if (i < info[0]) {
      sizes += abs(weights[i]);
      squares += weights[i] * weights[i];
    }
  }
  parts[id.x] = bitcast<f32>(info[1]) * sizes + bitcast<f32>(info[2]) * squares;
}
