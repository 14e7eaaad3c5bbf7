//! Gradients cut to a norm on the CPU, in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::ClipByNorm;
use crate::kernels::update::sum_of_squares;
use crate::ops::operator::{Kernel, Output};

impl Kernel<Flex, 0> for ClipByNorm {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let mut outputs: Vec<FlexTensor> = inputs.iter().map(FlexTensor::to_contiguous).collect();
        drop(inputs);
        let squares = |tensor: &FlexTensor| {
            sum_of_squares(tensor.as_slice().expect("gradients are contiguous values of 32 bits"))
        };
        match self {
            Self::Each(limit) => {
                for tensor in &mut outputs {
                    let norm = squares(tensor).sqrt() as f32;
                    // `f32::max` would drop a NaN.
                    let below = if norm < limit { limit } else { norm };
                    let values = tensor.storage_mut::<f32>().iter_mut();
                    values.for_each(|value| *value = *value * limit / below);
                }
            }
            Self::Global(limit) => {
                let norm = outputs.iter().map(squares).sum::<f64>().sqrt() as f32;
                let (own, most) = (1.0 / norm, 1.0 / limit);
                // What is not finite makes everything so: the run is to notice.
                let scale = limit * if own > most { most } else { own } + norm * 0.0;
                for tensor in &mut outputs {
                    tensor.storage_mut::<f32>().iter_mut().for_each(|value| *value *= scale);
                }
            }
        }
        Output { outputs, saved: Vec::new() }
    }
}
