// The first of two steps to structural similarity: what Gaussian windows of WINDOW pixels see along the
// rows of two pictures' planes, means of both, of the sum of their squares and of their product. A thread
// has SPAN windows of a row. Values are counted from the middle, 0.5, so that little is lost when the square of a
// mean is taken from a mean of squares.

@read outputs, targets
@write rows: vec4<f32>
@read info: u32 // threads
@include gpu/per_value

fn each(i: u32) {
  let row = i / PARTS;
  let first = i % PARTS * SPAN;
  @for x in 0..SPAN + WINDOW - 1 {
  let a_#{x} = outputs[row * WIDTH + first + #{x}u] - 0.5;
  let b_#{x} = targets[row * WIDTH + first + #{x}u] - 0.5;
  let seen_#{x} = vec4(a_#{x}, b_#{x}, a_#{x} * a_#{x} + b_#{x} * b_#{x}, a_#{x} * b_#{x});
  @}
  @for x in 0..SPAN {
  rows[row * ACROSS + first + #{x}u] = G5 * seen_#{x + 5}
    + G4 * (seen_#{x + 4} + seen_#{x + 6})
    + G3 * (seen_#{x + 3} + seen_#{x + 7})
    + G2 * (seen_#{x + 2} + seen_#{x + 8})
    + G1 * (seen_#{x + 1} + seen_#{x + 9})
    + G0 * (seen_#{x} + seen_#{x + 10});
  @}
}
