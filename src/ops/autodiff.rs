//! The operators' gradients, for any backend that has the kernels.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients as Found;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend};

use super::{
    ConvBlockAttrs, ConvBlockOutput, Floats, Gradients, Kernels, LossAndCorrect, LossKind,
    LossValue, Operators, Resize, each,
};

#[derive(Debug)]
struct Block;

impl<B: Kernels> Backward<B, 3> for Block {
    type State = ([FloatTensor<B>; 3], Vec<FloatTensor<B>>, ConvBlockAttrs);

    fn backward(self, ops: Ops<Self::State, 3>, found: &mut Found, _: &mut Checkpointer) {
        let gradient = found.consume::<B>(&ops.node);
        let ([x, weight, bias], kept, around) = ops.state;
        let wants_inputs = ops.parents[0].is_some();
        let gradients = B::block_backward(x, weight, bias, kept, gradient, around, wants_inputs);
        register::<B>(ops.parents.map(|node| Some(node?.id)), gradients, found);
    }
}

#[derive(Debug)]
struct Dense;

impl<B: Kernels> Backward<B, 3> for Dense {
    type State = ([FloatTensor<B>; 2], Option<FloatTensor<B>>);

    fn backward(self, ops: Ops<Self::State, 3>, found: &mut Found, _: &mut Checkpointer) {
        let gradient = found.consume::<B>(&ops.node);
        let ([x, weight], output) = ops.state;
        let gradients = B::dense_backward(x, weight, output, gradient);
        register::<B>(ops.parents.map(|node| Some(node?.id)), gradients, found);
    }
}

#[derive(Debug)]
struct Resized;

impl<B: Kernels> Backward<B, 1> for Resized {
    type State = (FloatTensor<B>, Resize);

    fn backward(self, ops: Ops<Self::State, 1>, found: &mut Found, _: &mut Checkpointer) {
        let (x, kind) = ops.state;
        unary::<B, _>(ops.parents, ops.node, found, |gradient| {
            B::resize_backward(x, gradient, kind)
        });
    }
}

#[derive(Debug)]
struct BatchNorm;

impl<B: Kernels> Backward<B, 3> for BatchNorm {
    type State = ([FloatTensor<B>; 3], f64, bool);

    fn backward(self, ops: Ops<Self::State, 3>, found: &mut Found, _: &mut Checkpointer) {
        let gradient = found.consume::<B>(&ops.node);
        let ([x, moments, gamma], epsilon, by_moments) = ops.state;
        let gradients = B::normalize_backward(x, moments, gamma, gradient, epsilon, by_moments);
        register::<B>(ops.parents.map(|node| Some(node?.id)), gradients, found);
    }
}

#[derive(Debug)]
struct Loss;

impl<B: Kernels> Backward<B, 1> for Loss {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, found: &mut Found, _: &mut Checkpointer) {
        let gradients = ops.state;
        // The gradient of the mean is one number, for every input.
        unary::<B, _>(ops.parents, ops.node, found, |gradient| B::scale(gradients, gradient));
    }
}

#[derive(Debug)]
struct Sigmoid;

impl<B: Kernels> Backward<B, 1> for Sigmoid {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, found: &mut Found, _: &mut Checkpointer) {
        let output = ops.state;
        unary::<B, _>(ops.parents, ops.node, found, |gradient| {
            B::sigmoid_backward(output, gradient)
        });
    }
}

/// Hands gradients to those of input, weight and bias that want one.
fn register<B: Kernels>(parents: [Option<NodeId>; 3], gradients: Gradients<B>, found: &mut Found) {
    let Gradients { inputs, weights, bias } = gradients;
    for (parent, gradient) in parents.into_iter().zip([inputs, Some(weights), Some(bias)]) {
        if let (Some(id), Some(gradient)) = (parent, gradient) {
            found.register::<B>(id, gradient);
        }
    }
}

