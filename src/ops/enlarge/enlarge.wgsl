// [planes, HEIGHT, WIDTH] enlarged to SIZE_H by SIZE_W times as many values. A thread has one of these.

@read x
@write y
@read info: u32 // values of y
@include gpu/per_value
@include enlarge/between

fn each(i: u32) {
  let row = between(i / (WIDTH * SIZE_W) % (HEIGHT * SIZE_H), SIZE_H, HEIGHT);
  let column = between(i % (WIDTH * SIZE_W), SIZE_W, WIDTH);
  let plane = i / (HEIGHT * SIZE_H * WIDTH * SIZE_W) * (HEIGHT * WIDTH);
  let above = plane + row.lower * WIDTH;
  @if BILINEAR > 0 {
  let below = plane + row.upper * WIDTH;
  let top = mix(x[above + column.lower], x[above + column.upper], column.part);
  let bottom = mix(x[below + column.lower], x[below + column.upper], column.part);
  y[i] = mix(top, bottom, row.part);
  @}
  @if BILINEAR == 0 {
  y[i] = x[above + column.lower];
  @}
}
