// Where gradients of weights and bias are left that are summed in parts: a part has [FILTERS, CHANNELS,
// KERNEL, KERNEL] and then [FILTERS], one part follows another, and `sum_parts` adds them up.

@include gpu/lanes

const TAPS = KERNEL * KERNEL;
const COUNT = FILTERS * CHANNELS * TAPS;

// Of all taps of a filter for a channel.
fn taps_at(part: u32, filter_: u32, channel: u32) -> u32 {
  return part * (COUNT + FILTERS) + (filter_ * CHANNELS + channel) * TAPS;
}

// Of a filter's bias.
fn bias_at(part: u32, filter_: u32) -> u32 {
  return part * (COUNT + FILTERS) + COUNT + filter_;
}
