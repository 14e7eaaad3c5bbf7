// Mean of each part of a channel, and the sum of what its values' squares are away from it; `moments` puts
// parts together. A thread reads its part once: values are counted from its first one, so that nothing is
// lost when the square of their mean is taken away.

@read x
@include batch_norm/per_part

fn each(channel: u32, pile: u32, segment: u32) -> vec2<f32> {
  let begin = x[(pile * CHANNELS + channel) * AREA + segment];
  var sum = 0.0;
  var squares = 0.0;
  var count = 0.0;
  for (var picture = pile; picture < info[0]; picture += info[1]) {
    let plane = (picture * CHANNELS + channel) * AREA;
    for (var i = segment; i < AREA; i += SEGMENTS) {
      let value = x[plane + i] - begin;
      sum += value;
      squares += value * value;
      count += 1.0;
    }
  }
  return vec2(begin + sum / count, max(squares - sum * sum / count, 0.0));
}
