//! Watching a run for the signs of [`super::diagnosis`]: notes what its epochs say, and looks at its
//! outputs where they give a reason to. Nothing of the run is changed, and nothing of this is stored
//! with it: a resumed run is watched from there on.

use crate::data::pictures::Pictures;
use crate::nn::{Activation, AnyLayer};
use crate::ops::{self, ActivationKind};
use crate::spec::{Kind, Loss, RunConfig, ValidModel};
use crate::step::batch::{Batch, Draw};
use crate::step::transfer::read_tensor;
use crate::train::diagnosis::{EpochNumbers, Facts, Finding, Look, Outputs, findings};
use crate::train::error::TrainError;
use crate::train::events::{Progress, RunEvent};
use crate::train::trainer::{Trainer, VALIDATION_BATCH};
use crate::train::training_data::TrainingData;

/// What has been noted of a run.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    facts: Facts,
    /// The loss of the first step seen of the phase.
    start: Option<f64>,
    /// Of the phase.
    epochs: Vec<EpochNumbers>,
    /// The end of an epoch that was not judged yet.
    due: Option<Progress>,
    told: Vec<Finding>,
}

impl Watch {
    pub(crate) fn new(config: &RunConfig, model: &ValidModel, data: &TrainingData) -> Self {
        let classifier = model.kind == Kind::Classifier;
        let momenta = model.layers.iter().filter_map(|one| match one {
            AnyLayer::BatchNormalization(norm) => Some(norm.momentum),
            _ => None,
        });
        let test_shares = shares(&data.test, model.classes());
        let facts = Facts {
            output: model.reconstruction_output(),
            loss: config.loss,
            guess: classifier.then(|| guess(&shares(&data.train, model.classes()), config)),
            chance: test_shares.into_iter().fold(0.0, f64::max),
            test: data.test.len(),
            momentum: momenta.reduce(f64::max),
        };
        Self { facts, start: None, epochs: Vec::new(), due: None, told: Vec::new() }
    }

    pub(crate) fn begin_phase(&mut self) {
        self.start = None;
        self.epochs.clear();
    }

    pub(crate) fn note_step(&mut self, loss: f64) {
        self.start.get_or_insert(loss);
    }

    pub(crate) fn note_epoch(&mut self, progress: Progress, numbers: EpochNumbers) {
        self.epochs.push(numbers);
        self.due = Some(progress);
    }
}

/// The loss in training of the best answer that is the same for every picture, where the classes have
/// these shares of them.
fn guess(shares: &[f64], config: &RunConfig) -> f64 {
    let largest = shares.iter().copied().fold(0.0, f64::max);
    if config.loss == Loss::CategoricalHinge {
        // All on one class, or the same for all of them.
        return 1.0_f64.min(2.0 * (1.0 - largest));
    }
    let smoothing = config.label_smoothing;
    let weight = |class| config.class_weights.as_ref().map_or(1.0, |weights| weights.of(class));
    let weighted: Vec<f64> =
        (0..).zip(shares).map(|(class, share)| share * weight(class)).collect();
    // Shares add up to 1, but for rounding.
    let total = config.class_weights.as_ref().map_or(1.0, |_| weighted.iter().sum());
    let goal = |own: f64| own * (1.0 - smoothing) + total * smoothing / shares.len() as f64;
    let nats = |goal: f64| if goal > 0.0 { -goal * (goal / total).ln() } else { 0.0 };
    weighted.into_iter().map(goal).map(nats).sum()
}

/// The share of each class among the pictures.
fn shares(pictures: &Pictures, classes: usize) -> Vec<f64> {
    let mut counts = vec![0.0; classes];
    for &label in pictures.labels() {
        if let Some(count) = counts.get_mut(usize::from(label)) {
            *count += 1.0;
        }
    }
    counts.into_iter().map(|count| count / pictures.len().max(1) as f64).collect()
}

