// The second of two steps to structural similarity: what windows see along the columns of what
// `ssim_rows` left, and how alike the two pictures are there. A thread has SPAN windows of a column, and leaves the
// sum; `mean` adds those up.

@read rows: vec4<f32>
@write parts
@read info: u32 // threads
@include gpu/per_value

// `kernels::ssim` has the same of values that are counted from zero.
fn alike(seen: vec4<f32>) -> f32 {
  let products = seen.x * seen.y;
  let squares = seen.x * seen.x + seen.y * seen.y;
  let a = seen.x + 0.5;
  let b = seen.y + 0.5;
  let luminance = (2.0 * a * b + C1) / (a * a + b * b + C1);
  return luminance * (2.0 * (seen.w - products) + C2) / (seen.z - squares + C2);
}

fn each(i: u32) {
  let column = i % ACROSS;
  let first = i / ACROSS % PARTS * SPAN;
  let start = i / (PARTS * ACROSS) * HEIGHT + first;
  @for y in 0..SPAN + WINDOW - 1 {
  let seen_#{y} = rows[(start + #{y}u) * ACROSS + column];
  @}
  var sum = 0.0;
  @for y in 0..SPAN {
  sum += alike(G5 * seen_#{y + 5}
    + G4 * (seen_#{y + 4} + seen_#{y + 6})
    + G3 * (seen_#{y + 3} + seen_#{y + 7})
    + G2 * (seen_#{y + 2} + seen_#{y + 8})
    + G1 * (seen_#{y + 1} + seen_#{y + 9})
    + G0 * (seen_#{y} + seen_#{y + 10}));
  @}
  parts[i] = sum;
}
