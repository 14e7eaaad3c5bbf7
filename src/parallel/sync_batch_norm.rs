//! Synchronised batch normalisation (sync batch norm): a training step whose normalisations use the
//! statistics of the whole batch, although every worker has only some of its microbatches.
//!
//! A worker runs a segment of the network, from one normalisation to the next, and then gives partial
//! sums: mean and squared deviations of each channel for each of its microbatches. It resumes when it
//! has those of all workers; on the way back the same happens with the sums that the gradient of a
//! normalisation needs. The normalisations themselves are computed here, on the host, and every segment
//! is an autodiff graph of its own.

use std::ops::Range;

use burn::tensor::Transaction;

use self::microbatch_state::MicrobatchState;
use super::error::ParallelError;
use super::host_map::{no_values, one_dimensional, slice, to_device, to_host};
use super::microbatch::{self, Gradients};
use super::work_item::Assignment;
use crate::kernels::norm::{self, Moments, Normalizer};
use crate::nn::{Activation, Branches, SharedNorm};
use crate::ops;
use crate::step::autodiff::{leaf, seeded, tracked, untracked};
use crate::step::batch::Batch;
use crate::step::metrics::MetricSums;
use crate::step::phase::{Phase, Target};
use crate::step::train_state::{LayerMoments, TrainState};
use crate::step::transfer::{TransferError, read};

mod microbatch_state;

/// A worker's microbatches between two exchanges of statistics.
#[derive(Debug)]
pub(super) struct SyncBatchNorm {
    state: TrainState,
    phase: Phase,
    /// Layers before, between and after the normalisations: one segment more than there are of these.
    segments: Vec<Range<usize>>,
    norms: Vec<NormState>,
    /// Pictures of the whole batch.
    batch_size: usize,
    microbatches: Vec<MicrobatchState>,
    pass: Pass,
    /// Two values for each channel, for each of the microbatches, in order.
    partial_sums: Vec<f64>,
}

/// The normalisation whose statistics are awaited, by its index among them.
#[derive(Debug, Clone, Copy)]
enum Pass {
    Forward(usize),
    Backward(usize),
    Done,
}

/// A normalisation, with its statistics once they are known.
#[derive(Debug)]
struct NormState {
    norm: SharedNorm,
    /// `[channel]`
    gamma: Vec<f32>,
    /// `[channel]`
    beta: Vec<f32>,
    /// Mean and variance of the whole batch.
    moments: Moments,
    normalizer: Normalizer,
}

/// What a microbatch comes to.
pub(super) struct MicrobatchGradients {
    pub(super) index: usize,
    pub(super) metrics: MetricSums,
    pub(super) gradients: Gradients,
}

impl SyncBatchNorm {
    /// The assigned microbatches up to the first normalisation; `None` where `phase` trains none.
    ///
    /// # Errors
    /// [`ParallelError`] where the device fails, or a stage with normalisation is trained alone.
    pub(super) async fn begin(
        state: &TrainState,
        phase: &Phase,
        assignment: &Assignment,
        batch: impl Fn(Range<usize>) -> Batch,
    ) -> Result<Option<Self>, ParallelError> {
        let [trained, decoder] = &phase.trained;
        let norms = state.net().norms(trained);
        if norms.is_empty() && state.net().norms(decoder).is_empty() {
            return Ok(None);
        }
        // Segments are cut out of one range of layers, which starts at the pictures.
        if !decoder.is_empty() || !phase.frozen.is_empty() || phase.target != Target::Task {
            return Err(ParallelError::StagedBatchNorm);
        }
        let mut segments = Vec::with_capacity(norms.len() + 1);
        let mut start = trained.start;
        for norm in &norms {
            segments.push(start..norm.layer);
            start = norm.layer + 1;
        }
        segments.push(start..trained.end);
        let batch_size = assignment.batch_size;
        let microbatches = assignment.microbatches.clone().map(|index| {
            let batch = batch(microbatch::pictures_of(index, batch_size));
            let inputs = Activation::Map(batch.inputs(state.device()));
            MicrobatchState::new(index, batch, inputs.into())
        });
        let microbatches = microbatches.collect();
        let mut states = Vec::with_capacity(norms.len());
        for norm in norms {
            states.push(NormState::new(norm).await?);
        }
        let mut sync = Self {
            phase: phase.clone(),
            segments,
            norms: states,
            batch_size,
            microbatches,
            pass: Pass::Forward(0),
            partial_sums: Vec::new(),
            state: state.clone(),
        };
        sync.forward(0).await?;
        Ok(Some(sync))
    }

