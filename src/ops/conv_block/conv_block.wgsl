// A convolution of [pictures, CHANNELS, SIDE, SIDE] by [FILTERS, CHANNELS, KERNEL, KERNEL] in steps of
// STRIDE with what follows it: bias, a relu if RELU, and POOL (0 nothing, 1 the largest, 2 the mean of
// 2x2). PADDED: whether there is a border. A thread sums two rows of COLUMNS neighbours for four filters
// in registers; what it reads of a row serves all taps. Conditions are joined by `&`, which does not
// branch.

@read x, weight, bias
@write y
@if POOL > 0 {
// Through which of a window's four positions gradients flow: four bits for each of four filters.
@write masks: u32
@}
@include conv_block/per_tile

const GROUPS = (FILTERS + 3u) / 4u;

fn each(picture: u32, f: vec4<u32>, row: u32, column: u32) {
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
    @if PADDED > 0 {
    let x#{r}_#{p} = select(0.0, x[line#{r} + left#{p}], (top#{r} < SIDE) & (left#{p} < SIDE));
    @}
    @if PADDED == 0 {
    let x#{r}_#{p} = x[line#{r} + left#{p}];
    @}
    @}
    @}
    let w = (f * CHANNELS + c) * (KERNEL * KERNEL);
    @for t in 0..KERNEL * KERNEL {
    let w#{t} = vec4(weight[w.x + #{t}u], weight[w.y + #{t}u], weight[w.z + #{t}u], weight[w.w + #{t}u]);
    @for r in 0..2 {
    @for p in 0..COLUMNS {
    s#{r}_#{p} += x#{r * STRIDE + t / KERNEL}_#{p * STRIDE + t % KERNEL} * w#{t};
    @}
    @}
    @}
  }
  let filters = lane_count(f.x, FILTERS);
  let map = picture * FILTERS + f.x;
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
    masks[(picture * GROUPS + f.x / 4u) * OUT * OUT + at] =
      mask.x + (mask.y << 4u) + (mask.z << 8u) + (mask.w << 12u);
  }
  @}
  @}
}
