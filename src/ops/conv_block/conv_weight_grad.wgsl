// Gradients of a convolution by its weights and bias, in parts: part p goes over pictures p, p + PARTS
// and so on, and leaves [FILTERS, CHANNELS, KERNEL, KERNEL] and [FILTERS] one after another. A thread
// has all taps of one channel for four filters. `sum_parts` adds up the parts.

@read x, gradient
@write parts
@read info: u32 // pictures, parts

const TAPS = KERNEL * KERNEL;
const GROUPS = (FILTERS + 3u) / 4u;
const COUNT = FILTERS * CHANNELS * TAPS;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let channel = id.x % CHANNELS;
  let group = id.x / CHANNELS;
  if (group >= GROUPS) { return; }
  let f = min(vec4(group * 4u) + vec4(0u, 1u, 2u, 3u), vec4(FILTERS - 1u));
  @for t in 0..KERNEL * KERNEL {
  var s#{t} = vec4(0.0);
  @}
  var total = vec4(0.0);
  for (var picture = id.z; picture < info[0]; picture += info[1]) {
    let plane = (picture * CHANNELS + channel) * SIDE * SIDE;
    let maps = (vec4(picture * FILTERS) + f) * OUT * OUT;
    for (var row = 0u; row < OUT; row++) {
      for (var column = 0u; column < OUT; column++) {
        let at = maps + row * OUT + column;
        let g = vec4(gradient[at.x], gradient[at.y], gradient[at.z], gradient[at.w]);
        total += g;
        // Before the first row or column, these wrap around and are outside, too.
        @for k in 0..KERNEL {
        let top#{k} = row * STRIDE + #{k}u - BEFORE;
        let left#{k} = column * STRIDE + #{k}u - BEFORE;
        @}
        @for t in 0..KERNEL * KERNEL {
        s#{t} += select(0.0, x[plane + top#{t / KERNEL} * SIDE + left#{t % KERNEL}], (top#{t / KERNEL} < SIDE) & (left#{t % KERNEL} < SIDE)) * g;
        @}
      }
    }
  }
  let filters = min(4u, FILTERS - group * 4u);
  let start = id.z * (COUNT + FILTERS);
  for (var i = 0u; i < filters; i++) {
    let to = start + ((group * 4u + i) * CHANNELS + channel) * TAPS;
    @for t in 0..KERNEL * KERNEL {
    parts[to + #{t}u] = s#{t}[i];
    @}
    if (channel == 0u) { parts[start + COUNT + group * 4u + i] = total[i]; }
  }
}
