// A thread for each of `info[0]` tiles of a matrix, of eight rows and four columns, and for each part of its
// sums: it does what the kernel's `each` does for its own. Past the last row or column the last one is
// computed again and not stored.

@include gpu/lanes
@read info: u32 // tiles, rows of the batch

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= info[0]) { return; }
  let across = (COLUMNS + 3u) / 4u;
  each(id.x / across * 8u, lanes(id.x % across * 4u, COLUMNS), id.z);
}