/// A number that `make` makes of `x`, which sends its gradients back there, and what comes beside it.
fn number<B: Kernels, C: CheckpointStrategy, T>(
    x: FloatTensor<Autodiff<B, C>>,
    make: impl FnOnce(FloatTensor<B>) -> (LossValue<B>, T),
) -> (FloatTensor<Autodiff<B, C>>, T) {
    let node = x.node();
    let (LossValue { mean, gradients }, beside) = make(x.into_primitive());
    let number = match Loss.prepare::<C>([node]).compute_bound().stateful() {
        OpsKind::Tracked(prep) => prep.finish(gradients, mean),
        OpsKind::UnTracked(prep) => prep.finish(mean),
    };
    (number, beside)
}

impl<B: Kernels, C: CheckpointStrategy> Operators for Autodiff<B, C> {
    fn block_op(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        around: usize,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        let [x, weight, bias] = [x, weight, bias].map(|tensor| tensor.into_primitive());
        let around = ConvBlockAttrs::numbered(around);
        let ConvBlockOutput { output, kept } =
            B::block(x.clone(), weight.clone(), bias.clone(), around);
        match Block.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(([x, weight, bias], kept, around), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn dense_op(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        relu: bool,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        let [x, weight, bias] = [x, weight, bias].map(|tensor| tensor.into_primitive());
        let output = B::dense(x.clone(), weight.clone(), bias, relu);
        match Dense.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let kept = relu.then(|| output.clone());
                prep.finish(([x, weight], kept), output)
            }
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn loss_op(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: usize,
    ) -> FloatTensor<Self> {
        let (targets, kind) = (targets.into_primitive(), LossKind::numbered(kind));
        number::<B, C, _>(inputs, |inputs| (B::loss_value(inputs, targets, kind), ())).0
    }

    fn pull_op(x: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self> {
        let gradients = gradient.into_primitive();
        let value = LossValue { mean: B::pull(gradients.clone()), gradients };
        number::<B, C, _>(x, |_| (value, ())).0
    }

    fn loss_and_correct_op(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: usize,
    ) -> LossAndCorrect<Self> {
        let (targets, kind) = (targets.into_primitive(), LossKind::numbered(kind));
        let (loss, right) = number::<B, C, _>(inputs, |inputs| B::judge(inputs, targets, kind));
        LossAndCorrect { loss, right: <Self as AutodiffBackend>::from_inner(right) }
    }

    fn right_op(outputs: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self> {
        let right = B::right(outputs.into_primitive(), targets.into_primitive());
        <Self as AutodiffBackend>::from_inner(right)
    }

    fn sigmoid_op(x: FloatTensor<Self>) -> FloatTensor<Self> {
        let node = x.node();
        let output = B::squash(x.into_primitive());
        match Sigmoid.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(output.clone(), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn resize_op(x: FloatTensor<Self>, kind: usize) -> FloatTensor<Self> {
        let (node, kind) = (x.node(), Resize::numbered(kind));
        let x = x.into_primitive();
        let output = B::resize(x.clone(), kind);
        match Resized.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, kind), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn moments_op(x: FloatTensor<Self>) -> FloatTensor<Self> {
        <Self as AutodiffBackend>::from_inner(B::moments(x.into_primitive()))
    }

    fn batch_norm_op(
        x: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
        by_moments: bool,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), gamma.node(), beta.node()];
        let [x, moments, gamma, beta] =
            [x, moments, gamma, beta].map(|tensor| tensor.into_primitive());
        let output = B::normalize(x.clone(), moments.clone(), gamma.clone(), beta, epsilon);
        match BatchNorm.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                prep.finish(([x, moments, gamma], epsilon, by_moments), output)
            }
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }

    fn adam_op(parameters: Floats<Self>, size: f32) -> Floats<Self> {
        let parameters = parameters.0.into_iter().map(|tensor| tensor.into_primitive()).collect();
        let moved = B::adam(each(parameters), size).into_flattened();
        Floats(moved.into_iter().map(<Self as AutodiffBackend>::from_inner).collect())
    }
}
