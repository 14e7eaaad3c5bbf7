// A loss that compares value by value, and its gradient. A workgroup has 1024 values and leaves
// the sum of their losses; `mean` adds those up. KIND is a `LossKind` by number.

@group(0) @binding(0) var<storage, read> inputs: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;
@group(0) @binding(4) var<storage, read> info: array<u32>; // values

// A loss and its slope.
fn binary_cross_entropy(x: f32, goal: f32) -> vec2<f32> {
  let tail = exp(-abs(x));
  let likely = select(tail, 1.0, x >= 0.0) / (1.0 + tail);
  return vec2(max(x, 0.0) - x * goal + log(1.0 + tail), likely - goal);
}

fn clipped_binary_cross_entropy(given: f32, goal: f32) -> vec2<f32> {
  let p = clamp(given, CLIP, 1.0 - CLIP);
  let q = 1.0 - p;
  let slope = select(0.0, (p - goal) / (p * q), p == given);
  return vec2(-(goal * log(p) + (1.0 - goal) * log(q)), slope);
}

fn squared_error(x: f32, goal: f32) -> vec2<f32> {
  let error = x - goal;
  return vec2(error * error, 2.0 * error);
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let count = info[0];
  var sum = 0.0;
  for (var k = 0u; k < 4u; k++) {
    let i = group.x * 1024u + k * 256u + thread;
    if (i >= count) { break; }
    var found = vec2(0.0);
    if (KIND == 1u) { found = binary_cross_entropy(inputs[i], targets[i]); }
    if (KIND == 2u) { found = clipped_binary_cross_entropy(inputs[i], targets[i]); }
    if (KIND == 3u) { found = squared_error(inputs[i], targets[i]); }
    sum += found.x;
    gradients[i] = found.y / f32(count);
  }
  let total = tree_sum(thread, sum);
  if (thread == 0u) { parts[group.x] = total; }
}
