// Gradient of a dense layer by its inputs, [rows, INPUTS]. A thread sums eight rows for four inputs.

@read gradient, weight
@write inputs
@read info: u32 // rows

const GROUPS = (INPUTS + 3u) / 4u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let group = id.x % GROUPS;
  let row = id.x / GROUPS * 8u;
  if (row >= info[0]) { return; }
  let input = min(vec4(group * 4u) + vec4(0u, 1u, 2u, 3u), vec4(INPUTS - 1u));
  // Past the last row or input the last one is computed again and not stored.
  @for r in 0..8 {
  let line#{r} = min(row + #{r}u, info[0] - 1u) * UNITS;
  var s#{r} = vec4(0.0);
  @}
  for (var unit = 0u; unit < UNITS; unit++) {
    let w = input * UNITS + unit;
    let weights = vec4(weight[w.x], weight[w.y], weight[w.z], weight[w.w]);
    @for r in 0..8 {
    s#{r} += gradient[line#{r} + unit] * weights;
    @}
  }
  let count = min(4u, INPUTS - group * 4u);
  @for r in 0..8 {
  if (row + #{r}u < info[0]) {
    let to = (row + #{r}u) * INPUTS + group * 4u;
    for (var i = 0u; i < count; i++) { inputs[to + i] = s#{r}[i]; }
  }
  @}
}
