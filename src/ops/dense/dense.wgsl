// [rows, INPUTS] times [INPUTS, UNITS], in parts of SPAN inputs each, [parts, rows, UNITS]: `dense_sum`
// adds them up. A thread sums eight rows for four units.

@read x, weight
@write parts
@include dense/per_tile

fn each(row: u32, unit: vec4<u32>, part: u32) {
  let rows = info[1];
  @for r in 0..8 {
  let line#{r} = min(row + #{r}u, rows - 1u) * INPUTS;
  var s#{r} = vec4(0.0);
  @}
  let end = min((part + 1u) * SPAN, INPUTS);
  for (var i = part * SPAN; i < end; i++) {
    let w = vec4(i * UNITS) + unit;
    let weights = vec4(weight[w.x], weight[w.y], weight[w.z], weight[w.w]);
    @for r in 0..8 {
    s#{r} += x[line#{r} + i] * weights;
    @}
  }
  let units = lane_count(unit.x, UNITS);
  @for r in 0..8 {
  if (row + #{r}u < rows) {
    let to = (part * rows + row + #{r}u) * UNITS + unit.x;
    for (var i = 0u; i < units; i++) { parts[to + i] = s#{r}[i]; }
  }
  @}
}
