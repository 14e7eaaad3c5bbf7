// Gradient of an activation function by its inputs, FUNCTION by its number in `gpu.rs`; of what was saved,
// inputs or outputs. A thread has one value.

@read saved, gradient
@write inputs
@read info: u32 // values
@include gpu/per_value
@include activation/curves

fn each(i: u32) {
  let value = saved[i];
  @if FUNCTION == 0 {
  let slope = select(0.0, 1.0, value > 0.0);
  @}
  @if FUNCTION == 1 {
  let slope = select(SLOPE, 1.0, value > 0.0);
  @}
  @if FUNCTION == 2 {
  let slope = select(1.0, value + 1.0, value < 0.0);
  @}
  @if FUNCTION == 3 {
  let found = normal_distribution(value);
  let slope = found.x + value * found.y;
  @}
  @if FUNCTION == 4 {
  let share = sigmoid(value);
  let slope = share * (1.0 + value * (1.0 - share));
  @}
  @if FUNCTION == 5 {
  let slope = 1.0 - value * value;
  @}
  @if FUNCTION == 6 {
  let slope = value * (1.0 - value);
  @}
  inputs[i] = gradient[i] * slope;
}
