// The divergence of normal distributions from the standard normal one: rows of x are UNITS means and then
// the logarithms of UNITS variances. A thread has SPAN units, as far apart as there are threads, and leaves
// their sum; `mean` adds those up.

@read x
@write parts
@read info: u32 // units of all rows

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  var sum = 0.0;
  for (var k = 0u; k < SPAN; k++) {
    let i = k * groups.x * 64u + id.x;
    if (i < info[0]) {
      let at = i / UNITS * 2u * UNITS + i % UNITS;
      let logarithm = x[at + UNITS];
      sum += x[at] * x[at] + (exp(logarithm) - 1.0 - logarithm);
    }
  }
  parts[id.x] = 0.5 * sum;
}
