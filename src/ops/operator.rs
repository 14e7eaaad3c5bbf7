//! What an operator is: attributes, arithmetic and gradients, on any backend by burn's operations and on
//! some by kernels.

use std::fmt::Debug;

#[cfg(feature = "gpu")]
use burn::backend::Cube;
#[cfg(feature = "ndarray")]
use burn::backend::NdArray;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex};

/// What an operator gives on its way forward.
#[derive(Debug, Clone)]
pub(crate) struct Output<B: Backend> {
    /// Gradients flow back through the first; the others are constants.
    pub(crate) outputs: Vec<FloatTensor<B>>,
    /// What its gradients are made from. Each backend saves what its own [`Kernel::backward`] needs.
    pub(crate) saved: Vec<FloatTensor<B>>,
}

impl<B: Backend> Output<B> {
    /// One output, and what its gradients are made from.
    pub(crate) fn new(output: FloatTensor<B>, saved: Vec<FloatTensor<B>>) -> Self {
        Self { outputs: vec![output], saved }
    }

    /// The only output, where no gradients are wanted.
    pub(crate) fn single(self) -> FloatTensor<B> {
        let [output] = array(self.outputs);
        output
    }
}

/// What the way back through an operator begins with.
pub(crate) struct BackwardInput<B: Backend, const GRADS: usize> {
    /// What `forward` saved.
    pub(crate) saved: Vec<FloatTensor<B>>,
    /// The gradient by the first output.
    pub(crate) gradient: FloatTensor<B>,
    /// Which of the first inputs' gradients are asked for.
    pub(crate) wanted: [bool; GRADS],
}

/// The gradients by an operator's first inputs.
pub(crate) type InputGrads<B, const GRADS: usize> = [Option<FloatTensor<B>>; GRADS];

/// An operator, its value being its attributes: what it is told beside tensors. Gradients flow to the
/// first `GRADS` of its inputs.
///
/// The arithmetic here is the reference, in burn's own operations and other operators. It is what a
/// backend computes that has no kernel, and what kernels are checked against.
pub(crate) trait Operator<const GRADS: usize>: Copy + Debug + Send + 'static {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B>;

    /// Gradients by the first inputs. Those that are not wanted need not be made.
    fn backward<B: Kernels>(self, _input: BackwardInput<B, GRADS>) -> InputGrads<B, GRADS> {
        unreachable!("no gradients flow through {self:?}")
    }
}

/// An operator on a backend: the reference, or kernels of the backend's own.
pub(crate) trait Kernel<B: Kernels, const GRADS: usize>: Operator<GRADS> {
    /// See [`Operator::forward`].
    fn forward(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        Operator::forward::<B>(self, inputs)
    }

    /// See [`Operator::backward`].
    fn backward(self, input: BackwardInput<B, GRADS>) -> InputGrads<B, GRADS> {
        Operator::backward::<B>(self, input)
    }
}

/// An operator on the GPU, in a build that has one.
#[cfg(feature = "gpu")]
pub(crate) trait KernelOnGpu<const GRADS: usize>: Kernel<Cube, GRADS> {}
#[cfg(feature = "gpu")]
impl<O: Kernel<Cube, GRADS>, const GRADS: usize> KernelOnGpu<GRADS> for O {}
#[cfg(not(feature = "gpu"))]
pub(crate) trait KernelOnGpu<const GRADS: usize> {}
#[cfg(not(feature = "gpu"))]
impl<O, const GRADS: usize> KernelOnGpu<GRADS> for O {}

/// An operator on every backend of this build.
pub(crate) trait Everywhere<const GRADS: usize>:
    Kernel<Flex, GRADS> + KernelOnGpu<GRADS>
{
}
impl<O: Kernel<Flex, GRADS> + KernelOnGpu<GRADS>, const GRADS: usize> Everywhere<GRADS> for O {}

/// A backend that computes every operator, which is how operators are made of others.
pub(crate) trait Kernels: Backend {
    /// See [`Operator::forward`].
    fn forward<O: Everywhere<GRADS>, const GRADS: usize>(
        operator: O,
        inputs: Vec<FloatTensor<Self>>,
    ) -> Output<Self>;

    /// See [`Operator::backward`].
    fn backward<O: Everywhere<GRADS>, const GRADS: usize>(
        operator: O,
        input: BackwardInput<Self, GRADS>,
    ) -> InputGrads<Self, GRADS>;
}

/// A backend that computes an operator by functions of the operator's.
macro_rules! kernels {
    ($backend:ty, $forward:path, $backward:path) => {
        impl Kernels for $backend {
            fn forward<O: Everywhere<GRADS>, const GRADS: usize>(
                operator: O,
                inputs: Vec<FloatTensor<Self>>,
            ) -> Output<Self> {
                $forward(operator, inputs)
            }

            fn backward<O: Everywhere<GRADS>, const GRADS: usize>(
                operator: O,
                input: BackwardInput<Self, GRADS>,
            ) -> InputGrads<Self, GRADS> {
                $backward(operator, input)
            }
        }
    };
}

kernels!(Flex, Kernel::<Self, GRADS>::forward, Kernel::<Self, GRADS>::backward);
#[cfg(feature = "gpu")]
kernels!(Cube, Kernel::<Self, GRADS>::forward, Kernel::<Self, GRADS>::backward);
#[cfg(feature = "ndarray")]
kernels!(NdArray, Operator::<GRADS>::forward::<Self>, Operator::<GRADS>::backward::<Self>);

/// Tensors as an array.
///
/// # Panics
/// If they are not as many: an operator knows how many it takes, gives and saves.
pub(crate) fn array<T, const N: usize>(tensors: Vec<T>) -> [T; N] {
    let count = tensors.len();
    let array = tensors.try_into().ok();
    array.unwrap_or_else(|| panic!("an operator has {count} tensors where it knows of {N}"))
}
