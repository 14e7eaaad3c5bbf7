// Convolution of [pictures, CHANNELS, SIDE, SIDE] by [FILTERS, CHANNELS, KERNEL, KERNEL] in steps of
// STRIDE, plus bias, then a relu if RELU. A thread sums two rows of COLUMNS neighbours for four filters in registers.

@read x, weight, bias
@write y
@read info: u32 // tiles

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= info[0]) { return; }
  let column = id.x % ACROSS * COLUMNS;
  let row = id.x / ACROSS % DOWN * 2u;
  let picture = id.x / (ACROSS * DOWN);
  // Past the last filter the last one is computed again and not stored.
  let f = min(vec4(id.y * 4u) + vec4(0u, 1u, 2u, 3u), vec4(FILTERS - 1u));
  let begin = vec4(bias[f.x], bias[f.y], bias[f.z], bias[f.w]);
  @for r in 0..2 {
  @for p in 0..COLUMNS {
  var s#{r}_#{p} = begin;
  @}
  @}
  // Before the first row or column, these wrap around and are outside, too.
  @for r in 0..STRIDE + KERNEL {
  let top#{r} = row * STRIDE + #{r}u - BEFORE;
  @}
  @for p in 0..(COLUMNS - 1) * STRIDE + KERNEL {
  let left#{p} = column * STRIDE + #{p}u - BEFORE;
  @}
  for (var c = 0u; c < CHANNELS; c++) {
    let plane = (picture * CHANNELS + c) * SIDE * SIDE;
    @for r in 0..STRIDE + KERNEL {
    let line#{r} = plane + top#{r} * SIDE;
    @for p in 0..(COLUMNS - 1) * STRIDE + KERNEL {
    let x#{r}_#{p} = select(0.0, x[line#{r} + left#{p}], (top#{r} < SIDE) & (left#{p} < SIDE));
    @}
    @}
    let w = (f * CHANNELS + c) * KERNEL * KERNEL;
    @for t in 0..KERNEL * KERNEL {
    let w#{t} = vec4(weight[w.x + #{t}u], weight[w.y + #{t}u], weight[w.z + #{t}u], weight[w.w + #{t}u]);
    @for r in 0..2 {
    @for p in 0..COLUMNS {
    s#{r}_#{p} += x#{r * STRIDE + t / KERNEL}_#{p * STRIDE + t % KERNEL} * w#{t};
    @}
    @}
    @}
  }
  let filters = min(4u, FILTERS - id.y * 4u);
  let map = picture * FILTERS + id.y * 4u;
  @for r in 0..2 {
  @for p in 0..COLUMNS {
  if ((row + #{r}u < OUT) & (column + #{p}u < OUT)) {
    for (var i = 0u; i < filters; i++) {
      @if RELU > 0 {
      y[((map + i) * OUT + row + #{r}u) * OUT + column + #{p}u] = max(s#{r}_#{p}[i], 0.0);
      @}
      @if RELU == 0 {
      y[((map + i) * OUT + row + #{r}u) * OUT + column + #{p}u] = s#{r}_#{p}[i];
      @}
    }
  }
  @}
  @}
}
