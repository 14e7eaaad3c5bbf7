// Maps of half or twice the side, [planes, SIDE, SIDE] to [planes, OUT, OUT]. A thread computes one
// value. KIND is a `Resize` by number.

@read x
@write y
@read info: u32 // values of y
@include gpu/per_value

fn each(i: u32) {
  let plane = i / (OUT * OUT) * SIDE * SIDE;
  let row = i / OUT % OUT;
  let column = i % OUT;
  if (KIND == 2u) {
    y[i] = x[plane + row / 2u * SIDE + column / 2u];
    return;
  }
  let start = plane + row * 2u * SIDE + column * 2u;
  let a = x[start];
  let b = x[start + 1u];
  let c = x[start + SIDE];
  let d = x[start + SIDE + 1u];
  y[i] = select(((a + b) + (c + d)) * 0.25, max(max(a, b), max(c, d)), KIND == 0u);
}
