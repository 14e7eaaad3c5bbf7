// Random numbers [pictures, CHANNELS, AREA], of a stream for each picture: its number `n`, counted with
// channels last, is of block `n / 4`. ROW words for a stream: the two of its key and the four of its
// counter. DRAW is a `Draw` by number. A thread has one value.

@read streams: u32
@write drawn
@read info: u32 // values, bits of the rate or the standard deviation, bits of what is kept
@include gpu/per_value
@include gpu/philox

fn each(i: u32) {
  let picture = i / (CHANNELS * AREA);
  let n = i % AREA * CHANNELS + i / AREA % CHANNELS;
  let at = picture * ROW;
  let counter = vec4(streams[at + 2u] + n / 4u, streams[at + 3u], streams[at + 4u], streams[at + 5u]);
  let block = philox(vec2(streams[at], streams[at + 1u]), counter);
  let parameter = bitcast<f32>(info[1]);
  @if DRAW == 0 {
  drawn[i] = select(bitcast<f32>(info[2]), 0.0, unit(block[n & 3u]) < parameter);
  @}
  @if DRAW == 1 {
  drawn[i] = parameter * normal(block, n);
  @}
}
