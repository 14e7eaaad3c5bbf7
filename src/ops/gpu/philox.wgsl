// Random numbers as `crate::data::rng` draws them: a block of four words of each key and counter.

// The product of two words.
struct Product { low: u32, high: u32 }

fn product(a: u32, b: u32) -> Product {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let left = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let right = (a & 0xffffu) * (b >> 16u) + (left & 0xffffu);
  return Product(a * b, (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u));
}

// Philox4x32-10.
fn philox(first_key: vec2<u32>, first_counter: vec4<u32>) -> vec4<u32> {
  var key = first_key;
  var counter = first_counter;
  for (var done = 0u; done < 10u; done++) {
    let first = product(counter.x, 0xd2511f53u);
    let third = product(counter.z, 0xcd9e8d57u);
    counter = vec4(third.high ^ counter.y ^ key.x, third.low, first.high ^ counter.w ^ key.y, first.low);
    key += vec2(0x9e3779b9u, 0xbb67ae85u);
  }
  return counter;
}

fn unit(drawn: u32) -> f32 {
  return f32(drawn >> 8u) / 16777216.0;
}

// WGSL's own logarithm and cosine may be wrong in the fourth digit.

// The natural logarithm of a positive number, by that of its mantissa m in sqrt(1/2) to sqrt(2), which is
// 2 artanh((m - 1) / (m + 1)).
fn logarithm(x: f32) -> f32 {
  let shifted = bitcast<u32>(x) - 0x3f3504f3u;
  let exponent = f32(bitcast<i32>(shifted) >> 23u);
  let m = bitcast<f32>((shifted & 0x7fffffu) + 0x3f3504f3u);
  let s = (m - 1.0) / (m + 1.0);
  let z = s * s;
  let series = z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z / 11.0))));
  return exponent * 0.69314718 + 2.0 * (s + s * series);
}

// The cosine and the sine of a share of a turn, by the nearest quarter and Taylor's series of what is left
// of it.
fn turned(turn: f32) -> vec2<f32> {
  let quarter = round(turn * 4.0);
  let a = (turn * 4.0 - quarter) * 1.57079633;
  let z = a * a;
  let sine = a * (1.0 + z * (-1.0 / 6.0 + z * (1.0 / 120.0 + z * (-1.0 / 5040.0 + z / 362880.0))));
  let cosine = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * (-1.0 / 720.0 + z / 40320.0)));
  let which = u32(quarter) & 3u;
  let found = select(vec2(cosine, sine), vec2(sine, cosine), (which & 1u) == 1u);
  let x = select(found.x, -found.x, (which == 1u) | (which == 2u));
  return vec2(x, select(found.y, -found.y, which > 1u));
}

// Normal `n` of a stream, of its block `n / 4`, by the transform of Box and Muller: each half of a block
// gives two.
fn normal(block: vec4<u32>, n: u32) -> f32 {
  let words = select(block.xy, block.zw, (n & 2u) == 2u);
  let pair = turned(unit(words.y));
  return sqrt(-2.0 * logarithm(1.0 - unit(words.x))) * select(pair.x, pair.y, (n & 1u) == 1u);
}
