// Pooling of [planes, HEIGHT, WIDTH] to [planes, OUT_H, OUT_W]: KIND 0 the largest value of each window, 1
// the mean of what it covers of the map. A thread has one window.

@read x
@write y
@if KIND == 0 {
// Which value of the plane was the first of the largest.
@write places: u32
@}
@read info: u32 // windows
@include gpu/per_value
@include pool/windows

fn each(i: u32) {
  let plane = i / (OUT_H * OUT_W) * (HEIGHT * WIDTH);
  let rows = covered(i / OUT_W % OUT_H, STRIDE_H, SIZE_H, BEFORE_H, HEIGHT);
  let columns = covered(i % OUT_W, STRIDE_W, SIZE_W, BEFORE_W, WIDTH);
  @if KIND == 0 {
  var place = rows.x * WIDTH + columns.x;
  var best = x[plane + place];
  @}
  @if KIND == 1 {
  var total = 0.0;
  @}
  for (var row = rows.x; row < rows.y; row++) {
    @if KIND == 1 {
    var sum = 0.0;
    @}
    for (var column = columns.x; column < columns.y; column++) {
      let at = row * WIDTH + column;
      let value = x[plane + at];
      @if KIND == 0 {
      if (value > best) {
        best = value;
        place = at;
      }
      @}
      @if KIND == 1 {
      sum += value;
      @}
    }
    @if KIND == 1 {
    total += sum;
    @}
  }
  @if KIND == 0 {
  y[i] = best;
  places[i] = place;
  @}
  @if KIND == 1 {
  y[i] = total / f32((rows.y - rows.x) * (columns.y - columns.x));
  @}
}
