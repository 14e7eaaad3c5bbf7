//! What a convolution and a transposed one have in common: kernel, bias, and their limits.

use burn::tensor::{Device, Tensor};

use super::init::InitializerName;
use super::layer::{ShapeError, within};
use super::pair::Pair;
use super::parameter::{Layout, ParameterSpec};
use super::regularizer::Regularizer;
use super::sliding::{DILATIONS, MOST_WEIGHTS, SIZES, Sliding};

/// The settings of a kernel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kernel {
    pub(super) filters: usize,
    pub(super) sliding: Sliding,
    pub(super) use_bias: bool,
    pub(super) kernel_initializer: InitializerName,
    pub(super) bias_initializer: InitializerName,
    pub(super) regularizer: Option<Regularizer>,
}

/// Keras' default of `use_bias`.
pub(super) fn yes() -> bool {
    true
}

impl Kernel {
    /// Refuses settings out of their range, for kernels that meet so many channels.
    pub(super) fn check(self, channels: usize) -> Result<(), ShapeError> {
        let Sliding { size, strides, dilation, .. } = self.sliding;
        within("filters", self.filters, 1..=4096)?;
        size.within("kernel_size", SIZES)?;
        strides.within("strides", SIZES)?;
        dilation.within("dilation_rate", DILATIONS)?;
        if !strides.is_one() && !dilation.is_one() {
            return Err(ShapeError::Unfit(
                "its `strides` and its `dilation_rate` are both above 1, which Keras does not have \
                 either. Use 1 for one of them"
                    .to_owned(),
            ));
        }
        Regularizer::check(self.regularizer)?;
        let Pair { height, width } = size;
        let weights = channels.saturating_mul(height * width);
        if weights > MOST_WEIGHTS {
            return Err(ShapeError::Unfit(format!(
                "each filter would have {weights} weights, more than {MOST_WEIGHTS}. Use a smaller \
                 `kernel_size`, or fewer channels before it"
            )));
        }
        Ok(())
    }

    /// How it is done, where not by a step of one: ` with stride 2 and dilation 1x2`.
    pub(super) fn describe(self) -> String {
        let Sliding { strides, dilation, .. } = self.sliding;
        let steps = [("stride", strides), ("dilation", dilation)];
        let steps = steps.into_iter().filter(|(_, step)| !step.is_one());
        let steps: Vec<String> = steps.map(|(word, step)| format!("{word} {step}")).collect();
        if steps.is_empty() { String::new() } else { format!(" with {}", steps.join(" and ")) }
    }

    /// The kernel, of Keras' shape `[ky, kx, ...ends]`, and the bias.
    pub(super) fn parameters(self, ends: [usize; 2]) -> Vec<ParameterSpec> {
        let Pair { height, width } = self.sliding.size;
        let shape = vec![height, width, ends[0], ends[1]];
        let initializer = self.kernel_initializer.of_shape(&shape);
        let kernel = ParameterSpec {
            layout: Layout::FilterFirst,
            penalty: Regularizer::penalty(self.regularizer),
            ..ParameterSpec::new("kernel", shape, initializer)
        };
        let initializer = self.bias_initializer.of_shape(&[self.filters]);
        let bias = ParameterSpec::new("bias", vec![self.filters], initializer);
        if self.use_bias { vec![kernel, bias] } else { vec![kernel] }
    }

    /// The kernel on the device, `[...ends, ky, kx]`: Keras' ends in reverse order.
    pub(super) fn weight(self, weights: &[Tensor<1>], ends: [usize; 2]) -> Tensor<4> {
        let Pair { height, width } = self.sliding.size;
        weights[0].clone().reshape([ends[0], ends[1], height, width])
    }

    /// The bias, zeros if it has none.
    pub(super) fn bias(self, weights: &[Tensor<1>], device: &Device) -> Tensor<1> {
        match weights.get(1) {
            Some(bias) => bias.clone(),
            None => Tensor::zeros([self.filters], device),
        }
    }
}
