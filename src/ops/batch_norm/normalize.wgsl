// Batch normalisation of [pictures, CHANNELS, AREA] by given moments. A thread computes one value.

@read x, moments, gamma, beta
@write y
@read info: u32 // values
@include gpu/per_value
@include batch_norm/scale

fn each(i: u32) {
  let channel = i / AREA % CHANNELS;
  let scale = scale_of(channel);
  y[i] = (x[i] - moments[channel]) * (scale * gamma[channel]) + beta[channel];
}
