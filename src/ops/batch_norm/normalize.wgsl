// Batch normalisation of [pictures, CHANNELS, AREA] by given moments. A thread computes one value.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> moments: array<f32>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> beta: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read> info: array<u32>; // values

fn each(i: u32) {
  let channel = i / AREA % CHANNELS;
  let scale = 1.0 / sqrt(moments[CHANNELS + channel] + EPSILON);
  y[i] = (x[i] - moments[channel]) * (scale * gamma[channel]) + beta[channel];
}
