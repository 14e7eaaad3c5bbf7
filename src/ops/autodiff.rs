//! Operators through burn's autodiff, on any backend that computes them.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend};

use super::dispatch::Operators;
use super::operator::{BackwardInput, Everywhere, Kernels, Output};
use super::tensor_list::Floats;

/// The way back through an operator.
#[derive(Debug)]
struct Differentiated<O>(O);

impl<B: Kernels, O: Everywhere<GRADS>, const GRADS: usize> Backward<B, GRADS>
    for Differentiated<O>
{
    type State = Vec<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, GRADS>, all: &mut Gradients, _: &mut Checkpointer) {
        let gradient = all.consume::<B>(&ops.node);
        let wanted = ops.parents.each_ref().map(Option::is_some);
        let gradients = B::backward(self.0, BackwardInput { saved: ops.state, gradient, wanted });
        for (parent, gradient) in ops.parents.into_iter().zip(gradients) {
            if let Some((node, gradient)) = parent.zip(gradient) {
                all.register::<B>(node.id, gradient);
            }
        }
    }
}

impl<B: Kernels, C: CheckpointStrategy> Operators for Autodiff<B, C> {
    fn run<O: Everywhere<GRADS>, const GRADS: usize>(
        operator: O,
        inputs: Floats<Self>,
    ) -> Floats<Self> {
        let nodes: [_; GRADS] = std::array::from_fn(|index| inputs.0[index].node());
        let inputs = inputs.0.into_iter().map(|tensor| tensor.into_primitive()).collect();
        let Output { outputs, saved } = B::forward(operator, inputs);
        let mut outputs = outputs.into_iter();
        let tracked = if GRADS > 0 { outputs.next() } else { None }.map(|output| {
            match Differentiated(operator).prepare::<C>(nodes).compute_bound().stateful() {
                OpsKind::Tracked(prep) => prep.finish(saved, output),
                OpsKind::UnTracked(prep) => prep.finish(output),
            }
        });
        let constants = outputs.map(<Self as AutodiffBackend>::from_inner);
        Floats(tracked.into_iter().chain(constants).collect())
    }
}
