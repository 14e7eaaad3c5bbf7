// Gradient of `conv_block` by its inputs, [pictures, CHANNELS, SIDE, SIDE], gathered: each input adds up
// what the outputs that saw it send back. Gradients are those of the output; where it is pooled, which
// only blocks of side 3 and step 1 are, masks tell through which position of a window they flow. A thread
// sums two rows of COLUMNS neighbours for four channels. Both are multiples of STRIDE, so that it is known
// which taps of which outputs saw which of them. Rows and columns of outputs are counted from KERNEL - 1
// before the one that begins at the tile, i and j; those before the first wrap around and are outside, too.

@read gradient, weight
@if POOL > 0 {
@read masks: u32
@}
@write inputs
@include conv_block/per_tile

const GROUPS = (FILTERS + 3u) / 4u;

fn each(picture: u32, c: vec4<u32>, row: u32, column: u32) {
  @for r in 0..2 {
  @for p in 0..COLUMNS {
  var s#{r}_#{p} = vec4(0.0);
  @}
  @}
  @if POOL == 0 {
  @for i in (BEFORE + (KERNEL - 1) * (STRIDE - 1)) / STRIDE..(1 + BEFORE + (KERNEL - 1) * STRIDE) / STRIDE + 1 {
  let top#{i} = row / STRIDE + #{i}u - (KERNEL - 1u);
  @}
  @for j in (BEFORE + (KERNEL - 1) * (STRIDE - 1)) / STRIDE..(COLUMNS - 1 + BEFORE + (KERNEL - 1) * STRIDE) / STRIDE + 1 {
  let left#{j} = column / STRIDE + #{j}u - (KERNEL - 1u);
  @}
  for (var f = 0u; f < FILTERS; f++) {
    let plane = (picture * FILTERS + f) * OUT * OUT;
    @for i in (BEFORE + (KERNEL - 1) * (STRIDE - 1)) / STRIDE..(1 + BEFORE + (KERNEL - 1) * STRIDE) / STRIDE + 1 {
    @for j in (BEFORE + (KERNEL - 1) * (STRIDE - 1)) / STRIDE..(COLUMNS - 1 + BEFORE + (KERNEL - 1) * STRIDE) / STRIDE + 1 {
    let g#{i}_#{j} = select(0.0, gradient[plane + top#{i} * OUT + left#{j}], (top#{i} < OUT) & (left#{j} < OUT));
    @}
    @}
  @}
  @if POOL > 0 {
  // The windows that these outputs are in.
  @for i in 0..2 + BEFORE {
  let top#{i} = row / 2u + #{i}u - 1u;
  @}
  @for j in 0..COLUMNS / 2 + 1 + BEFORE {
  let left#{j} = column / 2u + #{j}u - 1u;
  @}
  for (var f = 0u; f < FILTERS; f++) {
    let plane = (picture * FILTERS + f) * OUT * OUT;
    let masks_at = (picture * GROUPS + f / 4u) * OUT * OUT;
    let shift = f % 4u * 4u;
    @for i in 0..2 + BEFORE {
    @for j in 0..COLUMNS / 2 + 1 + BEFORE {
    let at#{i}_#{j} = top#{i} * OUT + left#{j};
    let mask#{i}_#{j} = select(0u, masks[masks_at + at#{i}_#{j}] >> shift, (top#{i} < OUT) & (left#{j} < OUT));
    let window#{i}_#{j} = gradient[plane + at#{i}_#{j}]
    @if POOL == 2 {
      * 0.25
    @}
    ;
    @}
    @}
    @for i in BEFORE..BEFORE + 4 {
    @for j in BEFORE..BEFORE + COLUMNS + 2 {
    let g#{i}_#{j} = select(0.0, window#{i / 2}_#{j / 2}, (mask#{i / 2}_#{j / 2} & #{1 << i % 2 * 2 + j % 2}u) != 0u);
    @}
    @}
  @}
    let w = (f * CHANNELS + c) * (KERNEL * KERNEL);
    @for ky in 0..KERNEL {
    @for kx in 0..KERNEL {
    let w#{ky}_#{kx} = vec4(weight[w.x + #{ky * KERNEL + kx}u], weight[w.y + #{ky * KERNEL + kx}u],
      weight[w.z + #{ky * KERNEL + kx}u], weight[w.w + #{ky * KERNEL + kx}u]);
    @for r in 0..2 {
    @if (r + BEFORE + KERNEL * STRIDE - ky) % STRIDE == 0 {
    @for p in 0..COLUMNS {
    @if (p + BEFORE + KERNEL * STRIDE - kx) % STRIDE == 0 {
    s#{r}_#{p} += g#{(r + BEFORE - ky + (KERNEL - 1) * STRIDE) / STRIDE}_#{(p + BEFORE - kx + (KERNEL - 1) * STRIDE) / STRIDE} * w#{ky}_#{kx};
    @}
    @}
    @}
    @}
    @}
    @}
  }
  let channels = lane_count(c.x, CHANNELS);
  let map = picture * CHANNELS + c.x;
  @for r in 0..2 {
  @for p in 0..COLUMNS {
  if ((row + #{r}u < SIDE) & (column + #{p}u < SIDE)) {
    for (var i = 0u; i < channels; i++) {
      inputs[((map + i) * SIDE + row + #{r}u) * SIDE + column + #{p}u] = s#{r}_#{p}[i];
    }
  }
  @}
  @}
}
