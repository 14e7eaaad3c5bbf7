// Gradient of `conv` by its inputs, gathered: each input adds up what the outputs that saw it send back.
// A thread sums two rows of COLUMNS neighbours for four channels in registers. Both are multiples of
// STRIDE, so that it is known which taps of which outputs saw which of them.

@read gradient, weight
@write inputs
@read info: u32 // tiles

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= info[0]) { return; }
  let column = id.x % ACROSS * COLUMNS;
  let row = id.x / ACROSS % DOWN * 2u;
  let picture = id.x / (ACROSS * DOWN);
  let c = min(vec4(id.y * 4u) + vec4(0u, 1u, 2u, 3u), vec4(CHANNELS - 1u));
  @for r in 0..2 {
  @for p in 0..COLUMNS {
  var s#{r}_#{p} = vec4(0.0);
  @}
  @}
  // Outputs are counted from KERNEL - 1 before the one that begins at the tile. Those before the first
  // row or column wrap around and are outside, too.
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
    let w = (f * CHANNELS + c) * KERNEL * KERNEL;
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
  let channels = min(4u, CHANNELS - id.y * 4u);
  let map = picture * CHANNELS + id.y * 4u;
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
