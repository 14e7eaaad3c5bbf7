// Four neighbours that a thread computes at once, in the lanes of a vector: channels, filters, units.

// Their indices, from `first` on. Past the last of `count`, the last one is computed again and not stored.
fn lanes(first: u32, count: u32) -> vec4<u32> {
  return min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(count - 1u));
}

// How many of them are stored.
fn lane_count(first: u32, count: u32) -> u32 {
  return min(4u, count - first);
}
