// What a dense layer gives, [rows, UNITS], of the parts that `dense` left: their sum plus bias, then a
// relu if RELU. A thread computes one value.

@read parts, bias
@write y
@read info: u32 // values of y

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= info[0]) { return; }
  var sum = bias[id.x % UNITS];
  for (var part = 0u; part < PARTS; part++) { sum += parts[part * info[0] + id.x]; }
  @if RELU > 0 {
  sum = max(sum, 0.0);
  @}
  y[id.x] = sum;
}
