//! The sigmoid on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::Sigmoid;
use crate::kernels::loss::sigmoid_in_place;
use crate::ops::operator::{Kernel, Output, array};

impl Kernel<Flex, 1> for Sigmoid {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [mut x] = array(inputs);
        sigmoid_in_place(x.storage_mut());
        Output::new(x.clone(), vec![x])
    }
}
