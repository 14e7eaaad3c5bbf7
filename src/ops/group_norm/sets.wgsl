// Which set a value of [pictures, CHANNELS, AREA] is normalised with: the channels of its position where
// NORM_GROUPS is 0, else one of NORM_GROUPS groups of neighbouring channels of its picture.

@if NORM_GROUPS == 0 {
const SIZE = CHANNELS;

fn set_of(i: u32) -> u32 { return i / (CHANNELS * AREA) * AREA + i % AREA; }

// Value `k` of a set.
fn value_of(which: u32, k: u32) -> u32 { return which / AREA * CHANNELS * AREA + k * AREA + which % AREA; }
@}
@if NORM_GROUPS > 0 {
const SIZE = CHANNELS / NORM_GROUPS * AREA;

fn set_of(i: u32) -> u32 { return i / SIZE; }

fn value_of(which: u32, k: u32) -> u32 { return which * SIZE + k; }
@}
