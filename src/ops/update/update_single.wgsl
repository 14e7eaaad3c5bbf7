// One step of an optimizer for a tensor of weights, whose next values go where the buffer of the whole
// network has them. A thread has one weight.

@read weights, gradient
@for s in 0..STATES {
@read state_#{s}
@}
@write after
// Weights, bits of the step size and of the learning rate, where the weights begin in `after`, and values
// of the network.
@read info: u32
@include gpu/per_value
@include update/rule

fn each(i: u32) {
  var state = vec3(0.0);
  @for s in 0..STATES {
  state[#{s}] = state_#{s}[i];
  @}
  let moved = step(weights[i], gradient[i], state);
  let at = info[3] + i;
  after[at] = moved.x;
  @for s in 0..STATES {
  after[at + #{s + 1}u * info[4]] = moved[#{s + 1}];
  @}
}
