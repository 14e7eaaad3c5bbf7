// The gradient of `conv` by its inputs, [pictures, CHANNELS, HEIGHT, WIDTH], gathered from that of its
// outputs: also a transposed convolution, with bias and relu. A thread sums four values of a row, STRIDE_W
// apart so that they meet the same taps, for four channels. SHARED: whether these are of one group.

@read gradient, weight
@if BIAS > 0 {
@read bias
@}
@write inputs
@read info: u32 // tiles
@include conv/tiles

// Steps that are added so that no number is negative where it is divided: signed remainders are wrong on
// some drivers.
const LIFT_H = KERNEL_H * DILATION_H;
const LIFT_W = KERNEL_W * DILATION_W;
const TILES = ((WIDTH + STRIDE_W - 1u) / STRIDE_W + 3u) / 4u;

fn each(tile: u32, quad: u32) {
  let residue = tile % STRIDE_W;
  let column = tile / STRIDE_W % TILES * 4u;
  let row = tile / (STRIDE_W * TILES) % HEIGHT;
  let picture = tile / (STRIDE_W * TILES * HEIGHT);
  let c = lanes(quad * 4u, CHANNELS);
  let groups = c / OWN_CHANNELS;
  @for p in 0..4 {
  @if BIAS > 0 {
  var s#{p} = vec4(bias[c.x], bias[c.y], bias[c.z], bias[c.w]);
  @}
  @if BIAS == 0 {
  var s#{p} = vec4(0.0);
  @}
  @}
  for (var f = 0u; f < OWN_FILTERS; f++) {
    let filters = groups * OWN_FILTERS + f;
    let weights = (filters * OWN_CHANNELS + c % OWN_CHANNELS) * (KERNEL_H * KERNEL_W);
    for (var ky = 0u; ky < KERNEL_H; ky++) {
      let down = row + BEFORE_H + LIFT_H * STRIDE_H - ky * DILATION_H;
      // Before the first row or column, these wrap around and are outside, too.
      let from_row = down / STRIDE_H - LIFT_H;
      if ((down % STRIDE_H != 0u) | (from_row >= OUT_H)) { continue; }
      let lines = ((vec4(picture * FILTERS) + filters) * OUT_H + from_row) * OUT_W;
      for (var kx = 0u; kx < KERNEL_W; kx++) {
        let across = residue + BEFORE_W + LIFT_W * STRIDE_W - kx * DILATION_W;
        if (across % STRIDE_W != 0u) { continue; }
        let first = across / STRIDE_W - LIFT_W + column;
        let at = weights + ky * KERNEL_W + kx;
        let w = vec4(weight[at.x], weight[at.y], weight[at.z], weight[at.w]);
        @for p in 0..4 {
        let from#{p} = lines + min(first + #{p}u, OUT_W - 1u);
        @if SHARED > 0 {
        s#{p} += select(0.0, gradient[from#{p}.x], first + #{p}u < OUT_W) * w;
        @}
        @if SHARED == 0 {
        let g#{p} = vec4(gradient[from#{p}.x], gradient[from#{p}.y], gradient[from#{p}.z], gradient[from#{p}.w]);
        s#{p} += select(vec4(0.0), g#{p}, first + #{p}u < OUT_W) * w;
        @}
        @}
      }
    }
  }
  let channels = lane_count(c.x, CHANNELS);
  let map = picture * CHANNELS + c.x;
  @for p in 0..4 {
  let at#{p} = residue + (column + #{p}u) * STRIDE_W;
  if (at#{p} < WIDTH) {
    @if RELU > 0 {
    let found#{p} = max(s#{p}, vec4(0.0));
    @}
    @if RELU == 0 {
    let found#{p} = s#{p};
    @}
    for (var i = 0u; i < channels; i++) {
      inputs[((map + i) * HEIGHT + row) * WIDTH + at#{p}] = found#{p}[i];
    }
  }
  @}
}
