// A thread for each of `info[0]` tiles, and for each four filters or channels: it does what the kernel's
// `each` does for its own.

@include gpu/lanes

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let tile = id.z * groups.x * 64u + id.x;
  if (tile < info[0]) { each(tile, id.y); }
}
