// Gradients of `upsample_conv` by its weights and bias, in parts: part p goes over rows p, p + PARTS and so
// on of all pictures' inputs. A thread has one filter and four channels: the sixteen sums of weights that
// `upsample_conv` takes, from which those of the nine weights follow.

@read x, gradient
@write parts
@read info: u32 // rows, parts
@include conv_block/weight_parts

const GROUPS = (CHANNELS + 3u) / 4u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let group = id.x % GROUPS;
  let filter_ = id.x / GROUPS;
  if (filter_ >= FILTERS) { return; }
  let c = lanes(group * 4u, CHANNELS);
  @for u in 0..4 {
  @for v in 0..4 {
  var sum#{u}_#{v} = vec4(0.0);
  @}
  @}
  var total = 0.0;
  for (var item = id.z; item < info[0]; item += info[1]) {
    let picture = item / LOW;
    let row = item % LOW;
    let planes = ((vec4(picture * CHANNELS) + c) * LOW + row) * LOW;
    let map = (picture * FILTERS + filter_) * OUT * OUT;
    // Before the first row, this wraps around and is outside, too.
    @for u in 0..4 {
    let top#{u} = row * 2u + #{u}u - 1u;
    let line#{u} = map + top#{u} * OUT - 1u;
    var g#{u}_0 = 0.0;
    var g#{u}_1 = select(0.0, gradient[line#{u} + 1u], top#{u} < OUT);
    @}
    for (var column = 0u; column < LOW; column++) {
      @for u in 0..4 {
      @for v in 2..4 {
      let g#{u}_#{v} = select(0.0, gradient[line#{u} + column * 2u + #{v}u], (top#{u} < OUT) & (column * 2u + #{v - 1}u < OUT));
      @}
      @}
      let at = planes + column;
      let value = vec4(x[at.x], x[at.y], x[at.z], x[at.w]);
      @for u in 0..4 {
      @for v in 0..4 {
      sum#{u}_#{v} += value * g#{u}_#{v};
      @}
      @}
      total += (g1_1 + g1_2) + (g2_1 + g2_2);
      @for u in 0..4 {
      g#{u}_0 = g#{u}_2;
      g#{u}_1 = g#{u}_3;
      @}
    }
  }
  @for u in 0..4 {
  let row#{u}_0 = sum#{u}_2 + sum#{u}_3;
  let row#{u}_1 = sum#{u}_1 + sum#{u}_2;
  let row#{u}_2 = sum#{u}_0 + sum#{u}_1;
  @}
  @for k in 0..3 {
  let w0_#{k} = row2_#{k} + row3_#{k};
  let w1_#{k} = row1_#{k} + row2_#{k};
  let w2_#{k} = row0_#{k} + row1_#{k};
  @}
  let channels = lane_count(c.x, CHANNELS);
  for (var i = 0u; i < channels; i++) {
    let to = taps_at(id.z, filter_, c.x + i);
    @for t in 0..9 {
    parts[to + #{t}u] = w#{t / 3}_#{t % 3}[i];
    @}
  }
  if (group == 0u) { parts[bias_at(id.z, filter_)] = total; }
}
