// An activation function of each value, FUNCTION by its number in `gpu.rs`. A thread has one value.

@read x
@write y
@read info: u32 // values
@include gpu/per_value
@include activation/curves

fn each(i: u32) {
  let value = x[i];
  @if FUNCTION == 0 {
  y[i] = select(value, 0.0, value < 0.0);
  @}
  @if FUNCTION == 1 {
  y[i] = select(value, value * SLOPE, value < 0.0);
  @}
  @if FUNCTION == 2 {
  y[i] = select(value, exp_m1(min(value, 0.0)), value < 0.0);
  @}
  @if FUNCTION == 3 {
  y[i] = value * normal_distribution(value).x;
  @}
  @if FUNCTION == 4 {
  y[i] = value * sigmoid(value);
  @}
  @if FUNCTION == 5 {
  y[i] = hyperbolic_tangent(value);
  @}
  @if FUNCTION == 6 {
  y[i] = sigmoid(value);
  @}
}
