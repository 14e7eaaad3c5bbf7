// BUFFERS gradients, scaled by their factors and written one after another into one buffer. A thread has one
// value.

@for b in 0..BUFFERS {
@read gradients_#{b}
@}
@read factors
@write after
@read info: u32 // the index of the first gradient; where each begins and ends in `after`

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let i = info[1] + id.y * groups.x * 64u + id.x;
  @for b in 0..BUFFERS {
  if ((i >= info[#{2 * b + 1}]) & (i < info[#{2 * b + 2}])) {
    let g = gradients_#{b}[i - info[#{2 * b + 1}]];
    @if EACH == 1 {
    after[i] = g * LIMIT / factors[info[0] + #{b}u];
    @}
    @if EACH == 0 {
    after[i] = g * factors[0];
    @}
  }
  @}
}
