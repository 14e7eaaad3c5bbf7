// Gradient of a dense layer by its inputs: a thread computes one value; rows are along y.

@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> inputs: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let input = id.x;
  if (input >= INPUTS) { return; }
  var sum = 0.0;
  for (var unit = 0u; unit < UNITS; unit++) {
    sum += gradient[id.y * UNITS + unit] * weight[input * UNITS + unit];
  }
  inputs[id.y * INPUTS + input] = sum;
}
