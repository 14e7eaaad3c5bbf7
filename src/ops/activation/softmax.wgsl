// Softmax over the channels of [pictures, CHANNELS, AREA]. A thread has the channels of one position.

@read x
@write y
@read info: u32 // positions
@include gpu/per_value

fn each(i: u32) {
  let start = i / AREA * CHANNELS * AREA + i % AREA;
  var largest = x[start];
  for (var c = 1u; c < CHANNELS; c++) { largest = max(largest, x[start + c * AREA]); }
  var total = 0.0;
  for (var c = 0u; c < CHANNELS; c++) { total += exp(x[start + c * AREA] - largest); }
  for (var c = 0u; c < CHANNELS; c++) { y[start + c * AREA] = exp(x[start + c * AREA] - largest) / total; }
}
