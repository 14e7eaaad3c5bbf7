// One step of Adam for the weights of a network, as `kernels::adam` has it. They lie in one buffer: all
// values, then all first moments, then all second ones. Gradients come in BUFFERS buffers, each of the
// weights from one place to another. A thread has one weight.

@read before
@for b in 0..BUFFERS {
@read gradients_#{b}
@}
@write after
// Values of the network, bits of the step size, and where each buffer's weights begin and end.
@read info: u32

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  // Buffers follow each other, but for what is between two of them.
  let i = info[2] + id.y * groups.x * 64u + id.x;
  var mine = false;
  var g = 0.0;
  @for b in 0..BUFFERS {
  if ((i >= info[#{2 * b + 2}]) & (i < info[#{2 * b + 3}])) {
    mine = true;
    g = gradients_#{b}[i - info[#{2 * b + 2}]];
  }
  @}
  if (!mine) { return; }
  let first = i + info[0];
  let second = first + info[0];
  let m = before[first] + (g - before[first]) * FIRST_RATE;
  let v = before[second] + (g * g - before[second]) * SECOND_RATE;
  after[i] = before[i] - m * bitcast<f32>(info[1]) / (sqrt(v) + EPSILON);
  after[first] = m;
  after[second] = v;
}
