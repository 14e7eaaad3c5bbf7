// Gradients of batch normalisation by gamma and beta, in parts, as `moments_parts` has them: [parts, 2,
// CHANNELS]. A thread has a part of a channel. `sum_parts` adds up the parts.

@read x, moments, gradient
@write parts
@read info: u32 // pictures, PILES

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let segment = id.x % SEGMENTS;
  let channel = id.x / SEGMENTS;
  if (channel >= CHANNELS) { return; }
  let mean = moments[channel];
  let scale = 1.0 / sqrt(moments[CHANNELS + channel] + EPSILON);
  var sum = 0.0;
  var product = 0.0;
  for (var picture = id.y; picture < info[0]; picture += info[1]) {
    let plane = (picture * CHANNELS + channel) * AREA;
    for (var i = segment; i < AREA; i += SEGMENTS) {
      let flow = gradient[plane + i];
      sum += flow;
      product += (x[plane + i] - mean) * scale * flow;
    }
  }
  let at = (id.y * SEGMENTS + segment) * 2u * CHANNELS + channel;
  parts[at] = product;
  parts[at + CHANNELS] = sum;
}
