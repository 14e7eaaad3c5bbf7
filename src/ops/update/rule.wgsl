// How a step moves a weight and what its optimizer keeps of it, as `kernels::update` has it: the weight and
// its state before, the gradient given; weight and state after. RULE is a `Rule` by number.

fn mean(before: f32, found: f32, rate: f32) -> f32 { return before + (found - before) * rate; }

fn step(weight: f32, given: f32, state: vec3<f32>) -> vec4<f32> {
  var w = weight;
  var g = given;
  let size = bitcast<f32>(info[1]);
  @if CLIPPED == 1 {
  g = clamp(g, -CLIP_VALUE, CLIP_VALUE);
  @}
  @if DECAYED == 1 {
  w -= w * WEIGHT_DECAY * bitcast<f32>(info[2]);
  @}
  @if RULE == 0 {
  return vec4(w - g * size, state);
  @}
  @if RULE == 1 {
  let m = state.x * MOMENTUM - g * size;
  @if NESTEROV == 0 {
  return vec4(w + m, m, state.yz);
  @}
  @if NESTEROV == 1 {
  return vec4(w + (m * MOMENTUM - g * size), m, state.yz);
  @}
  @}
  @if RULE == 2 {
  let m = mean(state.x, g, FIRST_RATE);
  let v = mean(state.y, g * g, SECOND_RATE);
  @if STATES == 2 {
  return vec4(w - m * size / (sqrt(v) + EPSILON), m, v, state.z);
  @}
  @if STATES == 3 {
  let most = max(state.z, v);
  return vec4(w - m * size / (sqrt(most) + EPSILON), m, v, most);
  @}
  @}
  @if RULE == 3 {
  var after = state;
  after.x = RHO * state.x + REST * (g * g);
  var below = after.x;
  @if CENTERED == 1 {
  let average = RHO * state[AVERAGE] + REST * g;
  after[AVERAGE] = average;
  below -= average * average;
  @}
  var change = size * g / sqrt(below + EPSILON);
  @if LAST == 1 {
  change += MOMENTUM * state.y;
  after.y = change;
  @}
  return vec4(w - change, after);
  @}
  @if RULE == 4 {
  let sum = state.x + g * g;
  return vec4(w - size * g / sqrt(sum + EPSILON), sum, state.yz);
  @}
  @if RULE == 5 {
  let direction = state.x * BETA_1 + g * (1.0 - BETA_1);
  let m = state.x * BETA_2 + g * (1.0 - BETA_2);
  return vec4(w - size * sign(direction), m, state.yz);
  @}
}