impl Trainer {
    /// What seems to be wrong with the run, to be asked after an epoch: an event with all findings, or
    /// `None` where there are none and were none before. The run stays as it is, and its numbers are
    /// what they would be without; where they give a reason to, this looks at the outputs for some
    /// pictures.
    ///
    /// # Errors
    /// [`TrainError`] where the device fails, or has failed in the middle of steps.
    pub async fn diagnose(&mut self) -> Result<Option<RunEvent>, TrainError> {
        self.queued.check()?;
        let Some(progress) = self.watch.due.take() else { return Ok(None) };
        let Watch { facts, start, epochs, .. } = &self.watch;
        let start = start.or(epochs.first().map(|first| first.loss)).unwrap_or_default();
        let reasons = facts.reasons(start, epochs);
        let mut look = Look::default();
        if reasons.outputs {
            look.outputs = Some(self.look_at_outputs().await?);
        }
        if reasons.inference {
            let count = self.data.train.len().min(VALIDATION_BATCH) as u32;
            let indices: Vec<u32> = (0..count).collect();
            let batch = Batch::new(&self.data.train, &indices, &self.config, Draw::Fixed);
            look.inference_loss = self.train_state.metrics(self.phase(), &batch).await?.loss();
        }
        let found = findings(facts, start, epochs, &look);
        let before = std::mem::replace(&mut self.watch.told, found.clone());
        let tells = !(found.is_empty() && before.is_empty());
        Ok(tells.then_some(RunEvent::Diagnosis { progress, findings: found }))
    }

    /// Of the pictures of the first batch of validation, for which the device has its kernels ready.
    async fn look_at_outputs(&self) -> Result<Outputs, TrainError> {
        let indices = self.test_indices(0);
        let batch = Batch::new(&self.data.test, &indices, &self.config, Draw::Fixed);
        let values = batch.shape.bytes();
        match self.train_state.evaluate(self.phase(), &batch).1 {
            Activation::Flat(logits) => {
                let probabilities =
                    read_tensor(ops::activation(logits, ActivationKind::Softmax)).await?;
                let classes = probabilities.len() / batch.len().max(1);
                let variation = (0..classes)
                    .map(|class| {
                        let of_class = probabilities.iter().copied().skip(class).step_by(classes);
                        let [low, high] = range(of_class);
                        f64::from(high - low)
                    })
                    .fold(0.0, f64::max);
                let variation = vary(&batch.clean, values).then_some(variation);
                let range = range(probabilities.into_iter());
                Ok(Outputs { range, target_range: [0.0, 1.0], variation })
            }
            map @ Activation::Map(_) => {
                let outputs = read_tensor(map.rows()).await?;
                let targets = deviation(&batch.clean, values);
                let variation = (targets > 0.0).then(|| deviation(&outputs, values) / targets);
                let target_range = range(batch.clean.iter().copied());
                Ok(Outputs { range: range(outputs.into_iter()), target_range, variation })
            }
        }
    }
}

fn range(values: impl Iterator<Item = f32>) -> [f32; 2] {
    values.fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], value| {
        [low.min(value), high.max(value)]
    })
}

/// Whether not all pictures, of so many values each, are the same.
fn vary(pictures: &[f32], values: usize) -> bool {
    pictures.chunks_exact(values).any(|picture| picture != &pictures[..values])
}

/// Of the pictures, of so many values each, from their mean: the root of the mean square over all values.
fn deviation(pictures: &[f32], values: usize) -> f64 {
    let pictures = pictures.chunks_exact(values);
    let count = pictures.len().max(1) as f64;
    let mut mean = vec![0.0_f64; values];
    for picture in pictures.clone() {
        for (sum, &value) in mean.iter_mut().zip(picture) {
            *sum += f64::from(value) / count;
        }
    }
    let squares = pictures.flat_map(|picture| picture.iter().zip(&mean));
    let sum: f64 = squares.map(|(&value, mean)| (f64::from(value) - mean).powi(2)).sum();
    (sum / (count * values as f64)).sqrt()
}
