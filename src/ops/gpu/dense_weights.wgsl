// Gradient of a dense layer by its weights, [INPUTS, UNITS]: a thread computes one value; inputs
// are along y.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read> info: array<u32>; // rows

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let unit = id.x;
  if (unit >= UNITS) { return; }
  var sum = 0.0;
  for (var row = 0u; row < info[0]; row++) {
    sum += x[row * INPUTS + id.y] * gradient[row * UNITS + unit];
  }
  weights[id.y * UNITS + unit] = sum;
}
