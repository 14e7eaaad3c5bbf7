// A sum over the 256 threads of a workgroup, in the order of a tree.

var<workgroup> shared_sums: array<f32, 256>;

fn tree_sum(thread: u32, value: f32) -> f32 {
  workgroupBarrier();
  shared_sums[thread] = value;
  for (var half = 128u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { shared_sums[thread] += shared_sums[thread + half]; }
  }
  workgroupBarrier();
  return shared_sums[0];
}