    /// The statistics that all workers need of these microbatches; `None` once there is nothing more to
    /// exchange.
    pub(super) fn partial_sums(&self) -> Option<&[f64]> {
        (!matches!(self.pass, Pass::Done)).then_some(&self.partial_sums)
    }

    /// Goes on with the statistics of all microbatches, in their order.
    ///
    /// # Errors
    /// [`ParallelError::Statistics`], and nothing changes, where they are not as many.
    pub(super) async fn resume(&mut self, partial_sums: &[f64]) -> Result<(), ParallelError> {
        let expected = match self.pass {
            Pass::Forward(at) | Pass::Backward(at) => {
                microbatch::count(self.batch_size) * 2 * self.norms[at].gamma.len()
            }
            Pass::Done => 0,
        };
        let found = partial_sums.len();
        if found != expected || expected == 0 {
            return Err(ParallelError::Statistics { found, expected });
        }
        self.partial_sums.clear();
        match self.pass {
            Pass::Forward(at) => {
                self.normalise(at, partial_sums);
                self.forward(at + 1).await?;
            }
            Pass::Backward(at) => {
                self.normalise_backward(at, partial_sums);
                self.backward(at).await?;
            }
            Pass::Done => {}
        }
        Ok(())
    }

    /// Metrics and gradients of each microbatch, and the moments of the batch by layer; `None` where
    /// statistics are still awaited.
    pub(super) fn finish(self) -> Option<(Vec<MicrobatchGradients>, Vec<LayerMoments>)> {
        if !matches!(self.pass, Pass::Done) {
            return None;
        }
        let finished = |MicrobatchState { index, metrics, gradients, .. }| {
            let gradients = gradients.into_iter().flatten().collect();
            MicrobatchGradients { index, metrics, gradients }
        };
        let moments = self.norms.into_iter().map(|state| (state.norm.layer, state.moments));
        Some((self.microbatches.into_iter().map(finished).collect(), moments.collect()))
    }

    /// Pixels of a picture where normalisation `at` is.
    fn pixels(&self, at: usize) -> usize {
        // A worker without microbatches has nothing to normalise.
        self.microbatches.first().map_or(0, |one| match one.outputs[at].main.dims()[..] {
            [_, _, h, w] => h * w,
            _ => 1,
        })
    }

    /// Runs segment `at` and takes the statistics for the normalisation after it; after the last
    /// segment, the loss and the first part of the way back.
    async fn forward(&mut self, at: usize) -> Result<(), TransferError> {
        let mut net = self.state.net();
        for one in &mut self.microbatches {
            let (x, range) = (one.inputs[at].clone(), self.segments[at].clone());
            let y = net.forward_training_branches(x, range, &one.batch.streams);
            let Some(state) = self.norms.get(at) else {
                one.loss_backward(&self.state, &self.phase, y, self.batch_size).await?;
                continue;
            };
            let y = net.begin_residuals(y, state.norm.layer);
            let values = to_host(untracked(y.main.clone())).await?;
            let (mean, errors) = norm::mean_and_m2(slice(&values), state.gamma.len());
            self.partial_sums.extend(mean);
            self.partial_sums.extend(errors);
            one.outputs.push(y);
            one.values.push(values);
        }
        if at < self.norms.len() {
            self.pass = Pass::Forward(at);
        } else {
            self.sum_gradients(at - 1);
        }
        Ok(())
    }

    /// Normalisation `at`, with the moments of all microbatches put together (Chan, Golub and LeVeque
    /// 1983).
    fn normalise(&mut self, at: usize, partial_sums: &[f64]) {
        let pixels = self.pixels(at) as f64;
        let state = &mut self.norms[at];
        let channels = state.gamma.len();
        let pictures = |index| microbatch::pictures_of(index, self.batch_size).len() as f64;
        let (all, parts) = (self.batch_size as f64, partial_sums.chunks_exact(2 * channels));
        let moments = (0..channels).map(|channel| {
            let weighted = |(index, sums): (usize, &[f64])| pictures(index) * sums[channel];
            let mean = parts.clone().enumerate().map(weighted).sum::<f64>() / all;
            let errors = |(index, sums): (usize, &[f64])| {
                let deviation = sums[channel] - mean;
                sums[channels + channel] + pixels * pictures(index) * deviation * deviation
            };
            let errors = parts.clone().enumerate().map(errors).sum::<f64>();
            (mean as f32, (errors / (pixels * all)) as f32)
        });
        let (mean, variance) = moments.unzip();
        state.moments = Moments { mean, variance };
        state.normalizer = state.norm.normalizer(&state.moments);
        for one in &mut self.microbatches {
            let NormState { normalizer, gamma, beta, .. } = &*state;
            let values = norm::forward(slice(&one.values[at]), normalizer, gamma, beta);
            let Branches { main, skips, .. } = one.outputs[at].clone();
            let main = to_device(one_dimensional(values), &main.dims(), &self.state);
            one.inputs.push(Branches { main: tracked(main), skips, kl: None }.map(leaf));
        }
    }

