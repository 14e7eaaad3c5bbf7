// Gradients of `conv` by its weights, in parts: part p goes over rows p, p + parts and so on of the output,
// of all pictures. A thread has up to four taps of a row of the kernel, of a channel for four filters.
// SHARED: whether these are of one group.

@read x, gradient
@write parts
@read info: u32 // rows of all pictures, parts
@include gpu/lanes

const QUADS = (KERNEL_W + 3u) / 4u;
const WEIGHTS = FILTERS * OWN_CHANNELS * KERNEL_H * KERNEL_W;

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let thread = id.y * groups.x * 64u + id.x;
  let first = thread / (QUADS * KERNEL_H * OWN_CHANNELS) * 4u;
  if (first >= FILTERS) { return; }
  let kx = thread % QUADS * 4u;
  let ky = thread / QUADS % KERNEL_H;
  let c = thread / (QUADS * KERNEL_H) % OWN_CHANNELS;
  let f = lanes(first, FILTERS);
  let channels = f / OWN_FILTERS * OWN_CHANNELS + c;
  @for t in 0..4 {
  var s#{t} = vec4(0.0);
  @}
  for (var r = id.z; r < info[0]; r += info[1]) {
    let row = r % OUT_H;
    let picture = r / OUT_H;
    // Before the first row or column, these wrap around and are outside, too.
    let top = row * STRIDE_H + ky * DILATION_H - BEFORE_H;
    if (top >= HEIGHT) { continue; }
    let lines = ((vec4(picture * CHANNELS) + channels) * HEIGHT + top) * WIDTH;
    let maps = ((vec4(picture * FILTERS) + f) * OUT_H + row) * OUT_W;
    for (var column = 0u; column < OUT_W; column++) {
      let at = maps + column;
      let g = vec4(gradient[at.x], gradient[at.y], gradient[at.z], gradient[at.w]);
      @for t in 0..4 {
      let left#{t} = column * STRIDE_W + (kx + #{t}u) * DILATION_W - BEFORE_W;
      let from#{t} = lines + min(left#{t}, WIDTH - 1u);
      @if SHARED > 0 {
      s#{t} += select(0.0, x[from#{t}.x], left#{t} < WIDTH) * g;
      @}
      @if SHARED == 0 {
      let x#{t} = vec4(x[from#{t}.x], x[from#{t}.y], x[from#{t}.z], x[from#{t}.w]);
      s#{t} += select(vec4(0.0), x#{t}, left#{t} < WIDTH) * g;
      @}
      @}
    }
  }
  let filters = lane_count(first, FILTERS);
  for (var i = 0u; i < filters; i++) {
    let to = id.z * WEIGHTS + (((first + i) * OWN_CHANNELS + c) * KERNEL_H + ky) * KERNEL_W + kx;
    @for t in 0..4 {
    if (kx + #{t}u < KERNEL_W) { parts[to + #{t}u] = s#{t}[i]; }
    @}
  }
}
