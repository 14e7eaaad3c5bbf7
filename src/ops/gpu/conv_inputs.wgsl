// Gradient of a convolution by its inputs, gathered: each input adds up what the outputs that saw
// it send back. A thread computes four neighbours in a row for four channels.

@group(0) @binding(0) var<storage, read> gradient: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> inputs: array<f32>;

const TAPS = KERNEL * KERNEL;
const STRIPS = (SIDE + 3u) / 4u;
const GROUPS = (CHANNELS + 3u) / 4u;

// The output that sees `place` through tap `k`, or OUT if there is none.
fn seen(place: u32, k: u32) -> u32 {
  let moved = place + BEFORE;
  if (moved < k || (moved - k) % STRIDE != 0u) { return OUT; }
  return min((moved - k) / STRIDE, OUT);
}

fn at(row: u32, column: u32) -> f32 {
  if (column >= OUT) { return 0.0; }
  return gradient[row + column];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = id.x % STRIPS * 4u;
  let row = id.x / STRIPS % SIDE;
  let group = id.x / (STRIPS * SIDE);
  if (group >= GROUPS) { return; }
  let picture = id.z;
  let c = min(vec4(group * 4u) + vec4(0u, 1u, 2u, 3u), vec4(CHANNELS - 1u));
  var s0 = vec4(0.0);
  var s1 = vec4(0.0);
  var s2 = vec4(0.0);
  var s3 = vec4(0.0);
  for (var f = 0u; f < FILTERS; f++) {
    let plane = (picture * FILTERS + f) * OUT * OUT;
    for (var ky = 0u; ky < KERNEL; ky++) {
      let line = seen(row, ky);
      if (line >= OUT) { continue; }
      let start_row = plane + line * OUT;
      for (var kx = 0u; kx < KERNEL; kx++) {
        let w = (f * CHANNELS + c) * TAPS + ky * KERNEL + kx;
        let factors = vec4(weight[w.x], weight[w.y], weight[w.z], weight[w.w]);
        s0 += at(start_row, seen(column, kx)) * factors;
        s1 += at(start_row, seen(column + 1u, kx)) * factors;
        s2 += at(start_row, seen(column + 2u, kx)) * factors;
        s3 += at(start_row, seen(column + 3u, kx)) * factors;
      }
    }
  }
  for (var i = 0u; i < 4u; i++) {
    let channel = group * 4u + i;
    if (channel >= CHANNELS) { break; }
    let to = ((picture * CHANNELS + channel) * SIDE + row) * SIDE + column;
    inputs[to] = s0[i];
    if (column + 1u < SIDE) { inputs[to + 1u] = s1[i]; }
    if (column + 2u < SIDE) { inputs[to + 2u] = s2[i]; }
    if (column + 3u < SIDE) { inputs[to + 3u] = s3[i]; }
  }
}
