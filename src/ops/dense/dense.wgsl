// [rows, INPUTS] times [INPUTS, UNITS], in parts of SPAN inputs each, [parts, rows, UNITS]: `dense_sum`
// adds them up. A thread sums eight rows for four units.

@read x, weight
@write parts
@read info: u32 // rows

const GROUPS = (UNITS + 3u) / 4u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let group = id.x % GROUPS;
  let row = id.x / GROUPS * 8u;
  if (row >= info[0]) { return; }
  let unit = min(vec4(group * 4u) + vec4(0u, 1u, 2u, 3u), vec4(UNITS - 1u));
  // Past the last row or unit the last one is computed again and not stored.
  @for r in 0..8 {
  let line#{r} = min(row + #{r}u, info[0] - 1u) * INPUTS;
  var s#{r} = vec4(0.0);
  @}
  let end = min((id.z + 1u) * SPAN, INPUTS);
  for (var i = id.z * SPAN; i < end; i++) {
    let w = vec4(i * UNITS) + unit;
    let weights = vec4(weight[w.x], weight[w.y], weight[w.z], weight[w.w]);
    @for r in 0..8 {
    s#{r} += x[line#{r} + i] * weights;
    @}
  }
  let units = min(4u, UNITS - group * 4u);
  @for r in 0..8 {
  if (row + #{r}u < info[0]) {
    let to = (id.z * info[0] + row + #{r}u) * UNITS + group * 4u;
    for (var i = 0u; i < units; i++) { parts[to + i] = s#{r}[i]; }
  }
  @}
}
