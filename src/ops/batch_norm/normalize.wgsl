// Batch normalisation of [pictures, CHANNELS, AREA] by given moments. A thread computes one value.

@read x, moments, gamma, beta
@write y
@read info: u32 // values

fn each(i: u32) {
  let channel = i / AREA % CHANNELS;
  let scale = 1.0 / sqrt(moments[CHANNELS + channel] + EPSILON);
  y[i] = (x[i] - moments[channel]) * (scale * gamma[channel]) + beta[channel];
}
