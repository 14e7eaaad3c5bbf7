// Pictures of a batch by index, as planes of values in 0 to 1, of bytes in CHUNKS buffers; and with noise,
// if there is any: `rng` draws it, `batch` says how, and NOISE is a `Noise` by number; augmented first, where
// AUGMENT is 1. A thread has a pixel.

@for s in 0..CHUNKS {
@read chunk_#{s}: u32
@}
// ROW words for a picture: its index, the two words of its noise's key, and the four of its counter; then
// those of its augmentation.
@read indices: u32
@write clean
@if NOISE > 0 {
@write noisy
@read info: u32 // pixels, bits of the level
@}
@if NOISE == 0 {
@read info: u32 // pixels
@}
@include gpu/per_value

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

@if AUGMENT == 1 {
@include gather/augmented
@}

@if NOISE > 0 {
@include gpu/philox

// Block `n` of the noise of picture `i` of the batch.
fn block_of(i: u32, n: u32) -> vec4<u32> {
  let at = i * ROW + 1u;
  let counter = vec4(indices[at + 2u] + n, indices[at + 3u], indices[at + 4u], indices[at + 5u]);
  return philox(vec2(indices[at], indices[at + 1u]), counter);
}
@}

fn each(i: u32) {
  let picture = indices[i / AREA * ROW];
  let pixel = i % AREA;
  let at = i / AREA * CHANNELS * AREA + pixel;
  @if AUGMENT == 1 {
  let found = mixture(picture, i / AREA * ROW + 7u, pixel);
  @}
  @for c in 0..CHANNELS {
  @if AUGMENT == 0 {
  let value_#{c} = byte(picture, CHANNELS * pixel + #{c}u);
  @}
  @if AUGMENT == 1 {
  let value_#{c} = found[#{c}];
  @}
  clean[at + #{c}u * AREA] = value_#{c};
  @}
  @if NOISE == 1 {
  let level = bitcast<f32>(info[1]);
  @for c in 0..CHANNELS {
  let moved_#{c} = value_#{c} + level * normal(block_of(i / AREA, (CHANNELS * pixel + #{c}u) / 4u), CHANNELS * pixel + #{c}u);
  noisy[at + #{c}u * AREA] = clamp(moved_#{c}, 0.0, 1.0);
  @}
  @}
  @if NOISE > 1 {
  let drawn = block_of(i / AREA, pixel / 4u)[pixel & 3u];
  let hit = unit(drawn) < bitcast<f32>(info[1]);
  @}
  @if NOISE == 2 {
  let other = f32(drawn & 1u);
  @}
  @if NOISE == 3 {
  let other = 0.0;
  @}
  @if NOISE > 1 {
  @for c in 0..CHANNELS {
  noisy[at + #{c}u * AREA] = select(value_#{c}, other, hit);
  @}
  @}
}
