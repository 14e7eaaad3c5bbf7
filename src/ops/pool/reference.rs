//! Pooling in general in burn's operations: maps are framed so that every window lies inside.

use burn::backend::tensor::FloatTensor;
use burn::backend::{TensorMetadata, get_or_init_device_settings};
use burn::tensor::TensorData;

use super::PoolAttrs;
use crate::kernels::pool::Pool;
use crate::ops::frame::put;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

impl Operator<1> for PoolAttrs {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x] = array(inputs);
        let framed = self.framed::<B>(x.clone());
        let (size, stride) = (self.size, self.stride);
        let output = match self.kind {
            Pool::Max => B::max_pool2d(framed, size, stride, [0, 0], [1, 1], false),
            Pool::Average => {
                let means = B::avg_pool2d(framed, size, stride, [0, 0], true, false);
                B::float_mul(means, self.shares::<B>(&x))
            }
        };
        Output::new(output, vec![x])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let shape = x.shape();
        let framed = self.framed::<B>(x.clone());
        let (size, stride) = (self.size, self.stride);
        let by_framed = match self.kind {
            Pool::Max => {
                let integers = get_or_init_device_settings::<B>(&x.device()).int_dtype;
                let found = B::max_pool2d_with_indices(
                    framed.clone(),
                    size,
                    stride,
                    [0, 0],
                    [1, 1],
                    false,
                    integers,
                );
                let indices = found.indices;
                B::max_pool2d_with_indices_backward(
                    framed,
                    size,
                    stride,
                    [0, 0],
                    [1, 1],
                    false,
                    gradient,
                    indices,
                )
                .x_grad
            }
            Pool::Average => {
                let gradient = B::float_mul(gradient, self.shares::<B>(&x));
                B::avg_pool2d_backward(framed, gradient, size, stride, [0, 0], true, false)
            }
        };
        let before = self.before.map(|border| -(border as isize));
        [Some(put::<B>(by_framed, before, [shape[2], shape[3]], 0.0))]
    }
}

impl PoolAttrs {
    /// `x` with as much of a border as the windows cover.
    fn framed<B: Kernels>(self, x: FloatTensor<B>) -> FloatTensor<B> {
        let extent =
            [0, 1].map(|axis| (self.output[axis] - 1) * self.stride[axis] + self.size[axis]);
        let fill = if self.kind == Pool::Max { f32::NEG_INFINITY } else { 0.0 };
        put::<B>(x, self.before.map(|border| border as isize), extent, fill)
    }

    /// How many times as much a mean is without what lies past the border, `[1, 1, h', w']`.
    fn shares<B: Kernels>(self, x: &FloatTensor<B>) -> FloatTensor<B> {
        let shape = x.shape();
        let covered = |axis: usize, at: usize| {
            let start = at * self.stride[axis];
            let end = (start + self.size[axis]).min(shape[axis + 2] + self.before[axis]);
            end - start.max(self.before[axis])
        };
        let [h, w] = self.output;
        let all = (self.size[0] * self.size[1]) as f32;
        let shares: Vec<f32> =
            (0..h * w).map(|at| all / (covered(0, at / w) * covered(1, at % w)) as f32).collect();
        B::float_from_data(TensorData::new(shares, [1, 1, h, w]), &x.device())
    }
}
