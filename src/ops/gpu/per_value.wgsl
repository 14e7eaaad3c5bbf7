// A thread for each of `info[0]` values: it does what the kernel's `each` does for its own.

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let i = id.y * groups.x * 64u + id.x;
  if (i < info[0]) { each(i); }
}
