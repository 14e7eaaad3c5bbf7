// One step of Adam for a tensor of weights, as `kernels::adam` has it. A thread has one weight.

@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> first: array<f32>;
@group(0) @binding(3) var<storage, read> second: array<f32>;
@group(0) @binding(4) var<storage, read_write> next_weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> next_first: array<f32>;
@group(0) @binding(6) var<storage, read_write> next_second: array<f32>;
@group(0) @binding(7) var<storage, read> info: array<u32>; // weights, bits of the step size

fn each(i: u32) {
  let g = gradient[i];
  let m = first[i] + (g - first[i]) * FIRST_RATE;
  let v = second[i] + (g * g - second[i]) * SECOND_RATE;
  next_weights[i] = weights[i] - m * bitcast<f32>(info[1]) / (sqrt(v) + EPSILON);
  next_first[i] = m;
  next_second[i] = v;
}
