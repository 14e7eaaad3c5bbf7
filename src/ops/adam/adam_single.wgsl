// One step of Adam for a tensor of weights, as `kernels::adam` has it. A thread has one weight.

@read weights, gradient, first, second
@write next_weights, next_first, next_second
@read info: u32 // weights, bits of the step size
@include gpu/per_value

fn each(i: u32) {
  let g = gradient[i];
  let m = first[i] + (g - first[i]) * FIRST_RATE;
  let v = second[i] + (g * g - second[i]) * SECOND_RATE;
  next_weights[i] = weights[i] - m * bitcast<f32>(info[1]) / (sqrt(v) + EPSILON);
  next_first[i] = m;
  next_second[i] = v;
}
