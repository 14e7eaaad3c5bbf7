// `1 / (1 + exp(-x))`, without overflow. A thread has one value.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read> info: array<u32>; // values

fn each(i: u32) {
  let tail = exp(-abs(x[i]));
  y[i] = select(tail, 1.0, x[i] >= 0.0) / (1.0 + tail);
}
