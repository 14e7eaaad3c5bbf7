// A convolution of [pictures, CHANNELS, HEIGHT, WIDTH] by [FILTERS, OWN_CHANNELS, KERNEL_H, KERNEL_W] to
// [pictures, FILTERS, OUT_H, OUT_W], in groups of OWN_CHANNELS and OWN_FILTERS. A thread sums four
// neighbours of a row for four filters. SHARED: whether these are of one group.

@read x, weight
@if BIAS > 0 {
@read bias
@}
@write y
@read info: u32 // tiles
@include conv/tiles

const TILES = (OUT_W + 3u) / 4u;

fn each(tile: u32, quad: u32) {
  let column = tile % TILES * 4u;
  let row = tile / TILES % OUT_H;
  let picture = tile / (TILES * OUT_H);
  let f = lanes(quad * 4u, FILTERS);
  let planes = vec4(picture * CHANNELS) + f / OWN_FILTERS * OWN_CHANNELS;
  @for p in 0..4 {
  @if BIAS > 0 {
  var s#{p} = vec4(bias[f.x], bias[f.y], bias[f.z], bias[f.w]);
  @}
  @if BIAS == 0 {
  var s#{p} = vec4(0.0);
  @}
  @}
  for (var c = 0u; c < OWN_CHANNELS; c++) {
    let weights = (f * OWN_CHANNELS + c) * (KERNEL_H * KERNEL_W);
    for (var ky = 0u; ky < KERNEL_H; ky++) {
      // Before the first row or column, these wrap around and are outside, too.
      let top = row * STRIDE_H + ky * DILATION_H - BEFORE_H;
      if (top >= HEIGHT) { continue; }
      let lines = ((planes + c) * HEIGHT + top) * WIDTH;
      for (var kx = 0u; kx < KERNEL_W; kx++) {
        let at = weights + ky * KERNEL_W + kx;
        let w = vec4(weight[at.x], weight[at.y], weight[at.z], weight[at.w]);
        @for p in 0..4 {
        let left#{p} = (column + #{p}u) * STRIDE_W + kx * DILATION_W - BEFORE_W;
        let from#{p} = lines + min(left#{p}, WIDTH - 1u);
        @if SHARED > 0 {
        s#{p} += select(0.0, x[from#{p}.x], left#{p} < WIDTH) * w;
        @}
        @if SHARED == 0 {
        let x#{p} = vec4(x[from#{p}.x], x[from#{p}.y], x[from#{p}.z], x[from#{p}.w]);
        s#{p} += select(vec4(0.0), x#{p}, left#{p} < WIDTH) * w;
        @}
        @}
      }
    }
  }
  let filters = lane_count(f.x, FILTERS);
  let map = picture * FILTERS + f.x;
  @for p in 0..4 {
  if (column + #{p}u < OUT_W) {
    @if RELU > 0 {
    let found#{p} = max(s#{p}, vec4(0.0));
    @}
    @if RELU == 0 {
    let found#{p} = s#{p};
    @}
    for (var i = 0u; i < filters; i++) {
      y[((map + i) * OUT_H + row) * OUT_W + column + #{p}u] = found#{p}[i];
    }
  }
  @}
}