    /// The sums over pixels that the input gradient of normalisation `at` needs of all microbatches;
    /// they are the gradients of `gamma` and `beta`, too.
    fn sum_gradients(&mut self, at: usize) {
        let NormState { norm, normalizer, .. } = &self.norms[at];
        for one in &mut self.microbatches {
            let sums =
                norm::parameter_gradients(slice(&one.values[at]), normalizer, slice(&one.gradient));
            for (index, sums) in norm.indices.iter().zip(&sums) {
                if let Some(index) = *index {
                    one.gradients[index] = Some(sums.iter().map(|sum| *sum as f32).collect());
                }
            }
            self.partial_sums.extend(sums.into_iter().flatten());
        }
        self.pass = Pass::Backward(at);
    }

    /// The gradient with respect to the outputs of normalisation `at` becomes that with respect to its
    /// inputs.
    fn normalise_backward(&mut self, at: usize, partial_sums: &[f64]) {
        let values = (self.pixels(at) * self.batch_size) as f64;
        let NormState { normalizer, gamma, .. } = &self.norms[at];
        let mut totals = vec![0.0; 2 * gamma.len()];
        for sums in partial_sums.chunks_exact(totals.len()) {
            totals.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        }
        let means: Vec<f32> = totals.iter().map(|total| (total / values) as f32).collect();
        let (gamma_grad, beta_grad) = means.split_at(gamma.len());
        let mean_grads = [gamma_grad.to_vec(), beta_grad.to_vec()];
        for one in &mut self.microbatches {
            let (inputs, gradients) = (slice(&one.values[at]), slice(&one.gradient));
            let found = norm::input_gradients(inputs, normalizer, gamma, gradients, &mean_grads);
            one.gradient = one_dimensional(found);
        }
    }

    /// Back through segment `at`, from the gradient of its outputs.
    async fn backward(&mut self, at: usize) -> Result<(), TransferError> {
        // Before the first normalisation there may be no weights, and then nothing that keeps a graph.
        let learns = at > 0 || self.state.net().learns(&self.segments[at]);
        for one in &mut self.microbatches {
            // Taken out: its graph is not needed again.
            let Some(y) = one.outputs.pop() else { continue };
            if !learns {
                continue;
            }
            let gradient = std::mem::replace(&mut one.gradient, no_values());
            let main = to_device(gradient, &y.main.dims(), &self.state);
            let gradients = std::iter::once(main).chain(std::mem::take(&mut one.skip_gradients));
            let kl = self.state.weighted_divergence(y.kl.clone());
            let kl = kl.map(|kl| {
                ops::scaled(kl, f64::from(one.batch.len() as f32 / self.batch_size as f32))
            });
            let seeds = y.into_iter().zip(gradients).map(|(y, gradient)| seeded(y, gradient));
            let seeds = seeds.chain(kl);
            let Some(seeds) = seeds.reduce(ops::sum) else { continue };
            one.take_gradients(&self.state, seeds.backward(), at).await?;
        }
        match at.checked_sub(1) {
            Some(before) => self.sum_gradients(before),
            None => self.pass = Pass::Done,
        }
        Ok(())
    }
}

impl NormState {
    /// Without statistics.
    async fn new(norm: SharedNorm) -> Result<Self, TransferError> {
        let [gamma, beta] = norm.affine.clone();
        let mut tensors = read(Transaction::default().register(gamma).register(beta)).await?;
        let (gamma, beta) = (tensors.tensor()?, tensors.tensor()?);
        let moments = Moments { mean: Vec::new(), variance: Vec::new() };
        let normalizer = norm.normalizer(&moments);
        Ok(Self { norm, gamma, beta, moments, normalizer })
    }
}
