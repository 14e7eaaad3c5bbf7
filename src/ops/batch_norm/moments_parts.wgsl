// Mean of each part of a channel of [pictures, CHANNELS, AREA], and the sum of what its values' squares
// are away from it: [parts, 2, CHANNELS]. Part (p, s) is every SEGMENTS-th value from s on of pictures p,
// p + PILES and so on; `moments` puts parts together. A thread has a part of a channel, and reads it once:
// values are counted from its first one, so that nothing is lost when the square of their mean is taken
// away.

@read x
@write parts
@read info: u32 // pictures, PILES

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let segment = id.x % SEGMENTS;
  let channel = id.x / SEGMENTS;
  if (channel >= CHANNELS) { return; }
  let begin = x[(id.y * CHANNELS + channel) * AREA + segment];
  var sum = 0.0;
  var squares = 0.0;
  var count = 0.0;
  for (var picture = id.y; picture < info[0]; picture += info[1]) {
    let plane = (picture * CHANNELS + channel) * AREA;
    for (var i = segment; i < AREA; i += SEGMENTS) {
      let value = x[plane + i] - begin;
      sum += value;
      squares += value * value;
      count += 1.0;
    }
  }
  let at = (id.y * SEGMENTS + segment) * 2u * CHANNELS + channel;
  parts[at] = begin + sum / count;
  parts[at + CHANNELS] = max(squares - sum * sum / count, 0.0);
}
