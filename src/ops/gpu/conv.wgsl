// Convolution of [batch, CHANNELS, SIDE, SIDE] by [FILTERS, CHANNELS, KERNEL, KERNEL], plus bias.
// A thread computes four neighbours in a row for four filters.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const TAPS = KERNEL * KERNEL;
const STRIPS = (OUT + 3u) / 4u;
const GROUPS = (FILTERS + 3u) / 4u;

fn at(row: u32, column: i32) -> f32 {
  if (column < 0 || column >= i32(SIDE)) { return 0.0; }
  return x[row + u32(column)];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let column = id.x % STRIPS * 4u;
  let row = id.x / STRIPS % OUT;
  let group = id.x / (STRIPS * OUT);
  if (group >= GROUPS) { return; }
  let picture = id.z;
  // Past the last to_map the last one is computed again and not stored.
  let f = min(vec4(group * 4u) + vec4(0u, 1u, 2u, 3u), vec4(FILTERS - 1u));
  let begin = vec4(bias[f.x], bias[f.y], bias[f.z], bias[f.w]);
  var s0 = begin;
  var s1 = begin;
  var s2 = begin;
  var s3 = begin;
  let left = i32(column * STRIDE) - i32(BEFORE);
  let step = i32(STRIDE);
  for (var c = 0u; c < CHANNELS; c++) {
    let plane = (picture * CHANNELS + c) * SIDE * SIDE;
    for (var ky = 0u; ky < KERNEL; ky++) {
      let line = i32(row * STRIDE + ky) - i32(BEFORE);
      if (line < 0 || line >= i32(SIDE)) { continue; }
      let start_row = plane + u32(line) * SIDE;
      for (var kx = 0u; kx < KERNEL; kx++) {
        let w = (f * CHANNELS + c) * TAPS + ky * KERNEL + kx;
        let factors = vec4(weight[w.x], weight[w.y], weight[w.z], weight[w.w]);
        let start_column = left + i32(kx);
        s0 += at(start_row, start_column) * factors;
        s1 += at(start_row, start_column + step) * factors;
        s2 += at(start_row, start_column + 2 * step) * factors;
        s3 += at(start_row, start_column + 3 * step) * factors;
      }
    }
  }
  for (var i = 0u; i < 4u; i++) {
    let to_map = group * 4u + i;
    if (to_map >= FILTERS) { break; }
    let to = ((picture * FILTERS + to_map) * OUT + row) * OUT + column;
    y[to] = s0[i];
    if (column + 1u < OUT) { y[to + 1u] = s1[i]; }
    if (column + 2u < OUT) { y[to + 2u] = s2[i]; }
    if (column + 3u < OUT) { y[to + 3u] = s3[i]; }
  }
}
