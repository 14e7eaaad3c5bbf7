// `conv_block` without pooling of a map whose values each become a 2x2 window first, [pictures, CHANNELS,
// LOW, LOW] to [pictures, FILTERS, 2 LOW, 2 LOW], with a border of one. The larger map is not made:
// two of three neighbours in it are the same, so that their weights are added beforehand and four
// products of nine are left, as in `kernels`' upsample_conv. A thread sums the sixteen outputs of two by
// two inputs for four filters.

@read x, weight, bias
@write y
@include conv_block/per_tile

fn each(picture: u32, f: vec4<u32>, row: u32, column: u32) {
  let begin = vec4(bias[f.x], bias[f.y], bias[f.z], bias[f.w]);
  @for r in 0..4 {
  @for p in 0..4 {
  var s#{r}_#{p} = begin;
  @}
  // Before the first row or column, these wrap around and are outside, too.
  let top#{r} = row + #{r}u - 1u;
  let left#{r} = column + #{r}u - 1u;
  @}
  for (var c = 0u; c < CHANNELS; c++) {
    let plane = (picture * CHANNELS + c) * LOW * LOW;
    @for r in 0..4 {
    @for p in 0..4 {
    let x#{r}_#{p} = select(0.0, x[plane + top#{r} * LOW + left#{p}], (top#{r} < LOW) & (left#{p} < LOW));
    @}
    @}
    let w = (f * CHANNELS + c) * 9u;
    @include conv_block/upsample_weights
    @for r in 0..4 {
    @for p in 0..4 {
    @for i in 0..2 {
    @for j in 0..2 {
    s#{r}_#{p} += x#{r / 2 + r % 2 + i}_#{p / 2 + p % 2 + j} * sum#{3 - r % 2 - 2 * i}_#{3 - p % 2 - 2 * j};
    @}
    @}
    @}
    @}
  }
  let filters = lane_count(f.x, FILTERS);
  let map = picture * FILTERS + f.x;
  @for r in 0..4 {
  @for p in 0..4 {
  if ((row * 2u + #{r}u < OUT) & (column * 2u + #{p}u < OUT)) {
    @if RELU > 0 {
    let found = max(s#{r}_#{p}, vec4(0.0));
    @}
    @if RELU == 0 {
    let found = s#{r}_#{p};
    @}
    for (var i = 0u; i < filters; i++) {
      y[((map + i) * OUT + row * 2u + #{r}u) * OUT + column * 2u + #{p}u] = found[i];
    }
  }
  @}
  @}
}
