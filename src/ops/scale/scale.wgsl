// Values times one number. A thread has one value.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> factor: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> info: array<u32>; // values

fn each(i: u32) {
  y[i] = x[i] * factor[0];
}
