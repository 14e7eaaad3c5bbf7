// Gradients of a dense layer by its weights, [INPUTS, UNITS], and bias, [UNITS]. A thread sums eight
// inputs for four units over all rows.

@read x, gradient
@write weights, bias
@include dense/per_tile

fn each(input: u32, unit: vec4<u32>, part: u32) {
  @for i in 0..8 {
  let index#{i} = min(input + #{i}u, INPUTS - 1u);
  var s#{i} = vec4(0.0);
  @}
  var total = vec4(0.0);
  for (var row = 0u; row < info[1]; row++) {
    let at = vec4(row * UNITS) + unit;
    let g = vec4(gradient[at.x], gradient[at.y], gradient[at.z], gradient[at.w]);
    total += g;
    let line = row * INPUTS;
    @for i in 0..8 {
    s#{i} += x[line + index#{i}] * g;
    @}
  }
  let units = lane_count(unit.x, UNITS);
  @for i in 0..8 {
  if (input + #{i}u < INPUTS) {
    let to = (input + #{i}u) * UNITS + unit.x;
    for (var k = 0u; k < units; k++) { weights[to + k] = s#{i}[k]; }
  }
  @}
  if (input == 0u) {
    for (var k = 0u; k < units; k++) { bias[unit.x + k] = total[k]; }
  }
}
