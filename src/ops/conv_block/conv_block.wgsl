// A 3x3 convolution of step 1 of [pictures, CHANNELS, SIDE, SIDE] by [FILTERS, CHANNELS, 3, 3] with
// what follows it: bias, a relu if RELU, and POOL (0 nothing, 1 the largest, 2 the mean of 2x2). A
// thread sums two rows of COLUMNS neighbours for four filters in registers; what it reads of a row
// serves three taps. Conditions are joined by `&`, which does not branch.

@read x, weight, bias
@write y
@if POOL > 0 {
// Through which of a window's four positions gradients flow: four bits for each of four filters.
@write masks: u32
@}
@read info: u32 // tiles

const GROUPS = (FILTERS + 3u) / 4u;

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
  @for r in 0..4 {
  let top#{r} = row + #{r}u - BEFORE;
  @}
  @for p in 0..COLUMNS + 2 {
  let left#{p} = column + #{p}u - BEFORE;
  @}
  for (var c = 0u; c < CHANNELS; c++) {
    let plane = (picture * CHANNELS + c) * SIDE * SIDE;
    @for r in 0..4 {
    let line#{r} = plane + top#{r} * SIDE;
    @for p in 0..COLUMNS + 2 {
    @if BEFORE > 0 {
    let x#{r}_#{p} = select(0.0, x[line#{r} + left#{p}], (top#{r} < SIDE) & (left#{p} < SIDE));
    @}
    @if BEFORE == 0 {
    let x#{r}_#{p} = x[line#{r} + left#{p}];
    @}
    @}
    @}
    let w = (f * CHANNELS + c) * 9u;
    @for t in 0..9 {
    let w#{t} = vec4(weight[w.x + #{t}u], weight[w.y + #{t}u], weight[w.z + #{t}u], weight[w.w + #{t}u]);
    @for r in 0..2 {
    @for p in 0..COLUMNS {
    s#{r}_#{p} += x#{r + t / 3}_#{p + t % 3} * w#{t};
    @}
    @}
    @}
  }
  let filters = min(4u, FILTERS - id.y * 4u);
  let map = picture * FILTERS + id.y * 4u;
  @if POOL == 0 {
  @for r in 0..2 {
  @for p in 0..COLUMNS {
  if ((row + #{r}u < OUT) & (column + #{p}u < OUT)) {
    @if RELU > 0 {
    let found = max(s#{r}_#{p}, vec4(0.0));
    @}
    @if RELU == 0 {
    let found = s#{r}_#{p};
    @}
    for (var i = 0u; i < filters; i++) {
      y[((map + i) * OUT + row + #{r}u) * OUT + column + #{p}u] = found[i];
    }
  }
  @}
  @}
  @}
  @if POOL > 0 {
  @for q in 0..COLUMNS / 2 {
  if (column / 2u + #{q}u < OUT) {
    @if RELU > 0 {
    let a = max(s0_#{2 * q}, vec4(0.0));
    let b = max(s0_#{2 * q + 1}, vec4(0.0));
    let c = max(s1_#{2 * q}, vec4(0.0));
    let d = max(s1_#{2 * q + 1}, vec4(0.0));
    @}
    @if RELU == 0 {
    let a = s0_#{2 * q};
    let b = s0_#{2 * q + 1};
    let c = s1_#{2 * q};
    let d = s1_#{2 * q + 1};
    @}
    @if POOL == 1 {
    let found = max(max(a, b), max(c, d));
    // The first of the largest values, as in TensorFlow.
    var mask = select(vec4(8u), vec4(4u), c == found);
    mask = select(mask, vec4(2u), b == found);
    mask = select(mask, vec4(1u), a == found);
    @if RELU > 0 {
    mask = select(vec4(0u), mask, found > vec4(0.0));
    @}
    @}
    @if POOL == 2 {
    let found = ((a + b) + (c + d)) * 0.25;
    @if RELU > 0 {
    let mask = vec4<u32>(a > vec4(0.0)) + 2u * vec4<u32>(b > vec4(0.0))
      + 4u * vec4<u32>(c > vec4(0.0)) + 8u * vec4<u32>(d > vec4(0.0));
    @}
    @if RELU == 0 {
    let mask = vec4(15u);
    @}
    @}
    let at = row / 2u * OUT + column / 2u + #{q}u;
    for (var i = 0u; i < filters; i++) { y[(map + i) * OUT * OUT + at] = found[i]; }
    masks[(picture * GROUPS + id.y) * OUT * OUT + at] =
      mask.x + (mask.y << 4u) + (mask.z << 8u) + (mask.w << 12u);
  }
  @}
  @}
}
