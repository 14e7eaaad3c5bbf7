// Gradient of `pool` by its inputs, gathered from all windows that cover a value: a thread has one value.

@if KIND == 0 {
@read places: u32
@}
@read gradient
@write inputs
@read info: u32 // values of inputs
@include gpu/per_value
@include pool/windows

fn each(i: u32) {
  let place = i % (HEIGHT * WIDTH);
  let plane = i / (HEIGHT * WIDTH) * (OUT_H * OUT_W);
  let rows = covering(place / WIDTH, STRIDE_H, SIZE_H, BEFORE_H, OUT_H);
  let columns = covering(place % WIDTH, STRIDE_W, SIZE_W, BEFORE_W, OUT_W);
  var sum = 0.0;
  for (var row = rows.x; row < rows.y; row++) {
    for (var column = columns.x; column < columns.y; column++) {
      let at = plane + row * OUT_W + column;
      @if KIND == 0 {
      sum += select(0.0, gradient[at], places[at] == place);
      @}
      @if KIND == 1 {
      let down = covered(row, STRIDE_H, SIZE_H, BEFORE_H, HEIGHT);
      let across = covered(column, STRIDE_W, SIZE_W, BEFORE_W, WIDTH);
      sum += gradient[at] / f32((down.y - down.x) * (across.y - across.x));
      @}
    }
  }
  inputs[i] = sum;
}
