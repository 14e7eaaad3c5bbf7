//! Maps enlarged in burn's operations: a matrix for rows and one for columns, with the shares that each
//! value has in those of the enlarged map.

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;
use burn::tensor::TensorData;

use super::Enlarge;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

impl Operator<1> for Enlarge {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x] = array(inputs);
        let rows = self.shares::<B>(&x, 0);
        let columns = B::float_swap_dims(self.shares::<B>(&x, 1), 2, 3);
        let output = B::float_matmul(rows, B::float_matmul(x.clone(), columns));
        Output::new(output, vec![x])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let [x] = array(input.saved);
        let rows = B::float_swap_dims(self.shares::<B>(&x, 0), 2, 3);
        let columns = self.shares::<B>(&x, 1);
        [Some(B::float_matmul(rows, B::float_matmul(input.gradient, columns)))]
    }
}

impl Enlarge {
    /// `[batch, channels, enlarged, size]` of a direction.
    fn shares<B: Kernels>(self, x: &FloatTensor<B>, axis: usize) -> FloatTensor<B> {
        let shape = x.shape();
        let (size, times) = (shape[axis + 2], shape[0] * shape[1]);
        let places = self.kind.places(size, self.factor[axis]);
        let mut shares = vec![0.0; places.len() * size];
        for (row, between) in shares.chunks_exact_mut(size).zip(&places) {
            row[between.lower] += 1.0 - between.part;
            row[between.upper] += between.part;
        }
        let data = TensorData::new(shares.repeat(times), [shape[0], shape[1], places.len(), size]);
        B::float_from_data(data, &x.device())
    }
}
