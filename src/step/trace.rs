//! A step taken apart: the loss on a batch and the chain rule layer by layer, with the gradient between
//! every two layers, which an ordinary backward pass never keeps. Weights and optimizer stay.

use burn::tensor::Tensor;

use super::autodiff::{gradient, leaf, seeded, untracked};
use super::penalty::told_with_penalty;
use super::prepare::DeviceBatch;
use super::train_state::{TrainState, forward_trained};
use crate::nn::{Activation, Branches, Parameter};
use crate::ops;
use crate::step::batch::Batch;
use crate::step::phase::Phase;

/// One layer of [`TrainState::trace_step`], still on the device.
pub(crate) struct LayerTrace {
    /// Its index in the network.
    pub(crate) layer: usize,
    /// Its outputs in training.
    pub(crate) outputs: Activation,
    /// The loss's gradient with respect to the outputs.
    pub(crate) output_grad: Activation,
    /// The loss's gradients with respect to the layer's parameters.
    pub(crate) gradients: Vec<Parameter<Tensor<1>>>,
}

impl TrainState {
    /// The loss on `batch`, the logits, and the chain rule layer by layer for the trained layers. Each
    /// layer is an autodiff graph of its own, so that the gradient between two of them can be seen.
    pub(crate) fn trace_step(
        &self,
        phase: &Phase,
        batch: &Batch,
    ) -> (Tensor<1>, Activation, Vec<LayerTrace>) {
        let mut net = self.net.clone();
        let DeviceBatch { inputs, targets, streams, weights, .. } = self.device_batch(phase, batch);
        let mut x = Branches::from(inputs);
        let mut forward = Vec::new();
        for layer in phase.trained.iter().flat_map(Clone::clone) {
            let inputs = x.map(leaf);
            let outputs = net.forward_training_branches(inputs.clone(), layer..layer + 1, &streams);
            x = outputs.clone();
            forward.push((layer, inputs, outputs));
        }
        let logits = leaf(x.main);
        let loss = self.phase_loss(phase, logits.clone(), targets, weights);
        let mut output_grad = Branches::from(gradient(&logits, &loss.backward()));
        let kl = forward.iter().find_map(|(_, _, outputs)| outputs.kl.clone());
        let (loss, _) = self.with_divergence(loss.inner(), kl.map(Tensor::inner));
        let penalty_grads = net.penalty(&phase.trained).map(|penalty| penalty.backward());
        let mut layers = Vec::new();
        for (layer, inputs, outputs) in forward.into_iter().rev() {
            let seeds = outputs.clone().into_iter().zip(output_grad.clone());
            let seeded = seeds.map(|(y, gradient)| seeded(y, gradient));
            // What goes from this layer straight to the loss.
            let seeded = seeded.chain(self.weighted_divergence(outputs.kl.clone()));
            let found = seeded.reduce(ops::sum).map(|sum| sum.backward());
            // There is always a main branch.
            let Some(found) = found else { continue };
            let mut gradients = net.gradients(&found);
            if let Some(penalty) = &penalty_grads {
                add_own(&mut gradients, net.gradients(penalty));
            }
            let outputs = untracked(outputs.main);
            layers.push(LayerTrace { layer, outputs, output_grad: output_grad.main, gradients });
            output_grad = inputs.map(|input| gradient(&input, &found));
        }
        layers.reverse();
        (told_with_penalty(&net, phase, loss), untracked(logits), layers)
    }

    /// The loss of the phase on `batch` and the logits, as in training, without a step.
    pub(crate) fn loss_and_logits(&self, phase: &Phase, batch: &Batch) -> (Tensor<1>, Activation) {
        let mut net = self.net.clone();
        let DeviceBatch { inputs, targets, streams, weights, .. } = self.device_batch(phase, batch);
        let Branches { main: logits, kl, .. } = forward_trained(&mut net, phase, inputs, &streams);
        let loss = self.phase_loss(phase, logits.clone(), targets, weights);
        let (loss, _) = self.with_divergence(loss, kl);
        (told_with_penalty(&net, phase, loss.inner()), untracked(logits))
    }
}

/// Adds what else flows to parameters to their gradients.
fn add_own(gradients: &mut [Parameter<Tensor<1>>], others: Vec<Parameter<Tensor<1>>>) {
    for other in others {
        let same =
            |one: &&mut Parameter<Tensor<1>>| (one.layer, one.name) == (other.layer, other.name);
        if let Some(one) = gradients.iter_mut().find(same) {
            one.values = ops::sum(one.values.clone(), other.values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Backend;
    use crate::data::dataset::Dataset;
    use crate::data::pictures::PictureShape;
    use crate::spec::model::ModelSpec;
    use crate::spec::{RunConfig, ValidModel};
    use crate::step::batch::Draw;
    use crate::step::phase::phases;

    fn host(values: Tensor<1>) -> Vec<f32> {
        let data = pollster::block_on(values.into_data_async()).expect("a CPU answers");
        data.try_into_vec().expect("32-bit values")
    }

    #[test]
    fn layer_by_layer_comes_to_what_the_whole_network_does() {
        let text = r#"{"input":[32,32,3], "task":{"type":"classify"}, "layers":[
            {"type":"Conv2D","filters":4,"kernel_size":3,"strides":4,"padding":"same",
             "kernel_regularizer":{"l1":0.1,"l2":0.2}},
            {"type":"Residual","layers":[
                {"type":"BatchNormalization"},
                {"type":"Residual","layers":[{"type":"Activation","activation":"elu"}]},
                {"type":"Conv2D","filters":6,"kernel_size":3,"strides":2,"padding":"same"}]},
            {"type":"Flatten"}, {"type":"Dense","units":10,"activation":"softmax"}]}"#;
        let spec: ModelSpec = serde_json::from_str(text).expect("a model");
        let model =
            ValidModel::new(&spec, "a model", PictureShape::CIFAR, 10).expect("it can be built");
        let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
        let config = RunConfig::named("cnn-max-2").expect("a preset");
        let state = TrainState::new(&config, &model, &device);
        let phase = phases(&model).remove(0);
        let data = Dataset::noise(PictureShape::CIFAR, 6, 10);
        let batch = Batch::new(&data.train, &[0, 1, 2, 3, 4, 5], &config, Draw::Fixed);
        let (loss, logits, layers) = state.trace_step(&phase, &batch);
        let (whole_loss, whole_logits) = state.loss_and_logits(&phase, &batch);
        assert_eq!(host(loss), host(whole_loss));
        let values = |x: Activation| {
            let rows = x.rows();
            let [rows_count, columns] = rows.dims();
            host(rows.reshape([rows_count * columns]))
        };
        assert_eq!(values(logits), values(whole_logits));
        let (_, exact) = state.gradients(&phase, &batch);
        let found: Vec<_> = layers.into_iter().flat_map(|layer| layer.gradients).collect();
        assert_eq!(found.len(), exact.len());
        for exact in exact {
            let name = format!("layer {} {}", exact.layer, exact.name);
            let same =
                |one: &&Parameter<Tensor<1>>| (one.layer, one.name) == (exact.layer, exact.name);
            let found = found.iter().find(same).expect(&name);
            let (found, exact) = (host(found.values.clone()), host(exact.values));
            for (found, exact) in found.iter().zip(&exact) {
                assert!((found - exact).abs() < 1e-5, "{name}: {found} for {exact}");
            }
        }
    }
}
