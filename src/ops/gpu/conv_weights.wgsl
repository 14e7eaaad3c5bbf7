// Gradient of a 3x3 convolution by its weights, in parts: part p adds up pictures p, p + PARTS and
// so on. A thread has nine taps of one channel for four filters. `sum_parts` adds up the parts.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;
@group(0) @binding(3) var<storage, read> info: array<u32>; // pictures, parts

const GROUPS = (FILTERS + 3u) / 4u;

// Three neighbours of a row of x, zero outside.
fn three(plane: u32, line: i32, column: i32) -> vec3<f32> {
  if (line < 0 || line >= i32(SIDE)) { return vec3(0.0); }
  let start = i32(plane) + line * i32(SIDE) + column;
  var found = vec3(0.0);
  if (column >= 0) { found.x = x[start]; }
  if (column >= -1 && column + 1 < i32(SIDE)) { found.y = x[start + 1]; }
  if (column + 2 < i32(SIDE)) { found.z = x[start + 2]; }
  return found;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let channel = id.x % CHANNELS;
  let group = id.x / CHANNELS;
  if (group >= GROUPS) { return; }
  let f = min(vec4(group * 4u) + vec4(0u, 1u, 2u, 3u), vec4(FILTERS - 1u));
  var s00 = vec4(0.0); var s01 = vec4(0.0); var s02 = vec4(0.0);
  var s10 = vec4(0.0); var s11 = vec4(0.0); var s12 = vec4(0.0);
  var s20 = vec4(0.0); var s21 = vec4(0.0); var s22 = vec4(0.0);
  for (var picture = id.z; picture < info[0]; picture += info[1]) {
    let plane = (picture * CHANNELS + channel) * SIDE * SIDE;
    let maps = (vec4(picture * FILTERS) + f) * OUT * OUT;
    for (var row = 0u; row < OUT; row++) {
      let line = i32(row * STRIDE) - i32(BEFORE);
      for (var column = 0u; column < OUT; column++) {
        let start = maps + row * OUT + column;
        let g = vec4(gradient[start.x], gradient[start.y], gradient[start.z], gradient[start.w]);
        let left = i32(column * STRIDE) - i32(BEFORE);
        let a = three(plane, line, left);
        let b = three(plane, line + 1, left);
        let c = three(plane, line + 2, left);
        s00 += a.x * g; s01 += a.y * g; s02 += a.z * g;
        s10 += b.x * g; s11 += b.y * g; s12 += b.z * g;
        s20 += c.x * g; s21 += c.y * g; s22 += c.z * g;
      }
    }
  }
  for (var i = 0u; i < 4u; i++) {
    let to_map = group * 4u + i;
    if (to_map >= FILTERS) { break; }
    let to = ((id.z * FILTERS + to_map) * CHANNELS + channel) * 9u;
    parts[to] = s00[i]; parts[to + 1u] = s01[i]; parts[to + 2u] = s02[i];
    parts[to + 3u] = s10[i]; parts[to + 4u] = s11[i]; parts[to + 5u] = s12[i];
    parts[to + 6u] = s20[i]; parts[to + 7u] = s21[i]; parts[to + 8u] = s22[i];
  }
}
