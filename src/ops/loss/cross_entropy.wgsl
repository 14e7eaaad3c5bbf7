// Softmax cross-entropy of rows of CLASSES logits, and its gradient. A thread has one row and
// leaves its loss; `mean` adds those up.

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
  let log_total = largest + log(total);
  var loss = 0.0;
  for (var i = 0u; i < CLASSES; i++) {
    let x = logits[row + i];
    let goal = targets[row + i];
    // A target of 0 must not meet an infinite logit: that product is not a number.
    if (goal != 0.0) { loss += goal * (log_total - x); }
    @if WEIGHTED == 0 {
    gradients[row + i] = (exp(x - largest) / total - goal) / f32(rows);
    @}
    @if WEIGHTED == 1 {
    gradients[row + i] = (exp(x - largest) / total - goal) * weights[id.x] / f32(rows);
    @}
  }
  @if WEIGHTED == 1 {
  loss *= weights[id.x];
  @}
  parts[id.x] = loss;
}
