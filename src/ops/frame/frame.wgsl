// [planes, HEIGHT, WIDTH] in [planes, OUT_H, OUT_W], BEFORE_H rows and BEFORE_W columns after its begin, or
// so many cut off where these wrap around. A thread has one value of what comes out.

@read x
@write y
@read info: u32 // values of y
@include gpu/per_value

fn each(i: u32) {
  let row = i / OUT_W % OUT_H - BEFORE_H;
  let column = i % OUT_W - BEFORE_W;
  let line = i / (OUT_H * OUT_W) * HEIGHT + min(row, HEIGHT - 1u);
  let value = x[line * WIDTH + min(column, WIDTH - 1u)];
  y[i] = select(0.0, value, (row < HEIGHT) & (column < WIDTH));
}
