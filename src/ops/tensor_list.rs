//! As many tensors as there are, through burn's dispatch, whose functions take a fixed number.

use burn::backend::tensor::FloatTensor;
#[cfg(feature = "gpu")]
use burn::backend::tensor::IntTensor;
use burn::backend::{
    Backend, BackendTensor, Dispatch, DispatchAutodiffContext, DispatchTensor, DispatchTensorKind,
    ExtensionType,
};

/// A list of tensors of a kind, as burn takes them through dispatch: wrapped and unwrapped each.
macro_rules! tensor_list {
    ($visible:vis $name:ident, $tensor:ident, $wrap:ident, $unwrap:ident) => {
        /// A list of tensors.
        #[derive(Debug, Clone)]
        $visible struct $name<B: Backend>($visible Vec<$tensor<B>>);

        impl<B: Backend> ExtensionType<B> for $name<B> {
            type Target = $name<Dispatch>;

            fn map_to_dispatch<F>(
                self,
                map_kind: F,
                autodiff: DispatchAutodiffContext,
            ) -> Self::Target
            where
                F: Fn(BackendTensor<B>) -> DispatchTensorKind,
            {
                let wrap = |tensor| DispatchTensor {
                    kind: map_kind(BackendTensor::$wrap(tensor)),
                    autodiff,
                };
                $name(self.0.into_iter().map(wrap).collect())
            }

            fn map_from_dispatch<F>(target: Self::Target, unwrap_kind: F) -> Self
            where
                F: Fn(DispatchTensor) -> BackendTensor<B>,
            {
                Self(target.0.into_iter().map(|tensor| unwrap_kind(tensor).$unwrap()).collect())
            }

            fn routing_tensor(target: &Self::Target) -> Option<&DispatchTensor> {
                target.0.first()
            }

            fn routing_float_tensor(target: &Self::Target) -> Option<&DispatchTensor> {
                target.0.first().filter(|_| stringify!($wrap) == "Float")
            }

            fn autodiff_context(target: &Self::Target) -> DispatchAutodiffContext {
                let contexts = target.0.iter().map(|tensor| tensor.autodiff);
                contexts.fold(DispatchAutodiffContext::Disabled, DispatchAutodiffContext::merge)
            }
        }
    };
}

tensor_list!(pub(crate) Floats, FloatTensor, Float, float);
#[cfg(feature = "gpu")]
tensor_list!(pub(crate) Ints, IntTensor, Int, int);
