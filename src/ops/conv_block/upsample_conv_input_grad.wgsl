// Gradient of `upsample_conv` by its inputs, [pictures, CHANNELS, LOW, LOW]: a convolution of side 4 and
// step 2 of the outputs' gradients, by sums of weights. A thread sums two rows of four neighbours for
// four channels.

@read gradient, weight
@write inputs
@read info: u32 // tiles


@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= info[0]) { return; }
  let column = id.x % ACROSS * 4u;
  let row = id.x / ACROSS % DOWN * 2u;
  let picture = id.x / (ACROSS * DOWN);
  let c = min(vec4(id.y * 4u) + vec4(0u, 1u, 2u, 3u), vec4(CHANNELS - 1u));
  @for r in 0..2 {
  @for p in 0..4 {
  var s#{r}_#{p} = vec4(0.0);
  @}
  @}
  // Before the first row or column, these wrap around and are outside, too.
  @for i in 0..6 {
  let top#{i} = row * 2u + #{i}u - 1u;
  @}
  @for j in 0..10 {
  let left#{j} = column * 2u + #{j}u - 1u;
  @}
  for (var f = 0u; f < FILTERS; f++) {
    let plane = (picture * FILTERS + f) * OUT * OUT;
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
    @for i in 0..6 {
    @for j in 0..10 {
    let g#{i}_#{j} = select(0.0, gradient[plane + top#{i} * OUT + left#{j}], (top#{i} < OUT) & (left#{j} < OUT));
    @}
    @}
    @for r in 0..2 {
    @for p in 0..4 {
    @for u in 0..4 {
    @for v in 0..4 {
    s#{r}_#{p} += g#{2 * r + u}_#{2 * p + v} * sum#{u}_#{v};
    @}
    @}
    @}
    @}
  }
  let channels = min(4u, CHANNELS - id.y * 4u);
  let map = picture * CHANNELS + id.y * 4u;
  @for r in 0..2 {
  @for p in 0..4 {
  if ((row + #{r}u < LOW) & (column + #{p}u < LOW)) {
    for (var i = 0u; i < channels; i++) {
      inputs[((map + i) * LOW + row + #{r}u) * LOW + column + #{p}u] = s#{r}_#{p}[i];
    }
  }
  @}
  @}
}
