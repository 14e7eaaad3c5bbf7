// A thread for each part of a channel of [pictures, CHANNELS, AREA]: it leaves the two numbers that the
// kernel's `each` finds in its own, in [parts, 2, CHANNELS]. Part (p, s) is every SEGMENTS-th value from s
// on of pictures p, p + PILES and so on.

@write parts
@read info: u32 // pictures, PILES

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let segment = id.x % SEGMENTS;
  let channel = id.x / SEGMENTS;
  if (channel >= CHANNELS) { return; }
  let found = each(channel, id.y, segment);
  let at = (id.y * SEGMENTS + segment) * 2u * CHANNELS + channel;
  parts[at] = found.x;
  parts[at + CHANNELS] = found.y;
}
