// Gradients of batch normalisation by gamma and beta, of each part of a channel; `sum_parts` adds up the
// parts.

@read x, moments, gradient
@include batch_norm/per_part
@include batch_norm/scale

fn each(channel: u32, pile: u32, segment: u32) -> vec2<f32> {
  let mean = moments[channel];
  let scale = scale_of(channel);
  var sum = 0.0;
  var product = 0.0;
  for (var picture = pile; picture < info[0]; picture += info[1]) {
    let plane = (picture * CHANNELS + channel) * AREA;
    for (var i = segment; i < AREA; i += SEGMENTS) {
      let flow = gradient[plane + i];
      sum += flow;
      product += (x[plane + i] - mean) * scale * flow;
    }
  }
  return vec2(product, sum);
}
