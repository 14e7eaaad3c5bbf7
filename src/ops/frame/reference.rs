//! Padding and cropping in burn's operations.

use burn::backend::tensor::FloatTensor;
use burn::backend::{TensorMetadata, get_or_init_device_settings};
use burn::tensor::{Shape, Slice};

use super::Frame;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

impl Operator<1> for Frame {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x] = array(inputs);
        Output::new(put::<B>(x.clone(), self.before, self.output, 0.0), vec![x])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let [x] = array(input.saved);
        let shape = x.shape();
        let Self { before, output } = self.back([shape[0], shape[1], shape[2], shape[3]]);
        [Some(put::<B>(input.gradient, before, output, 0.0))]
    }
}

/// `x` in maps of `output` that are `fill` where it is not.
pub(in crate::ops) fn put<B: Kernels>(
    x: FloatTensor<B>,
    before: [isize; 2],
    output: [usize; 2],
    fill: f32,
) -> FloatTensor<B> {
    let shape = x.shape();
    let (device, [batch, channels]) = (x.device(), [shape[0], shape[1]]);
    let floats = get_or_init_device_settings::<B>(&device).float_dtype;
    let all = Shape::new([batch, channels, output[0], output[1]]);
    let empty = B::float_full(all, fill.into(), &device, floats);
    // Of each direction: where the values come to lie, where they come from, how many they are.
    let [rows, columns] = [0, 1].map(|axis| {
        let (to, from) = (before[axis].max(0) as usize, before[axis].min(0).unsigned_abs());
        let count = shape[axis + 2].saturating_sub(from).min(output[axis].saturating_sub(to));
        (to, from, count)
    });
    let slices = |rows: (usize, usize), columns: (usize, usize)| -> [Slice; 4] {
        let range = |(start, count): (usize, usize)| (start..start + count).into();
        [(0..batch).into(), (0..channels).into(), range(rows), range(columns)]
    };
    let values = B::float_slice(x, &slices((rows.1, rows.2), (columns.1, columns.2)));
    B::float_slice_assign(empty, &slices((rows.0, rows.2), (columns.0, columns.2)), values)
}
