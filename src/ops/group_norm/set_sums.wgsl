// Means over each set that the gradient by the inputs needs, as [sets, 2]: of the scaled gradients, and of
// their products with the normalised values.

@read x, moments, gamma, gradient
@write sums
@read info: u32 // sets
@include group_norm/sets
@include group_norm/per_set

fn summed(thread: u32, threads: u32, which: u32) {
  let mean = moments[2u * which];
  let scale = moments[2u * which + 1u];
  var shift = 0.0;
  var slope = 0.0;
  for (var k = thread; k < SIZE; k += threads) {
    let i = value_of(which, k);
    let flow = gradient[i] * gamma[i / AREA % CHANNELS];
    shift += flow;
    slope += flow * ((x[i] - mean) * scale);
  }
  let all_shift = total(thread, shift) / f32(SIZE);
  let all_slope = total(thread, slope) / f32(SIZE);
  if (thread == 0u) {
    sums[2u * which] = all_shift;
    sums[2u * which + 1u] = all_slope;
  }
}
