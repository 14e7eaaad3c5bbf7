// A pixel of an augmented picture, up to three values of it, as `kernels/augment` has it. What was drawn for
// the picture are 14 words: six of the affine map that says where a pixel comes from, gain, three biases, and
// the box that is cut out. Where MIX is 1, two follow, the share of the picture and the index of the one that is
// mixed into it, and then the 14 words of that one. FILL is a `Fill` by number; BETWEEN is 1 where pixels may
// come from between others.

fn number(at: u32) -> f32 {
  return bitcast<f32>(indices[at]);
}

// Which of `count` pixels of a side is at `index`; -1 for black.
fn within(index: i32, count: i32) -> i32 {
  @if FILL == 0 {
  // 64 periods further on: Vulkan leaves the remainders of negative numbers undefined.
  let at = i32(u32(index + 128 * count) % (2u * u32(count)));
  return min(at, 2 * count - 1 - at);
  @}
  @if FILL == 1 {
  return select(-1, index, index >= 0 && index < count);
  @}
  @if FILL == 2 {
  return clamp(index, 0, count - 1);
  @}
}

fn lit(picture: u32, words: u32, x: i32, y: i32) -> vec4<f32> {
  let column = within(x, i32(WIDTH));
  let row = within(y, i32(HEIGHT));
  var found = vec4(0.0);
  if (column >= 0 && row >= 0) {
    let start = (u32(row) * WIDTH + u32(column)) * CHANNELS;
    @for c in 0..CHANNELS {
    found[#{c}] = clamp(byte(picture, start + #{c}u) * number(words + 6u) + number(words + #{7 + c}u), 0.0, 1.0);
    @}
  }
  return found;
}

fn augmented(picture: u32, words: u32, pixel: u32) -> vec4<f32> {
  let x = pixel % WIDTH;
  let y = pixel / WIDTH;
  let in_rows = y >= indices[words + 10u] && y < indices[words + 11u];
  if (in_rows && x >= indices[words + 12u] && x < indices[words + 13u]) { return vec4(0.0); }
  let from_x = number(words) * f32(x) + number(words + 1u) * f32(y) + number(words + 2u);
  let from_y = number(words + 3u) * f32(x) + number(words + 4u) * f32(y) + number(words + 5u);
  let left = floor(from_x);
  let top = floor(from_y);
  let column = i32(left);
  let line = i32(top);
  @if BETWEEN == 0 {
  return lit(picture, words, column, line);
  @}
  @if BETWEEN == 1 {
  let right = from_x - left;
  let below = from_y - top;
  let upper = lit(picture, words, column, line) * (1.0 - right) + lit(picture, words, column + 1, line) * right;
  let lower = lit(picture, words, column, line + 1) * (1.0 - right) + lit(picture, words, column + 1, line + 1) * right;
  return upper * (1.0 - below) + lower * below;
  @}
}

fn mixture(picture: u32, words: u32, pixel: u32) -> vec4<f32> {
  let own = augmented(picture, words, pixel);
  @if MIX == 0 {
  return own;
  @}
  @if MIX == 1 {
  let share = number(words + 14u);
  return own * share + augmented(indices[words + 15u], words + 16u, pixel) * (1.0 - share);
  @}
}
