// Adds up parts that lie one after another, each COUNT values of weights and FILTERS of a bias.

@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> bias: array<f32>;
@group(0) @binding(3) var<storage, read> info: array<u32>; // parts

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= COUNT + FILTERS) { return; }
  // Four sums, added at the end: one over hundreds of parts would lose digits.
  var sums = vec4(0.0);
  let whole = info[0] / 4u * 4u;
  var at = id.x;
  for (var part = 0u; part < whole; part += 4u) {
    sums += vec4(parts[at], parts[at + COUNT + FILTERS], parts[at + 2u * (COUNT + FILTERS)],
      parts[at + 3u * (COUNT + FILTERS)]);
    at += 4u * (COUNT + FILTERS);
  }
  for (var part = whole; part < info[0]; part++) {
    sums.x += parts[at];
    at += COUNT + FILTERS;
  }
  let sum = (sums.x + sums.y) + (sums.z + sums.w);
  if (id.x < COUNT) { weights[id.x] = sum; } else { bias[id.x - COUNT] = sum; }
}
