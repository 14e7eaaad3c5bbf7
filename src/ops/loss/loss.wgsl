// A loss that compares value by value, and its gradient. A thread has SPAN values, as far apart as there
// are threads, and leaves the sum of their losses; `mean` adds those up. KIND is a `LossKind` by number.

@read inputs, targets
@write gradients, parts
@read info: u32 // values

// A loss and its slope.
@if KIND == 1 {
fn binary_cross_entropy(x: f32, goal: f32) -> vec2<f32> {
  let tail = exp(-abs(x));
  let likely = select(tail, 1.0, x >= 0.0) / (1.0 + tail);
  return vec2(max(x, 0.0) - x * goal + log(1.0 + tail), likely - goal);
}
@}

@if KIND == 2 {
fn clipped_binary_cross_entropy(given: f32, goal: f32) -> vec2<f32> {
  let p = clamp(given, CLIP, 1.0 - CLIP);
  let q = 1.0 - p;
  let slope = select(0.0, (p - goal) / (p * q), p == given);
  return vec2(-(goal * log(p) + (1.0 - goal) * log(q)), slope);
}
@}

@if KIND == 3 {
fn squared_error(x: f32, goal: f32) -> vec2<f32> {
  let error = x - goal;
  return vec2(error * error, 2.0 * error);
}
@}

@if KIND == 4 {
fn absolute_error(x: f32, goal: f32) -> vec2<f32> {
  let error = x - goal;
  return vec2(abs(error), sign(error));
}
@}

@if KIND == 5 {
fn huber(x: f32, goal: f32) -> vec2<f32> {
  let error = x - goal;
  let size = abs(error);
  let line = vec2(DELTA * size - 0.5 * (DELTA * DELTA), DELTA * sign(error));
  return select(vec2(0.5 * (error * error), error), line, size > DELTA);
}
@}

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let count = info[0];
  var sum = 0.0;
  for (var k = 0u; k < SPAN; k++) {
    let i = k * groups.x * 64u + id.x;
    if (i < count) {
      @if KIND == 1 {
      let found = binary_cross_entropy(inputs[i], targets[i]);
      @}
      @if KIND == 2 {
      let found = clipped_binary_cross_entropy(inputs[i], targets[i]);
      @}
      @if KIND == 3 {
      let found = squared_error(inputs[i], targets[i]);
      @}
      @if KIND == 4 {
      let found = absolute_error(inputs[i], targets[i]);
      @}
      @if KIND == 5 {
      let found = huber(inputs[i], targets[i]);
      @}
      sum += found.x;
      gradients[i] = found.y / f32(count);
    }
  }
  parts[id.x] = sum;
}
