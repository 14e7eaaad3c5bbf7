// What a channel's values are multiplied by, once their mean is taken away, to have a variance of 1.
fn scale_of(channel: u32) -> f32 {
  return 1.0 / sqrt(moments[CHANNELS + channel] + EPSILON);
}
