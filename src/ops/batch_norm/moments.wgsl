// Mean and biased variance of each channel, as [2, CHANNELS], of what `moments_parts` found (Chan, Golub
// and LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances"). A
// workgroup has one channel.

@read parts
@write found
@read info: u32 // pictures, PILES
@include gpu/tree_sum

// Values of a part: the first piles have a picture more than the others, if not all have as many.
fn size(part: u32) -> f32 {
  let pile = part / SEGMENTS;
  let pictures = (info[0] + info[1] - 1u - pile) / info[1];
  return f32(pictures * ((AREA + SEGMENTS - 1u - part % SEGMENTS) / SEGMENTS));
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) channel: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let count = f32(info[0] * AREA);
  var sum = 0.0;
  for (var part = thread; part < info[1] * SEGMENTS; part += 256u) {
    sum += parts[part * 2u * CHANNELS + channel.x] * size(part);
  }
  let mean = tree_sum(thread, sum) / count;
  var squares = 0.0;
  for (var part = thread; part < info[1] * SEGMENTS; part += 256u) {
    let at = part * 2u * CHANNELS + channel.x;
    let error = parts[at] - mean;
    squares += parts[at + CHANNELS] + error * error * size(part);
  }
  let variance = tree_sum(thread, squares) / count;
  if (thread == 0u) {
    found[channel.x] = mean;
    found[CHANNELS + channel.x] = variance;
  }
}
