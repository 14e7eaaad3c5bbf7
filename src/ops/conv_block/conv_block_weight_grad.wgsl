// Gradients of a `conv_block` of side 3 and step 1 by its weights and bias, in parts: part p goes over rows
// p, p + PARTS and so on of all pictures' outputs. A thread has nine taps of one channel for four filters.

@read x, gradient
@if POOL > 0 {
@read masks: u32
@}
@write parts
@read info: u32 // rows, parts
@include conv_block/per_channel

const GROUPS = (FILTERS + 3u) / 4u;

fn each(f: vec4<u32>, channel: u32, part: u32) {
  @for t in 0..9 {
  var s#{t} = vec4(0.0);
  @}
  var total = vec4(0.0);
  for (var item = part; item < info[0]; item += info[1]) {
    let picture = item / OUT;
    let row = item % OUT;
    let plane = (picture * CHANNELS + channel) * SIDE * SIDE;
    let maps = ((vec4(picture * FILTERS) + f) * OUT + row) * OUT;
    @if POOL > 0 {
    let masks_at = ((picture * GROUPS + f.x / 4u) * OUT + row) * OUT;
    @}
    // What the kernel sees of a row of outputs, or of windows: before the first row or column, these
    // wrap around and are outside, too.
    @for r in 0..3 + (POOL + 1) / 2 {
    let top#{r} = row * #{1 + (POOL + 1) / 2}u + #{r}u - BEFORE;
    let line#{r} = plane + top#{r} * SIDE - BEFORE;
    @if BEFORE > 0 {
    var x#{r}_0 = 0.0;
    @}
    @if BEFORE == 0 {
    var x#{r}_0 = x[line#{r}];
    @}
    var x#{r}_1 = select(0.0, x[line#{r} + 1u], top#{r} < SIDE);
    @}
    for (var column = 0u; column < OUT; column++) {
      @if POOL == 0 {
      @for r in 0..3 {
      let x#{r}_2 = select(0.0, x[line#{r} + column + 2u], (top#{r} < SIDE) & (column + 2u - BEFORE < SIDE));
      @}
      let at = maps + column;
      let g = vec4(gradient[at.x], gradient[at.y], gradient[at.z], gradient[at.w]);
      total += g;
      @for t in 0..9 {
      s#{t} += x#{t / 3}_#{t % 3} * g;
      @}
      @for r in 0..3 {
      x#{r}_0 = x#{r}_1;
      x#{r}_1 = x#{r}_2;
      @}
      @}
      @if POOL > 0 {
      @for r in 0..4 {
      @for q in 2..4 {
      let x#{r}_#{q} = select(0.0, x[line#{r} + column * 2u + #{q}u], (top#{r} < SIDE) & (column * 2u + #{q}u - BEFORE < SIDE));
      @}
      @}
      let at = maps + column;
      let window = vec4(gradient[at.x], gradient[at.y], gradient[at.z], gradient[at.w])
      @if POOL == 2 {
        * 0.25
      @}
      ;
      let mask = vec4(masks[masks_at + column]) >> vec4(0u, 4u, 8u, 12u);
      @for position in 0..4 {
      let g#{position} = select(vec4(0.0), window, (mask & vec4(#{1 << position}u)) != vec4(0u));
      total += g#{position};
      @for t in 0..9 {
      s#{t} += x#{position / 2 + t / 3}_#{position % 2 + t % 3} * g#{position};
      @}
      @}
      @for r in 0..4 {
      x#{r}_0 = x#{r}_2;
      x#{r}_1 = x#{r}_3;
      @}
      @}
    }
  }
  let filters = lane_count(f.x, FILTERS);
  for (var i = 0u; i < filters; i++) {
    let to = taps_at(part, f.x + i, channel);
    @for t in 0..9 {
    parts[to + #{t}u] = s#{t}[i];
    @}
    if (channel == 0u) { parts[bias_at(part, f.x + i)] = total[i]; }
  }
}
