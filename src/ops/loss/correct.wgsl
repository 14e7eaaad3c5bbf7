// How many answers are correct: of [pictures, CHOICES, AREA] outputs and targets, the positions at which
// the first largest choice is the same. A thread has SPAN positions, as far apart as there are threads, and
// leaves their count; `mean` adds those up.

@read outputs, targets
@write parts
@read info: u32 // positions

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  var sum = 0.0;
  for (var k = 0u; k < SPAN; k++) {
    let i = k * groups.x * 64u + id.x;
    if (i < info[0]) {
      let start = i / AREA * CHOICES * AREA + i % AREA;
      var answer = outputs[start];
      var goal = targets[start];
      @if CHOICES == 1 {
      // Of one class, every picture is; of maps of one channel, what is the target once it is rounded to
      // 0 or 1.
      var same = AREA == 1u || select(0.0, 1.0, answer > 0.5) == goal;
      @}
      @if CHOICES > 1 {
      var same = true;
      @}
      for (var choice = 1u; choice < CHOICES; choice++) {
        let output = outputs[start + choice * AREA];
        let wanted = targets[start + choice * AREA];
        let new_answer = output > answer;
        let new_goal = wanted > goal;
        // A new largest of both is correct, of one alone wrong; else it is as it was.
        same = (new_answer & new_goal) | (same & !new_answer & !new_goal);
        answer = select(answer, output, new_answer);
        goal = select(goal, wanted, new_goal);
      }
      sum += select(0.0, 1.0, same);
    }
  }
  parts[id.x] = sum;
}
