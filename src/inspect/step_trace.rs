//! One training step in every number: the activations of each layer, the gradients that flow back to
//! it, and its weights before and after.

use burn::tensor::{Tensor, Transaction};
use serde_json::Value;

use super::activations::sizes;
use crate::data::dataset::Source;
use crate::nn::{Activation, Parameter};
use crate::ops::{self, ActivationKind};
use crate::spec::{Kind, Output};
use crate::step::transfer::read_with_parameters;
use crate::train::error::TrainError;
use crate::train::trainer::Trainer;

/// A step on one picture. Losses and activations are as in training.
#[derive(Debug, Clone, PartialEq)]
pub struct StepTrace {
    /// Loss of the picture before the step.
    pub loss: f32,
    /// Loss of the same picture after it.
    pub loss_after: f32,
    /// Adam's learning rate.
    pub learning_rate: f64,
    /// Steps of the run, with this one.
    pub step: u64,
    /// Class probabilities before the step; `None` for autoencoders.
    pub probabilities: Option<Vec<f32>>,
    /// Class probabilities after it.
    pub probabilities_after: Option<Vec<f32>>,
    /// What the last layer makes of its logits; `None` for classifiers.
    pub output: Option<Output>,
    /// The trained layers of this phase, first to last.
    pub layers: Vec<TracedLayer>,
}

/// A step in one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedLayer {
    /// Keras' default name, such as `conv2d_1`.
    pub name: String,
    /// Keras' class, such as `Conv2D`.
    pub kind: &'static str,
    /// As in the JSON of its model; without the activation of the output where it is the last.
    pub settings: Value,
    /// Height, width and channels, or units.
    pub shape: Vec<usize>,
    /// Its activations in the order of `shape`; logits where it is the last.
    pub values: Vec<f32>,
    /// The loss's gradient with respect to these.
    pub gradient: Vec<f32>,
    /// Its parameters that have a gradient.
    pub parameters: Vec<TracedParameter>,
}

/// A step in one parameter, in Keras' layout.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedParameter {
    /// Keras' name, such as `kernel`.
    pub name: &'static str,
    /// As of [`Parameter`].
    pub shape: Vec<usize>,
    /// Values before the step.
    pub before: Vec<f32>,
    /// The loss's gradient with respect to them.
    pub gradient: Vec<f32>,
    /// Values after the step.
    pub after: Vec<f32>,
    /// Euclidean norms of these.
    pub norms: TracedNorms,
}

/// Euclidean norms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TracedNorms {
    /// Of the values before the step.
    pub before: f64,
    /// Of the gradient.
    pub gradient: f64,
    /// Of the difference that the step makes.
    pub change: f64,
}

impl Trainer {
    /// Takes one optimizer step on one picture and shows all of it. The step is real, and counts; it
    /// trains what the run's present phase trains, of a stacked autoencoder perhaps an inner stage
    /// alone. The position in the data stays, and no epoch's means count the picture. Before the first
    /// batch of a phase, the optimizer forgets the step when the phase begins. Noise is that of
    /// validation; a picture that somebody brought has the label 0.
    ///
    /// # Errors
    /// [`TrainError`] for an index past the end, a device that fails, or a step that ends in a loss
    /// that is not finite: then none is taken.
    pub async fn trace_step(
        &mut self,
        source: impl Into<Source<'_>>,
        index: u32,
    ) -> Result<StepTrace, TrainError> {
        let batch = self.fixed_batch(source.into(), &[index])?;
        let phase = self.phase();
        let (loss, logits, traced) = self.train_state.trace_step(phase, &batch);
        let mut next = self.train_state.clone();
        let _ = next.train_step(phase, next.device_batch(phase, &batch));
        let (loss_after, logits_after) = next.loss_and_logits(phase, &batch);

        let mut transfer = Transaction::default().register(loss).register(loss_after);
        for logits in [logits, logits_after] {
            if let Activation::Flat(logits) = logits {
                transfer = transfer.register(ops::activation(logits, ActivationKind::Softmax));
            }
        }
        let mut gradients = Vec::new();
        for layer in &traced {
            transfer = transfer.register(layer.outputs.clone().rows());
            transfer = transfer.register(layer.output_grad.clone().rows());
            gradients.extend(layer.gradients.iter().cloned());
        }
        // The parameters that have gradients, before and after: one transfer for everything.
        let trained = |all: Vec<Parameter<Tensor<1>>>| {
            let has_gradient = |one: &Parameter<Tensor<1>>| {
                gradients.iter().any(|found| (found.layer, found.name) == (one.layer, one.name))
            };
            all.into_iter().filter(|one| has_gradient(one)).collect::<Vec<_>>()
        };
        let before = trained(self.train_state.net().parameters());
        let after = trained(next.net().parameters());
        // In the network's order, whatever the order of a phase.
        gradients.sort_by_key(|found| {
            before.iter().position(|one| (one.layer, one.name) == (found.layer, found.name))
        });
        let count = gradients.len();
        let all = gradients.into_iter().chain(before).chain(after).collect();
        let (mut tensors, mut gradients) = read_with_parameters(transfer, all).await?;
        let mut before = gradients.split_off(count);
        let after = before.split_off(count);

        let (loss, loss_after) = (tensors.scalar()?, tensors.scalar()?);
        let learning_rate = self.train_state.optimizer().learning_rate();
        for (what, value) in [("loss", loss), ("loss after it", loss_after)] {
            if !value.is_finite() {
                return Err(TrainError::NoStep { what, value, learning_rate });
            }
        }
        let classifies = self.model.kind == Kind::Classifier;
        let mut probabilities = || classifies.then(|| tensors.tensor()).transpose();
        let (probabilities, probabilities_after) = (probabilities()?, probabilities()?);

        let summary = self.summary();
        let parameters: Vec<_> = gradients.into_iter().zip(before).zip(after).collect();
        let layers = traced.iter().map(|layer| {
            let row = &summary.layers[layer.layer];
            let own = parameters.iter().filter(|((gradient, _), _)| gradient.layer == layer.layer);
            let own = own.cloned();
            Ok(TracedLayer {
                name: row.name.clone(),
                kind: row.kind,
                settings: serde_json::to_value(&self.model.layers[layer.layer]).unwrap_or_default(),
                shape: sizes(self.model.shapes[layer.layer]),
                values: tensors.tensor()?,
                gradient: tensors.tensor()?,
                parameters: own.map(|((gradient, b), a)| parameter(gradient, b, a)).collect(),
            })
        });
        let layers = layers.collect::<Result<_, TrainError>>()?;
        self.last_finite = self.train_state.net();
        self.train_state = next;
        self.progress.step += 1;
        let step = self.progress.step;
        Ok(StepTrace {
            loss,
            loss_after,
            learning_rate,
            step,
            probabilities,
            probabilities_after,
            output: self.model.reconstruction_output(),
            layers,
        })
    }
}

fn parameter(gradient: Parameter, before: Parameter, after: Parameter) -> TracedParameter {
    let (before, after) = (before.values, after.values);
    let norms = TracedNorms {
        before: norm(before.iter().copied().map(f64::from)),
        gradient: norm(gradient.values.iter().copied().map(f64::from)),
        change: norm(before.iter().zip(&after).map(|(b, a)| f64::from(*a) - f64::from(*b))),
    };
    let Parameter { name, shape, values: gradient, .. } = gradient;
    TracedParameter { name, shape, before, gradient, after, norms }
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}
