// Rows, or columns, of a map of `size` that window `at` covers: the first, and the one after the last.
fn covered(at: u32, stride: u32, length: u32, before: u32, size: u32) -> vec2<u32> {
  let start = at * stride;
  return vec2(max(start, before) - before, min(start + length - before, size));
}

// Windows that cover row, or column, `place`: the first, and the one after the last of `count`.
fn covering(place: u32, stride: u32, length: u32, before: u32, count: u32) -> vec2<u32> {
  let end = place + before + 1u;
  let first = (max(end, length) - length + stride - 1u) / stride;
  return vec2(first, min((end - 1u) / stride + 1u, count));
}
