// Gradients of a dense layer by its weights, [INPUTS, UNITS], and bias, [UNITS]. A thread sums eight
// inputs for four units over all rows.

@read x, gradient
@write weights, bias
@read info: u32 // rows

const GROUPS = (UNITS + 3u) / 4u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let group = id.x % GROUPS;
  let input = id.x / GROUPS * 8u;
  if (input >= INPUTS) { return; }
  let unit = min(vec4(group * 4u) + vec4(0u, 1u, 2u, 3u), vec4(UNITS - 1u));
  // Past the last input or unit the last one is computed again and not stored.
  @for i in 0..8 {
  let index#{i} = min(input + #{i}u, INPUTS - 1u);
  var s#{i} = vec4(0.0);
  @}
  var total = vec4(0.0);
  for (var row = 0u; row < info[0]; row++) {
    let at = vec4(row * UNITS) + unit;
    let g = vec4(gradient[at.x], gradient[at.y], gradient[at.z], gradient[at.w]);
    total += g;
    let line = row * INPUTS;
    @for i in 0..8 {
    s#{i} += x[line + index#{i}] * g;
    @}
  }
  let units = min(4u, UNITS - group * 4u);
  @for i in 0..8 {
  if (input + #{i}u < INPUTS) {
    for (var k = 0u; k < units; k++) { weights[(input + #{i}u) * UNITS + group * 4u + k] = s#{i}[k]; }
  }
  @}
  if (input == 0u) {
    for (var k = 0u; k < units; k++) { bias[group * 4u + k] = total[k]; }
  }
}
