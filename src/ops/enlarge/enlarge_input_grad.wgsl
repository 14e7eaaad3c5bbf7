// Gradient of `enlarge` by its inputs, gathered from all values that one has a share in: a thread has one
// value.

@read gradient
@write inputs
@read info: u32 // values of inputs
@include gpu/per_value
@include enlarge/between

// The share of value `place` in one of the enlarged map.
fn share(place: u32, at: u32, factor: u32, size: u32) -> f32 {
  let found = between(at, factor, size);
  return select(0.0, 1.0 - found.part, found.lower == place)
    + select(0.0, found.part, found.upper == place);
}

fn each(i: u32) {
  let row = i / WIDTH % HEIGHT;
  let column = i % WIDTH;
  let plane = i / (HEIGHT * WIDTH) * (HEIGHT * SIZE_H * WIDTH * SIZE_W);
  var sum = 0.0;
  // From the centre of the value before to that of the value after.
  let bottom = min((row + 2u) * SIZE_H, HEIGHT * SIZE_H);
  let right = min((column + 2u) * SIZE_W, WIDTH * SIZE_W);
  for (var y = (max(row, 1u) - 1u) * SIZE_H; y < bottom; y++) {
    let down = share(row, y, SIZE_H, HEIGHT);
    if (down == 0.0) { continue; }
    var part = 0.0;
    for (var x = (max(column, 1u) - 1u) * SIZE_W; x < right; x++) {
      part += share(column, x, SIZE_W, WIDTH) * gradient[plane + y * WIDTH * SIZE_W + x];
    }
    sum += down * part;
  }
  inputs[i] = sum;
}
