// Pictures of a batch by index, as planes of values in 0 to 1, of bytes in CHUNKS buffers; and with noise,
// if there is any: `rng` draws it, `batch` says how, and NOISE is a `Noise` by number. A thread has a pixel.

@for s in 0..CHUNKS {
@group(0) @binding(#{s}) var<storage, read> chunk_#{s}: array<u32>;
@}
// The index of a picture, and the counter of its noise.
@group(0) @binding(#{CHUNKS}) var<storage, read> indices: array<vec2<u32>>;
@group(0) @binding(#{CHUNKS + 1}) var<storage, read_write> clean: array<f32>;
@if NOISE > 0 {
@group(0) @binding(#{CHUNKS + 2}) var<storage, read_write> noisy: array<f32>;
@group(0) @binding(#{CHUNKS + 3}) var<storage, read> info: array<u32>; // pixels, bits of the level
@}
@if NOISE == 0 {
@group(0) @binding(#{CHUNKS + 2}) var<storage, read> info: array<u32>; // pixels
@}

fn word(picture: u32, at: u32) -> u32 {
  let start = picture % CHUNK * WORDS + at;
  @for s in 0..CHUNKS {
  if (picture / CHUNK == #{s}u) { return chunk_#{s}[start]; }
  @}
  return 0u;
}

fn byte(picture: u32, at: u32) -> f32 {
  return f32((word(picture, at / 4u) >> (at % 4u * 8u)) & 255u) / 255.0;
}

@if NOISE > 0 {
// Random bits: draw `n`, counted from 1.
fn bits(counter: u32, n: u32) -> u32 {
  var x = counter + n * 0x9e3779b9u;
  x = (x ^ (x >> 16u)) * 0x21f0aaadu;
  x = (x ^ (x >> 15u)) * 0x735a2d97u;
  return x ^ (x >> 15u);
}

fn unit(drawn: u32) -> f32 {
  return f32(drawn >> 8u) / 16777216.0;
}
@}

@if NOISE == 1 {
// WGSL's own logarithm and cosine may be wrong in the fourth digit.

// The natural logarithm of a positive number, by that of its mantissa m in sqrt(1/2) to sqrt(2), which is
// 2 artanh((m - 1) / (m + 1)).
fn logarithm(x: f32) -> f32 {
  let shifted = bitcast<u32>(x) - 0x3f3504f3u;
  let exponent = f32(bitcast<i32>(shifted) >> 23u);
  let m = bitcast<f32>((shifted & 0x7fffffu) + 0x3f3504f3u);
  let s = (m - 1.0) / (m + 1.0);
  let z = s * s;
  let series = z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z / 11.0))));
  return exponent * 0.69314718 + 2.0 * (s + s * series);
}

// The cosine of a share of a turn, by the nearest quarter and Taylor's series of what is left of it.
fn cosine(turn: f32) -> f32 {
  let quarter = round(turn * 4.0);
  let a = (turn * 4.0 - quarter) * 1.57079633;
  let z = a * a;
  let sine = a * (1.0 + z * (-1.0 / 6.0 + z * (1.0 / 120.0 + z * (-1.0 / 5040.0 + z / 362880.0))));
  let cosine = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * (-1.0 / 720.0 + z / 40320.0)));
  let which = u32(quarter) & 3u;
  let found = select(cosine, sine, (which & 1u) == 1u);
  return select(found, -found, (which == 1u) | (which == 2u));
}

// The transform of Box and Muller.
fn normal(counter: u32, value: u32) -> f32 {
  let first = unit(bits(counter, 2u * value + 1u));
  let second = unit(bits(counter, 2u * value + 2u));
  return sqrt(-2.0 * logarithm(1.0 - first)) * cosine(second);
}
@}

fn each(i: u32) {
  let picture = indices[i / AREA].x;
  let pixel = i % AREA;
  let at = i / AREA * 3u * AREA + pixel;
  @for c in 0..3 {
  let value_#{c} = byte(picture, 3u * pixel + #{c}u);
  clean[at + #{c}u * AREA] = value_#{c};
  @}
  @if NOISE == 1 {
  let counter = indices[i / AREA].y;
  let level = bitcast<f32>(info[1]);
  @for c in 0..3 {
  let moved_#{c} = value_#{c} + level * normal(counter, #{c}u * AREA + pixel);
  noisy[at + #{c}u * AREA] = clamp(moved_#{c}, 0.0, 1.0);
  @}
  @}
  @if NOISE > 1 {
  let drawn = bits(indices[i / AREA].y, pixel + 1u);
  let hit = unit(drawn) < bitcast<f32>(info[1]);
  @}
  @if NOISE == 2 {
  let other = f32(drawn & 1u);
  @}
  @if NOISE == 3 {
  let other = 0.0;
  @}
  @if NOISE > 1 {
  @for c in 0..3 {
  noisy[at + #{c}u * AREA] = select(value_#{c}, other, hit);
  @}
  @}
}
