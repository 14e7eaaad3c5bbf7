// Lines of a kernel's body: of the nine taps from each of the four indices `w` on, the sixteen sums that
// `upsample_conv` multiplies by, sum0_0 to sum3_3, as the transposed convolution of side 4 has them.
@for t in 0..9 {
let w#{t} = vec4(weight[w.x + #{t}u], weight[w.y + #{t}u], weight[w.z + #{t}u], weight[w.w + #{t}u]);
@}
@for k in 0..3 {
let row#{k}_0 = w#{3 * k + 2};
let row#{k}_1 = w#{3 * k + 1} + w#{3 * k + 2};
let row#{k}_2 = w#{3 * k} + w#{3 * k + 1};
let row#{k}_3 = w#{3 * k};
@}
@for v in 0..4 {
let sum0_#{v} = row2_#{v};
let sum1_#{v} = row1_#{v} + row2_#{v};
let sum2_#{v} = row0_#{v} + row1_#{v};
let sum3_#{v} = row0_#{v};
@}
