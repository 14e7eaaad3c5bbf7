// Mean, and one over the standard deviation, of each set, as [sets, 2].

@read x
@write moments
@read info: u32 // sets
@include group_norm/sets
@include group_norm/per_set

fn summed(thread: u32, threads: u32, which: u32) {
  var sum = 0.0;
  for (var k = thread; k < SIZE; k += threads) { sum += x[value_of(which, k)]; }
  let mean = total(thread, sum) / f32(SIZE);
  var squares = 0.0;
  for (var k = thread; k < SIZE; k += threads) {
    let error = x[value_of(which, k)] - mean;
    squares += error * error;
  }
  let variance = total(thread, squares) / f32(SIZE);
  if (thread == 0u) {
    moments[2u * which] = mean;
    moments[2u * which + 1u] = 1.0 / sqrt(variance + EPSILON);
  }
}
