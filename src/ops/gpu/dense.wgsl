// [rows, INPUTS] times [INPUTS, UNITS], plus bias. A thread computes one value; rows are along y.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let unit = id.x;
  if (unit >= UNITS) { return; }
  // Four sums, added at the end: a single one over thousands of inputs would lose digits.
  var sums = vec4(0.0);
  let row = id.y * INPUTS;
  let whole = INPUTS / 4u * 4u;
  for (var i = 0u; i < whole; i += 4u) {
    let values = vec4(x[row + i], x[row + i + 1u], x[row + i + 2u], x[row + i + 3u]);
    let w = i * UNITS + unit;
    sums += values
      * vec4(weight[w], weight[w + UNITS], weight[w + 2u * UNITS], weight[w + 3u * UNITS]);
  }
  for (var i = whole; i < INPUTS; i++) {
    sums.x += x[row + i] * weight[i * UNITS + unit];
  }
  y[id.y * UNITS + unit] = (sums.x + sums.y) + (sums.z + sums.w) + bias[unit];
}
