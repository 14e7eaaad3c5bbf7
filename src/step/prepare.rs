//! Batches on the device, to be trained on: the inputs of the trained layers, what their outputs are
//! compared with, and how much each picture counts.

use burn::tensor::{Device, Tensor, TensorData};

use crate::kernels::augment::mix;
use crate::nn::{Activation, SampleStreams};
use crate::ops;
use crate::spec::Kind;
use crate::step::autodiff::tracked;
use crate::step::batch::{Batch, Mix, smoothed, smoothed_values};
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

/// The labels of a batch's pictures, and what is mixed into each, where they are mixed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Labels<'a> {
    pub(crate) own: &'a [i32],
    pub(crate) mixes: Option<&'a [Mix]>,
}

impl<'a> From<&'a Batch> for Labels<'a> {
    fn from(batch: &'a Batch) -> Self {
        Self { own: &batch.labels, mixes: batch.mixes.as_deref() }
    }
}

impl TrainState {
    /// `batch` on the device, to be trained on.
    pub(crate) fn device_batch(&self, phase: &Phase, batch: &Batch) -> DeviceBatch {
        let inputs = Activation::Map(batch.inputs(&self.plain_device()));
        let targets = || self.targets_beside(batch, &inputs, &self.plain_device());
        let prepared = self.prepare_batch(phase, batch.streams.clone(), inputs.clone(), targets);
        prepared.weighted(self.sample_weights(batch.into(), &self.plain_device()))
    }

    /// How much pictures of these labels count in training, `[batch]`, on `device`; `None` where all
    /// count the same. A mixture counts by the shares of its two labels.
    pub(crate) fn sample_weights(&self, labels: Labels<'_>, device: &Device) -> Option<Tensor<1>> {
        self.config.class_weights.as_ref()?;
        let count = labels.own.len();
        let values: Vec<f32> =
            (0..count).map(|row| self.weighted_shares(labels, row).iter().sum()).collect();
        Some(ops::from_data(TensorData::new(values, [count]), device))
    }

    /// The shares of a picture's own label and of the one mixed in, each times the weight of its class.
    fn weighted_shares(&self, Labels { own, mixes }: Labels<'_>, row: usize) -> [f32; 2] {
        let weights = self.config.class_weights.as_ref();
        let weight = |label: i32| {
            let class = usize::try_from(label).ok();
            weights.zip(class).map_or(1.0, |(weights, class)| weights.of(class)) as f32
        };
        match mixes {
            None => [weight(own[row]), 0.0],
            Some(mixes) => {
                let Mix { label, share } = mixes[row];
                [weight(own[row]) * share, weight(label) * (1.0 - share)]
            }
        }
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
            Kind::Classifier => self.class_targets(batch.into(), device),
            Kind::Autoencoder => Activation::Map(batch.targets(device)),
        }
    }

    /// The probabilities of the classes that a classifier should give to pictures of these labels. The
    /// loss of a mixture is that of its two labels by their shares (Zhang et al., "mixup: Beyond empirical
    /// risk minimization", 2017), which is the loss of one row in which the labels have these shares.
    pub(crate) fn class_targets(&self, labels: Labels<'_>, device: &Device) -> Activation {
        let (classes, smoothing) = (self.classes, self.config.label_smoothing);
        let Some(mixes) = labels.mixes else {
            return Activation::Flat(smoothed(labels.own, classes, smoothing, device));
        };
        let mut targets = smoothed_values(labels.own, classes, smoothing);
        let others: Vec<i32> = mixes.iter().map(|mix| mix.label).collect();
        let others = smoothed_values(&others, classes, smoothing);
        let rows = targets.chunks_exact_mut(classes).zip(others.chunks_exact(classes));
        for (row, (target, other)) in rows.enumerate() {
            let [own, rest] = self.weighted_shares(labels, row);
            // Of no weight at all, any shares will do.
            let share = if own + rest == 0.0 { 1.0 } else { own / (own + rest) };
            mix(target, other, share);
        }
        let targets = TensorData::new(targets, [mixes.len(), classes]);
        Activation::Flat(ops::from_data(targets, device))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::backend::Backend;
    use crate::data::pictures::PictureShape;
    use crate::spec::RunConfig;
    use crate::step::phase::phases;

    /// The loss of each row of logits by these labels alone.
    fn losses(
        state: &TrainState,
        phase: &Phase,
        logits: &[[f32; 4]],
        labels: Labels<'_>,
    ) -> Vec<f32> {
        let device = state.plain_device();
        let of = |row: usize| {
            let mixes = labels.mixes.map(|mixes| &mixes[row..=row]);
            let labels = Labels { own: &labels.own[row..=row], mixes };
            let values = TensorData::new(logits[row].to_vec(), [1, 4]);
            let logits = Activation::Flat(ops::from_data(values, &device));
            let targets = state.class_targets(labels, &device);
            let weights = state.sample_weights(labels, &device);
            let loss = state.phase_loss(phase, logits, targets, weights);
            pollster::block_on(loss.into_data_async())
                .expect("a CPU answers")
                .try_into_vec::<f32>()
                .expect("32-bit values")[0]
        };
        (0..logits.len()).map(of).collect()
    }

    #[test]
    fn the_loss_of_a_mixture_is_that_of_its_labels_by_their_shares() {
        let logits = [[0.1, 2.0, -1.0, 0.3], [1.5, -0.2, 0.4, -2.0], [0.0, 0.7, 0.7, 0.2]];
        let (own, others, shares) = ([1, 0, 3], [2, 0, 1], [0.25, 0.6, 1.0]);
        let mixes: Vec<Mix> =
            others.iter().zip(shares).map(|(&label, share)| Mix { label, share }).collect();
        let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
        for settings in [
            json!({}),
            json!({"labelSmoothing": 0.2}),
            json!({"classWeights": {"1": 0, "2": 3, "0": 0.5}}),
            json!({"classWeights": [0, 0, 1, 0], "labelSmoothing": 0.1}),
        ] {
            let mut all = settings.clone();
            all["model"] = "cnn-max-2".into();
            let config = RunConfig::from_json(&all.to_string()).expect("valid");
            let model = config.model(PictureShape::CIFAR, 4).expect("it can be built");
            let state = TrainState::new(&config, &model, &device);
            let whole = &phases(&model)[0];
            let losses = |labels: Labels<'_>| losses(&state, whole, &logits, labels);
            let alone = |own: &[i32]| losses(Labels { own, mixes: None });
            let (first, second) = (alone(&own), alone(&others));
            let mixed = losses(Labels { own: &own, mixes: Some(&mixes) });
            for row in 0..3 {
                let expected = first[row] * shares[row] + second[row] * (1.0 - shares[row]);
                assert!((mixed[row] - expected).abs() < 3e-6, "{settings}: {mixed:?}, {expected}");
            }
        }
    }
}
