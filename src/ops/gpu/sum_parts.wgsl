// Adds up parts that lie one after another, each so many values of weights and then of a bias. Their
// numbers are no constants, so that all layers share a pipeline.

@read parts
@write weights, bias
@read info: u32 // parts, weights, values of a bias

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let count = info[1];
  let step = count + info[2];
  if (id.x >= step) { return; }
  // Four sums, added at the end: one over hundreds of parts would lose digits.
  var sums = vec4(0.0);
  let whole = info[0] / 4u * 4u;
  var at = id.x;
  for (var part = 0u; part < whole; part += 4u) {
    sums += vec4(parts[at], parts[at + step], parts[at + 2u * step], parts[at + 3u * step]);
    at += 4u * step;
  }
  for (var part = whole; part < info[0]; part++) {
    sums.x += parts[at];
    at += step;
  }
  let sum = (sums.x + sums.y) + (sums.z + sums.w);
  if (id.x < count) { weights[id.x] = sum; } else { bias[id.x - count] = sum; }
}
