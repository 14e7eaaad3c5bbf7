// A thread for each channel and four filters, in each part of a sum: it does what the kernel's `each` does
// for its own.

@include conv_block/weight_parts

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let first = id.x / CHANNELS * 4u;
  if (first < FILTERS) { each(lanes(first, FILTERS), id.x % CHANNELS, id.z); }
}
