// `conv_block` without pooling of a map whose values each become a 2x2 window first, [pictures, CHANNELS,
// LOW, LOW] to [pictures, FILTERS, 2 LOW, 2 LOW], with a border of one. The larger map is not made:
// two of three neighbours in it are the same, so that their weights are added beforehand and four
// products of nine are left, as in `kernels`' upsample_conv. A thread sums the sixteen outputs of two by
// two inputs for four filters.

@read x, weight, bias
@write y
@read info: u32 // tiles


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= info[0]) { return; }
  let column = id.x % ACROSS * 2u;
  let row = id.x / ACROSS % DOWN * 2u;
  let picture = id.x / (ACROSS * DOWN);
  // Past the last filter the last one is computed again and not stored.
  let f = min(vec4(id.y * 4u) + vec4(0u, 1u, 2u, 3u), vec4(FILTERS - 1u));
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
    @for t in 0..9 {
    let w#{t} = vec4(weight[w.x + #{t}u], weight[w.y + #{t}u], weight[w.z + #{t}u], weight[w.w + #{t}u]);
    @}
    @for k in 0..3 {
    let row#{k}_0 = w#{3 * k + 2};
    let row#{k}_1 = w#{3 * k + 1} + w#{3 * k + 2};
    let row#{k}_2 = w#{3 * k} + w#{3 * k + 1};
    let row#{k}_3 = w#{3 * k};
    @}
    @for v in 0..4 {
    let sum0_#{v} = row2_#{v};
    let sum1_#{v} = row1_#{v} + row2_#{v};
    let sum2_#{v} = row0_#{v} + row1_#{v};
    let sum3_#{v} = row0_#{v};
    @}
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
  let filters = min(4u, FILTERS - id.y * 4u);
  let map = picture * FILTERS + id.y * 4u;
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
