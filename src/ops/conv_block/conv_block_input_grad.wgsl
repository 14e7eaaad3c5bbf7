// Gradient of `conv_block` by its inputs, [pictures, CHANNELS, SIDE, SIDE], gathered: what each input's
// nine outputs send back. Gradients are those of the output; where it is pooled, masks tell through
// which position of a window they flow. A thread sums two rows of COLUMNS neighbours for four
// channels.

@read gradient, weight
@if POOL > 0 {
@read masks: u32
@}
@write inputs
@read info: u32 // tiles

const GROUPS = (FILTERS + 3u) / 4u;

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
  @if POOL == 0 {
  // Of the outputs from two before the first one that saw the tile on. Before the first row or
  // column, these wrap around and are outside, too.
  @for i in 0..4 {
  let top#{i} = row + #{i}u + BEFORE - 2u;
  @}
  @for j in 0..COLUMNS + 2 {
  let left#{j} = column + #{j}u + BEFORE - 2u;
  @}
  for (var f = 0u; f < FILTERS; f++) {
    let plane = (picture * FILTERS + f) * OUT * OUT;
    @for i in 0..4 {
    @for j in 0..COLUMNS + 2 {
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
    @for i in 0..4 {
    @for j in 0..COLUMNS + 2 {
    let g#{i}_#{j} = select(0.0, window#{(i + BEFORE) / 2}_#{(j + BEFORE) / 2},
      (mask#{(i + BEFORE) / 2}_#{(j + BEFORE) / 2} & #{1 << (i + BEFORE) % 2 * 2 + (j + BEFORE) % 2}u) != 0u);
    @}
    @}
  @}
    let w = (f * CHANNELS + c) * 9u;
    @for t in 0..9 {
    let w#{t} = vec4(weight[w.x + #{t}u], weight[w.y + #{t}u], weight[w.z + #{t}u], weight[w.w + #{t}u]);
    @for r in 0..2 {
    @for p in 0..COLUMNS {
    s#{r}_#{p} += g#{r + 2 - t / 3}_#{p + 2 - t % 3} * w#{t};
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
