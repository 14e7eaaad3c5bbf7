// Values of [pictures, CHANNELS, AREA] normalised by the moments of their set. A thread has one value.

@read x, moments, gamma, beta
@write y
@read info: u32 // values
@include gpu/per_value
@include group_norm/sets

fn each(i: u32) {
  let which = set_of(i);
  let channel = i / AREA % CHANNELS;
  y[i] = (x[i] - moments[2u * which]) * (moments[2u * which + 1u] * gamma[channel]) + beta[channel];
}
