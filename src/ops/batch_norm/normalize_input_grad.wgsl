// Gradient of batch normalisation by its inputs, given those by gamma and beta. A thread computes
// one value. BY_MOMENTS: whether the inputs act through the moments, too (Ioffe and Szegedy 2015,
// section 3).

@read x, moments, gamma, gradient, gammas, betas
@write inputs
@read info: u32 // values
@include gpu/per_value
@include batch_norm/scale

fn each(i: u32) {
  let channel = i / AREA % CHANNELS;
  let scale = scale_of(channel);
  let normal = (x[i] - moments[channel]) * scale;
  let each = select(0.0, f32(CHANNELS) / f32(info[0]), BY_MOMENTS == 1u);
  let slope = gammas[channel] * each;
  let shift = betas[channel] * each;
  inputs[i] = scale * gamma[channel] * (gradient[i] - shift - normal * slope);
}
