// Gradients of a `conv_block` without pooling by its weights and bias, in parts: part p goes over pictures p,
// p + PARTS and so on. A thread has all taps of one channel for four filters.

@read x, gradient
@write parts
@read info: u32 // pictures, parts
@include conv_block/per_channel

fn each(f: vec4<u32>, channel: u32, part: u32) {
  @for t in 0..KERNEL * KERNEL {
  var s#{t} = vec4(0.0);
  @}
  var total = vec4(0.0);
  for (var picture = part; picture < info[0]; picture += info[1]) {
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
  let filters = lane_count(f.x, FILTERS);
  for (var i = 0u; i < filters; i++) {
    let to = taps_at(part, f.x + i, channel);
    @for t in 0..KERNEL * KERNEL {
    parts[to + #{t}u] = s#{t}[i];
    @}
    if (channel == 0u) { parts[bias_at(part, f.x + i)] = total[i]; }
  }
}
