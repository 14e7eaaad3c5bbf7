// What activation functions are made of. WGSL's own tanh overflows on some devices, and it has no normal
// distribution.

fn sigmoid(x: f32) -> f32 {
  let tail = exp(-abs(x));
  return select(tail, 1.0, x >= 0.0) / (1.0 + tail);
}

// exp(x) - 1 for x up to 0, by its series where the difference would have no digits.
fn exp_m1(x: f32) -> f32 {
  let series = x * (1.0 + x * (1.0 / 2.0 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x / 720.0)))));
  return select(exp(x) - 1.0, series, x > -0.35);
}

// By a polynomial near 0, where exponentials would cancel.
fn hyperbolic_tangent(x: f32) -> f32 {
  let size = abs(x);
  let tail = exp(-2.0 * size);
  let far = (1.0 - tail) / (1.0 + tail);
  let z = x * x;
  let series = -0.33333263 + z * (0.133309 + z * (-0.053692956 + z * (0.020483278 - z * 0.005528591)));
  return sign(x) * select(far, size + size * (z * series), size < 0.625);
}

// The standard normal distribution and its density: the tail is exp(-x^2 / 2) times a polynomial in
// 1 / (1 + 0.35 |x|).
fn normal_distribution(x: f32) -> vec2<f32> {
  let bell = exp(-0.5 * x * x);
  let u = 1.0 / (1.0 + 0.35 * abs(x));
  let first = 0.13929024 + u * (0.1409275 + u * (0.1294275 + u * 0.033147607));
  let last = 0.18752567 + u * (-0.17242615 + u * 0.04210766);
  let squared = u * u;
  let tail = bell * (u * (first + squared * squared * last));
  return vec2(select(1.0 - tail, tail, x < 0.0), bell * 0.3989423);
}
