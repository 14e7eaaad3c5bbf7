// Gradient of a normalisation over sets by its inputs, of the means that `set_sums` found. A thread has one
// value.

@read x, moments, gamma, gradient, sums
@write inputs
@read info: u32 // values
@include gpu/per_value
@include group_norm/sets

fn each(i: u32) {
  let which = set_of(i);
  let scale = moments[2u * which + 1u];
  let normal = (x[i] - moments[2u * which]) * scale;
  let flow = gradient[i] * gamma[i / AREA % CHANNELS];
  inputs[i] = scale * (flow - sums[2u * which] - normal * sums[2u * which + 1u]);
}
