// A thread for each of `info[0]` tiles of [pictures, MAPS, side, side], and for each four of the maps: two
// rows of COLUMNS neighbours, DOWN tiles below each other and ACROSS side by side. It does what the
// kernel's `each` does for its own tile, whose first value is at (row, column) of the maps `of`.

@include gpu/lanes
@read info: u32 // tiles

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= info[0]) { return; }
  let column = id.x % ACROSS * COLUMNS;
  let row = id.x / ACROSS % DOWN * 2u;
  let picture = id.x / (ACROSS * DOWN);
  each(picture, lanes(id.y * 4u, MAPS), row, column);
}
