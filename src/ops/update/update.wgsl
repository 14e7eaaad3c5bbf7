// One step of an optimizer for the weights of a network. They lie in one buffer: all values, then one kind
// of state after another. Gradients come in BUFFERS buffers, each of the weights from one place to another.
// A thread has one weight.

@read before
@for b in 0..BUFFERS {
@read gradients_#{b}
@}
@write after
// Values of the network, bits of the step size and of the learning rate, and where each buffer's weights
// begin and end.
@read info: u32
@include update/rule

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  // Buffers follow each other, but for what is between two of them.
  let i = info[3] + id.y * groups.x * 64u + id.x;
  var mine = false;
  var g = 0.0;
  @for b in 0..BUFFERS {
  if ((i >= info[#{2 * b + 3}]) & (i < info[#{2 * b + 4}])) {
    mine = true;
    g = gradients_#{b}[i - info[#{2 * b + 3}]];
  }
  @}
  if (!mine) { return; }
  var state = vec3(0.0);
  @for s in 0..STATES {
  state[#{s}] = before[i + #{s + 1}u * info[0]];
  @}
  let moved = step(before[i], g, state);
  after[i] = moved.x;
  @for s in 0..STATES {
  after[i + #{s + 1}u * info[0]] = moved[#{s + 1}];
  @}
}
