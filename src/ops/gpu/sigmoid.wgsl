// `1 / (1 + exp(-x))`, without overflow. A thread has one value.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read> info: array<u32>; // values

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= info[0]) { return; }
  let tail = exp(-abs(x[i]));
  y[i] = select(tail, 1.0, x[i] >= 0.0) / (1.0 + tail);
}
