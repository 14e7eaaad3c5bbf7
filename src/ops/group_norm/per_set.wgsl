// A set for each thread where it is the channels of a position (NORM_GROUPS is 0), else for each workgroup. The
// kernel's `summed(thread, threads, which)` does with it what it does, all `threads` of a set together.

@if NORM_GROUPS == 0 {
fn total(thread: u32, value: f32) -> f32 { return value; }

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let which = id.y * groups.x * 64u + id.x;
  if (which < info[0]) { summed(0u, 1u, which); }
}
@}
@if NORM_GROUPS > 0 {
@include gpu/tree_sum

fn total(thread: u32, value: f32) -> f32 { return tree_sum(thread, value); }

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let which = id.y * groups.x + id.x;
  if (which < info[0]) { summed(thread, 256u, which); }
}
@}
