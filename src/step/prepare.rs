//! Batches on the device, to be trained on: the inputs of the trained layers, what their outputs are
//! compared with, and how much each picture counts.

use burn::tensor::{Device, Tensor, TensorData};

use crate::nn::{Activation, SampleStreams};
use crate::ops;
use crate::spec::Kind;
use crate::step::autodiff::tracked;
use crate::step::batch::{Batch, smoothed};
use crate::step::phase::{Phase, Target};
use crate::step::train_state::TrainState;

/// A batch on the device, as far as it can be computed before the trained weights are known.
#[derive(Debug, Clone)]
pub(crate) struct DeviceBatch {
    pub(crate) pictures: usize,
    /// Random numbers of the layers.
    pub(crate) streams: SampleStreams,
    /// Inputs of the trained layers: pictures, or the codes of the frozen layers.
    pub(crate) inputs: Activation,
    /// What the outputs are compared with.
    pub(crate) targets: Activation,
    /// How much each picture counts, `[batch]`, where that is not the same.
    pub(crate) weights: Option<Tensor<1>>,
}

impl DeviceBatch {
    /// The same with weights, which are off the autodiff device.
    pub(crate) fn weighted(self, weights: Option<Tensor<1>>) -> Self {
        Self { weights: weights.map(Tensor::from_inner), ..self }
    }
}

impl TrainState {
    /// `batch` on the device, to be trained on.
    pub(crate) fn device_batch(&self, phase: &Phase, batch: &Batch) -> DeviceBatch {
        let inputs = Activation::Map(batch.inputs(&self.plain_device()));
        let targets = || self.targets_beside(batch, &inputs, &self.plain_device());
        let prepared = self.prepare_batch(phase, batch.streams.clone(), inputs.clone(), targets);
        prepared.weighted(self.sample_weights(&batch.labels, &self.plain_device()))
    }

    /// How much pictures of these labels count in training, `[batch]`, on `device`; `None` where all
    /// count the same.
    pub(crate) fn sample_weights(&self, labels: &[i32], device: &Device) -> Option<Tensor<1>> {
        let weights = self.config.class_weights.as_ref()?;
        let of =
            |label: &i32| usize::try_from(*label).map_or(1.0, |class| weights.of(class)) as f32;
        let values: Vec<f32> = labels.iter().map(of).collect();
        Some(ops::from_data(TensorData::new(values, [labels.len()]), device))
    }

    /// A batch of the pictures of `streams`, to be trained on: `inputs` and `targets` are off the
    /// autodiff device.
    pub(crate) fn prepare_batch(
        &self,
        phase: &Phase,
        streams: SampleStreams,
        inputs: Activation,
        targets: impl FnOnce() -> Activation,
    ) -> DeviceBatch {
        let pictures = streams.indices.len();
        if phase.target == Target::Code {
            // No gradient flows back into the frozen layers. If they ran with autodiff, their graph
            // would never be freed, because nothing goes back through it.
            let code = tracked(self.net.inner().forward(inputs, phase.frozen.clone()));
            let (inputs, targets) = (code.clone(), code);
            return DeviceBatch { pictures, streams, inputs, targets, weights: None };
        }
        let (inputs, targets) = (tracked(inputs), tracked(targets()));
        DeviceBatch { pictures, streams, inputs, targets, weights: None }
    }

    /// The targets of `batch`, whose inputs are on the device already: the same tensor where an
    /// autoencoder reconstructs a picture without noise.
    pub(super) fn targets_beside(
        &self,
        batch: &Batch,
        inputs: &Activation,
        device: &Device,
    ) -> Activation {
        let same = self.kind == Kind::Autoencoder && batch.corrupted.is_none();
        if same { inputs.clone() } else { self.targets(batch, device) }
    }

    /// What the network should answer to `batch`: one-hot labels, or the clean pictures.
    pub(super) fn targets(&self, batch: &Batch, device: &Device) -> Activation {
        match self.kind {
            Kind::Classifier => self.class_targets(&batch.labels, device),
            Kind::Autoencoder => Activation::Map(batch.targets(device)),
        }
    }

    /// The probabilities of the classes that a classifier should give to pictures of these labels.
    pub(crate) fn class_targets(&self, labels: &[i32], device: &Device) -> Activation {
        Activation::Flat(smoothed(labels, self.classes, self.config.label_smoothing, device))
    }
}
