// Gradient of `resize` by its inputs, gathered: a thread computes one value.

@read x, gradient
@write inputs
@read info: u32 // values of inputs
@include gpu/per_value

fn each(i: u32) {
  let plane = i / (SIDE * SIDE);
  let row = i / SIDE % SIDE;
  let column = i % SIDE;
  if (KIND == 2u) {
    let start = (plane * OUT + row * 2u) * OUT + column * 2u;
    inputs[i] = (gradient[start] + gradient[start + 1u])
      + (gradient[start + OUT] + gradient[start + OUT + 1u]);
    return;
  }
  let window = vec2(row / 2u, column / 2u);
  if (window.x >= OUT || window.y >= OUT) {
    inputs[i] = 0.0;
    return;
  }
  let g = gradient[(plane * OUT + window.x) * OUT + window.y];
  if (KIND == 1u) {
    inputs[i] = g * 0.25;
    return;
  }
  // To the first of the largest values, as in TensorFlow.
  let first = (plane * SIDE + window.x * 2u) * SIDE + window.y * 2u;
  var best = first;
  if (x[first + 1u] > x[best]) { best = first + 1u; }
  if (x[first + SIDE] > x[best]) { best = first + SIDE; }
  if (x[first + SIDE + 1u] > x[best]) { best = first + SIDE + 1u; }
  inputs[i] = select(0.0, g, best == i);
}
