// Keras' categorical hinge of the softmax of rows of CLASSES logits, and its gradient by these. A thread has
// one row and leaves its loss; `mean` adds those up.

@read logits, targets
@if WEIGHTED == 1 {
@read weights
@}
@write gradients, parts
@read info: u32 // rows

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let rows = info[0];
  if (id.x >= rows) { return; }
  let row = id.x * CLASSES;
  var largest = logits[row];
  for (var i = 1u; i < CLASSES; i++) { largest = max(largest, logits[row + i]); }
  var total = 0.0;
  for (var i = 0u; i < CLASSES; i++) { total += exp(logits[row + i] - largest); }
  // The probability of the label, and the largest other one.
  var own = 0.0;
  var other = 0u;
  var most = -1.0;
  for (var i = 0u; i < CLASSES; i++) {
    let p = exp(logits[row + i] - largest) / total;
    let goal = targets[row + i];
    own += goal * p;
    if ((1.0 - goal) * p > most) {
      most = (1.0 - goal) * p;
      other = i;
    }
  }
  let loss = most - own + 1.0;
  var weight = 1.0;
  @if WEIGHTED == 1 {
  weight = weights[id.x];
  @}
  let scale = select(0.0, weight / f32(rows), loss > 0.0);
  for (var i = 0u; i < CLASSES; i++) {
    let p = exp(logits[row + i] - largest) / total;
    let goal = targets[row + i];
    let slope = select(0.0, 1.0 - goal, i == other) - goal;
    // Through the softmax: the mean slope is taken off.
    gradients[row + i] = p * (slope - (most - own)) * scale;
  }
  parts[id.x] = max(loss, 0.0) * weight;
}
