// Adds up the parts that lie one after another, COUNT values each.

@group(0) @binding(0) var<storage, read> parts: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<storage, read> info: array<u32>; // parts

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= COUNT) { return; }
  var sum = 0.0;
  for (var part = 0u; part < info[0]; part++) {
    sum += parts[part * COUNT + id.x];
  }
  sums[id.x] = sum;
}
