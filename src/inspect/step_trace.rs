//! One step of training with everything that it does to see: what each layer gives, the gradient
//! that comes back to it, and what becomes of its weights.

use burn::tensor::activation::softmax;
use burn::tensor::{Tensor, Transaction};

use super::activations::sizes;
use crate::data::dataset::Source;
use crate::nn::{Activation, Parameter};
use crate::parallel::replica::scalar;
use crate::spec::Kind;
use crate::step::train_state::read_all;
use crate::train::trainer::{TrainError, Trainer};

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
    /// The layers that learn in this phase, first to last.
    pub layers: Vec<TracedLayer>,
}

/// What a step does in one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedLayer {
    /// Keras' default name, such as `conv2d_1`.
    pub name: String,
    /// Keras' class, such as `Conv2D`.
    pub kind: &'static str,
    /// Height, width and channels, or units.
    pub shape: Vec<usize>,
    /// What the layer gives, in the order of `shape`; sums where it is the last.
    pub values: Vec<f32>,
    /// The loss's gradient by these values.
    pub gradient: Vec<f32>,
    /// Its parameters that have a gradient.
    pub parameters: Vec<TracedParameter>,
}

/// What a step does to one parameter, in Keras' layout.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedParameter {
    /// Keras' name, such as `kernel`.
    pub name: &'static str,
    /// As of [`Parameter`].
    pub shape: Vec<usize>,
    /// Values before the step.
    pub before: Vec<f32>,
    /// The loss's gradient by them.
    pub gradient: Vec<f32>,
    /// Values after the step.
    pub after: Vec<f32>,
    /// Sizes of these.
    pub norms: TracedNorms,
}

/// Euclidean lengths.
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
    /// Takes one optimizer step on one picture, with its loss and label, and shows all of it: the
    /// step is real, and counts. It trains what the run's present phase trains, an inner stage of a
    /// stacked autoencoder alone, too. It does not move the run's place in its data, and belongs to no
    /// epoch's means; before a phase's first batch the optimizer forgets it, as it forgets the
    /// phase before. Noise is that of validation; a given picture has the label 0.
    ///
    /// # Errors
    /// [`TrainError`] for an index past the end, a device that fails, or a step that ends in a loss
    /// that is not finite: then none is taken.
    pub async fn trace_step(
        &mut self,
        source: impl Into<Source<'_>>,
        index: u32,
    ) -> Result<StepTrace, TrainError> {
        let batch = self.shown(source.into(), &[index])?;
        let phase = &self.phases[self.place.phase];
        let (loss, sums, studied) = self.learner.trace_step(phase, &batch);
        let mut next = self.learner.clone();
        let _ = next.learn(phase, next.given(phase, &batch));
        let (loss_after, sums_after) = next.look(phase, &batch);

        let mut transfer = Transaction::default().register(loss).register(loss_after);
        for sums in [sums, sums_after] {
            if let Activation::Flat(logits) = sums {
                transfer = transfer.register(softmax(logits, 1));
            }
        }
        let mut gradients = Vec::new();
        for layer in &studied {
            transfer = transfer.register(layer.outputs.clone().rows());
            transfer = transfer.register(layer.upstream.clone().rows());
            gradients.extend(layer.gradients.iter().cloned());
        }
        // The parameters that have gradients, before and after: one read for everything.
        let of = |all: Vec<Parameter<Tensor<1>>>| {
            let learns = |one: &Parameter<Tensor<1>>| {
                gradients.iter().any(|found| (found.layer, found.name) == (one.layer, one.name))
            };
            all.into_iter().filter(|one| learns(one)).collect::<Vec<_>>()
        };
        let before = of(self.learner.net().parameters());
        let after = of(next.net().parameters());
        // By layer and name as the network has them, whatever the order of a phase.
        gradients.sort_by_key(|found| {
            before.iter().position(|one| (one.layer, one.name) == (found.layer, found.name))
        });
        let count = gradients.len();
        let all = gradients.into_iter().chain(before).chain(after).collect();
        let (values, mut gradients) = read_all(transfer, all).await.map_err(TrainError::Device)?;
        let mut before = gradients.split_off(count);
        let after = before.split_off(count);

        let mut values = values.into_iter();
        let (loss, loss_after) = (scalar(values.next()), scalar(values.next()));
        let learning_rate = self.config.learning_rate;
        for (what, value) in [("loss", loss), ("loss after it", loss_after)] {
            if !value.is_finite() {
                return Err(TrainError::NoStep { what, value, learning_rate });
            }
        }
        let classifies = self.model.kind == Kind::Classifier;
        let mut probabilities = || if classifies { values.next() } else { None };
        let (probabilities, probabilities_after) = (probabilities(), probabilities());

        let summary = self.summary();
        let trios: Vec<_> = gradients.into_iter().zip(before).zip(after).collect();
        let layers = studied.iter().map(|layer| {
            let row = &summary.layers[layer.layer];
            let own = trios.iter().filter(|((gradient, _), _)| gradient.layer == layer.layer);
            TracedLayer {
                name: row.name.clone(),
                kind: row.kind,
                shape: sizes(self.model.shapes[layer.layer]),
                values: values.next().unwrap_or_default(),
                gradient: values.next().unwrap_or_default(),
                parameters: own
                    .cloned()
                    .map(|((gradient, b), a)| parameter(gradient, b, a))
                    .collect(),
            }
        });
        let layers = layers.collect();
        self.good = self.learner.net();
        self.learner = next;
        self.place.step += 1;
        let step = self.place.step;
        Ok(StepTrace {
            loss,
            loss_after,
            learning_rate,
            step,
            probabilities,
            probabilities_after,
            layers,
        })
    }
}

fn parameter(gradient: Parameter, before: Parameter, after: Parameter) -> TracedParameter {
    let (before, after) = (before.values, after.values);
    let norms = TracedNorms {
        before: length(before.iter().copied().map(f64::from)),
        gradient: length(gradient.values.iter().copied().map(f64::from)),
        change: length(before.iter().zip(&after).map(|(b, a)| f64::from(*a) - f64::from(*b))),
    };
    let Parameter { name, shape, values: gradient, .. } = gradient;
    TracedParameter { name, shape, before, gradient, after, norms }
}

fn length(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|value| value * value).sum::<f64>().sqrt()
}
