// Between which of the HEIGHT by WIDTH values of a map those of the enlarged one lie, SIZE_H by SIZE_W times
// as many: the one before, the one after, and how far it is from the first to the second.

struct Between { lower: u32, upper: u32, part: f32 }

fn between(at: u32, factor: u32, size: u32) -> Between {
  @if BILINEAR > 0 {
  // (at + 1/2) / factor - 1/2, and one more so that nothing is negative.
  let place = 2u * at + 1u + factor;
  let after = place / (2u * factor);
  let part = f32(place % (2u * factor)) / f32(2u * factor);
  return Between(max(after, 1u) - 1u, min(after, size - 1u), part);
  @}
  @if BILINEAR == 0 {
  return Between(at / factor, at / factor, 0.0);
  @}
}
