// How many answers are right: of [pictures, CHOICES, AREA] outputs and targets, the places at which
// the first largest choice is the same. A workgroup has 1024 places and leaves their count; `mean` adds
// those up.

@group(0) @binding(0) var<storage, read> outputs: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<f32>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;
@group(0) @binding(3) var<storage, read> info: array<u32>; // places

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  var sum = 0.0;
  for (var k = 0u; k < 4u; k++) {
    let i = group.x * 1024u + k * 256u + thread;
    if (i >= info[0]) { break; }
    let start = i / AREA * CHOICES * AREA + i % AREA;
    var answer = 0u;
    var goal = 0u;
    for (var choice = 1u; choice < CHOICES; choice++) {
      if (outputs[start + choice * AREA] > outputs[start + answer * AREA]) { answer = choice; }
      if (targets[start + choice * AREA] > targets[start + goal * AREA]) { goal = choice; }
    }
    sum += select(0.0, 1.0, answer == goal);
  }
  let total = tree_sum(thread, sum);
  if (thread == 0u) { parts[group.x] = total; }
}
