// Gradient of `upsample_conv` by its inputs, [pictures, CHANNELS, LOW, LOW]: a convolution of side 4 and
// step 2 of the outputs' gradients, by sums of weights. A thread sums two rows of four neighbours for
// four channels.

@read gradient, weight
@write inputs
@include conv_block/per_tile

fn each(picture: u32, c: vec4<u32>, row: u32, column: u32) {
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
    @include conv_block/upsample_weights
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
  let channels = lane_count(c.x, CHANNELS);
  let map = picture * CHANNELS + c.x;
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
