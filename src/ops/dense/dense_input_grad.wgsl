// Gradient of a dense layer by its inputs, [rows, INPUTS]. A thread sums eight rows for four inputs.

@read gradient, weight
@write inputs
@include dense/per_tile

fn each(row: u32, input: vec4<u32>, part: u32) {
  let rows = info[1];
  @for r in 0..8 {
  let line#{r} = min(row + #{r}u, rows - 1u) * UNITS;
  var s#{r} = vec4(0.0);
  @}
  for (var unit = 0u; unit < UNITS; unit++) {
    let w = input * UNITS + unit;
    let weights = vec4(weight[w.x], weight[w.y], weight[w.z], weight[w.w]);
    @for r in 0..8 {
    s#{r} += gradient[line#{r} + unit] * weights;
    @}
  }
  let count = lane_count(input.x, INPUTS);
  @for r in 0..8 {
  if (row + #{r}u < rows) {
    let to = (row + #{r}u) * INPUTS + input.x;
    for (var i = 0u; i < count; i++) { inputs[to + i] = s#{r}[i]; }
  }
  @}
}
