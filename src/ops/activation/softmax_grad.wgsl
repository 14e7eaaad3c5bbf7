// Gradient of a softmax over the channels of [pictures, CHANNELS, AREA] by its inputs, of its outputs and
// their gradient. A thread has the channels of one position.

@read outputs, gradient
@write inputs
@read info: u32 // positions
@include gpu/per_value

fn each(i: u32) {
  let start = i / AREA * CHANNELS * AREA + i % AREA;
  var dot = 0.0;
  for (var c = 0u; c < CHANNELS; c++) { dot += outputs[start + c * AREA] * gradient[start + c * AREA]; }
  for (var c = 0u; c < CHANNELS; c++) {
    let at = start + c * AREA;
    inputs[at] = outputs[at] * (gradient[at] - dot);
  }
}
