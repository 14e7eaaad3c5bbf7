//! A step through batch normalisation, part by part. A worker computes its parts as far as it can
//! alone, gives the sums that the next normalisation needs of the whole batch, and goes on when it has
//! those of all parts: once for each normalisation forward, and once back. Values between two
//! normalisations are a graph of their own; the normalisations are computed here, on the host. Knows no
//! worker and no message.

use std::ops::Range;

use burn::tensor::{Gradients as Found, Tensor, TensorData, Transaction};

use crate::kernels::norm::{self, Moments, Normalizer};
use crate::nn::{Activation, SharedNorm};
use crate::ops;
use crate::parallel::microbatch::{self, Gradients};
use crate::step::batch::Batch;
use crate::step::metrics::MetricSums;
use crate::step::phase::Phase;
use crate::step::train_state::{LayerMoments, TrainState, leaf, read};

/// The parts of a worker.
#[derive(Debug)]
pub(super) struct SyncBatchNorm {
    state: TrainState,
    /// Layers between the normalisations: one stretch more than there are of these.
    stretches: Vec<Range<usize>>,
    norms: Vec<NormState>,
    /// Pictures of the whole step.
    all: usize,
    parts: Vec<MicrobatchOutput>,
    turn: Pass,
    /// Two values of each channel, for each of these parts, in order.
    sums: Vec<f64>,
}

/// For which normalisation sums are awaited.
#[derive(Debug, Clone, Copy)]
enum Pass {
    Forward(usize),
    Backward(usize),
    Done,
}

/// A normalisation, and what is known of it.
#[derive(Debug)]
struct NormState {
    norm: SharedNorm,
    gamma: Vec<f32>,
    beta: Vec<f32>,
    /// Of the whole batch.
    moments: Moments,
    channels: Normalizer,
}

/// A part on its way.
#[derive(Debug)]
struct MicrobatchOutput {
    part: usize,
    batch: Batch,
    /// What the last stretch was given.
    inputs: Vec<Tensor<4>>,
    /// What each stretch but the last one gave.
    outputs: Vec<Tensor<4>>,
    /// The same on the host, `[picture][y][x][channel]`.
    values: Vec<TensorData>,
    /// The gradient by what the latest normalisation gave, laid as the values are.
    upstream: TensorData,
    /// By the place of the parameter.
    gradients: Vec<Option<Vec<f32>>>,
    tally: MetricSums,
}

/// What a part comes to.
pub(super) struct Finished {
    pub(super) part: usize,
    pub(super) tally: MetricSums,
    pub(super) gradients: Gradients,
}

impl SyncBatchNorm {
    /// Parts `range` of a step on `all` pictures, up to the first sums; `None` where `phase` has no
    /// normalisation in what it trains.
    pub(super) async fn begin(
        state: &TrainState,
        phase: &Phase,
        all: usize,
        range: &Range<usize>,
        batch: impl Fn(Range<usize>) -> Batch,
    ) -> Result<Option<Self>, String> {
        let [trained, _] = &phase.trained;
        let norms = state.net().norms(trained);
        if norms.is_empty() {
            return Ok(None);
        }
        let mut stretches = Vec::with_capacity(norms.len() + 1);
        let mut start = trained.start;
        for norm in &norms {
            stretches.push(start..norm.layer);
            start = norm.layer + 1;
        }
        stretches.push(start..trained.end);
        let parts = range.clone().map(|part| {
            let batch = batch(microbatch::pictures_of(part, all));
            let inputs = vec![batch.inputs(state.device())];
            MicrobatchOutput::new(part, batch, inputs)
        });
        let mut known = Vec::with_capacity(norms.len());
        for norm in norms {
            let [gamma, beta] = norm.affine.clone();
            let transfer = Transaction::default().register(gamma).register(beta);
            let mut values = read(transfer).await?.into_iter();
            let [gamma, beta] = std::array::from_fn(|_| values.next().unwrap_or_default());
            let moments = Moments { mean: vec![], variance: vec![] };
            known.push(NormState {
                norm,
                gamma,
                beta,
                channels: SharedNorm::normalizer(&moments),
                moments,
            });
        }
        let mut rounds = Self {
            stretches,
            norms: known,
            all,
            parts: parts.collect(),
            turn: Pass::Forward(0),
            sums: Vec::new(),
            state: state.clone(),
        };
        rounds.forward(0).await?;
        Ok(Some(rounds))
    }

    /// What the others need of these parts; `None` once there is nothing more to exchange.
    pub(super) fn sums(&self) -> Option<&[f64]> {
        (!matches!(self.turn, Pass::Done)).then_some(&self.sums)
    }

    /// Goes on with the sums of all parts, in their order; says whether they were as many.
    pub(super) async fn resume(&mut self, sums: &[f64]) -> Result<bool, String> {
        let (Pass::Forward(at) | Pass::Backward(at)) = self.turn else { return Ok(false) };
        let channels = self.norms[at].gamma.len();
        if sums.len() != microbatch::count(self.all) * 2 * channels {
            return Ok(false);
        }
        self.sums.clear();
        if let Pass::Forward(_) = self.turn {
            self.normalise(at, sums);
            self.forward(at + 1).await?;
        } else {
            self.pass_back(at, sums);
            self.backward(at).await?;
        }
        Ok(true)
    }

    /// What the parts come to, and the moments of the batch by layer, once nothing is left.
    pub(super) fn finish(self) -> Option<(Vec<Finished>, Vec<LayerMoments>)> {
        if !matches!(self.turn, Pass::Done) {
            return None;
        }
        let finished = |MicrobatchOutput { part, tally, gradients, .. }| {
            let gradients = gradients.into_iter().flatten().collect();
            Finished { part, tally, gradients }
        };
        let moments = self.norms.into_iter().map(|known| (known.norm.layer, known.moments));
        Some((self.parts.into_iter().map(finished).collect(), moments.collect()))
    }

    /// Values of a channel in a picture, where normalisation `at` is.
    fn area(&self, at: usize) -> usize {
        let [_, _, h, w] = self.parts.first().map_or([0; 4], |part| part.outputs[at].dims());
        h * w
    }

    /// Stretch `at`, and the sums for the normalisation after it; after the last one, the loss.
    async fn forward(&mut self, at: usize) -> Result<(), String> {
        let mut net = self.state.net();
        for part in &mut self.parts {
            let x = Activation::Map(part.inputs[at].clone());
            match net.forward_training(x, self.stretches[at].clone(), &part.batch.streams) {
                Activation::Map(y) if at < self.norms.len() => {
                    let values = host(y.clone().inner()).await?;
                    let (mean, errors) =
                        norm::mean_and_m2(slice(&values), self.norms[at].gamma.len());
                    self.sums.extend(mean);
                    self.sums.extend(errors);
                    part.outputs.push(y);
                    part.values.push(values);
                }
                sums => part.judge(&self.state, sums, self.all).await?,
            }
        }
        if at < self.norms.len() {
            self.turn = Pass::Forward(at);
        } else {
            self.give_slopes(at - 1);
        }
        Ok(())
    }

    /// Normalisation `at`, of moments that are those of all parts put together (Chan, Golub and
    /// LeVeque 1983).
    fn normalise(&mut self, at: usize, sums: &[f64]) {
        let area = self.area(at) as f64;
        let known = &mut self.norms[at];
        let channels = known.gamma.len();
        let pictures = |part: usize| microbatch::pictures_of(part, self.all).len() as f64;
        let (all, parts) = (self.all as f64, sums.chunks_exact(2 * channels));
        let moments = (0..channels).map(|channel| {
            let weighted = |(part, sums): (usize, &[f64])| pictures(part) * sums[channel];
            let mean = parts.clone().enumerate().map(weighted).sum::<f64>() / all;
            let errors = |(part, sums): (usize, &[f64])| {
                let apart = sums[channel] - mean;
                sums[channels + channel] + area * pictures(part) * apart * apart
            };
            let errors = parts.clone().enumerate().map(errors).sum::<f64>();
            (mean as f32, (errors / (area * all)) as f32)
        });
        let (mean, variance) = moments.unzip();
        known.moments = Moments { mean, variance };
        known.channels = SharedNorm::normalizer(&known.moments);
        for part in &mut self.parts {
            let NormState { channels, gamma, beta, .. } = &*known;
            let values = norm::forward(slice(&part.values[at]), channels, gamma, beta);
            let map = map(in_memory(values), part.outputs[at].dims(), &self.state);
            if let Activation::Map(x) = leaf(Activation::Map(Tensor::from_inner(map))) {
                part.inputs.push(x);
            }
        }
    }

    /// What the gradient of the inputs of normalisation `at` needs of all parts; it is the gradient of
    /// `gamma` and `beta`, too.
    fn give_slopes(&mut self, at: usize) {
        let NormState { norm, channels, .. } = &self.norms[at];
        for part in &mut self.parts {
            let slopes =
                norm::parameter_gradients(slice(&part.values[at]), channels, slice(&part.upstream));
            for (place, slopes) in (norm.index..).zip(&slopes) {
                part.gradients[place] = Some(slopes.iter().map(|slope| *slope as f32).collect());
            }
            self.sums.extend(slopes.into_iter().flatten());
        }
        self.turn = Pass::Backward(at);
    }

    /// The gradient of the outputs of normalisation `at` becomes that of its inputs.
    fn pass_back(&mut self, at: usize, sums: &[f64]) {
        let values = (self.area(at) * self.all) as f64;
        let NormState { channels, gamma, .. } = &self.norms[at];
        let mut totals = vec![0.0; 2 * gamma.len()];
        for sums in sums.chunks_exact(totals.len()) {
            totals.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        }
        let means: Vec<f32> = totals.iter().map(|total| (total / values) as f32).collect();
        let (by_gamma, by_beta) = means.split_at(gamma.len());
        let through = [by_gamma.to_vec(), by_beta.to_vec()];
        for part in &mut self.parts {
            let (inputs, gradients) = (slice(&part.values[at]), slice(&part.upstream));
            let found = norm::input_gradients(inputs, channels, gamma, gradients, &through);
            part.upstream = in_memory(found);
        }
    }

    /// Back through stretch `at`, from the gradient of its outputs.
    async fn backward(&mut self, at: usize) -> Result<(), String> {
        for part in &mut self.parts {
            // The last one; its graph is not needed any more.
            let Some(y) = part.outputs.pop() else { continue };
            let upstream = std::mem::replace(&mut part.upstream, nothing());
            let upstream = map(upstream, y.dims(), &self.state);
            let pulled = ops::pull(y, Tensor::from_inner(upstream));
            part.take(&self.state, pulled.backward(), at).await?;
        }
        match at.checked_sub(1) {
            Some(before) => self.give_slopes(before),
            None => self.turn = Pass::Done,
        }
        Ok(())
    }
}

impl MicrobatchOutput {
    fn new(part: usize, batch: Batch, inputs: Vec<Tensor<4>>) -> Self {
        Self {
            part,
            batch,
            inputs,
            outputs: Vec::new(),
            values: Vec::new(),
            upstream: nothing(),
            gradients: Vec::new(),
            tally: MetricSums::default(),
        }
    }

    /// The loss on `sums` of the last layer, of a step on `all` pictures, and back through the last
    /// stretch.
    async fn judge(
        &mut self,
        state: &TrainState,
        sums: Activation,
        all: usize,
    ) -> Result<(), String> {
        let (loss, (right, asked)) = state.loss_and_correct_on(sums, &self.batch);
        let transfer = Transaction::default().register(loss.clone().inner()).register(right);
        let mut values = read(transfer).await?.into_iter();
        self.tally = super::replica::loss_and_correct(self.batch.len(), Some(asked), &mut values);
        let weight = self.batch.len() as f32 / all as f32;
        self.take(state, (loss * weight).backward(), self.outputs.len()).await
    }

    /// The gradients that flowed back through stretch `at`: those of its parameters stay, that of its
    /// inputs goes on.
    async fn take(
        &mut self,
        state: &TrainState,
        mut found: Found,
        at: usize,
    ) -> Result<(), String> {
        if at > 0
            && let Some(upstream) = self.inputs[at].grad_remove(&mut found)
        {
            self.upstream = host(upstream).await?;
        }
        let taken = state.net().take_gradients(found);
        self.gradients.resize(taken.len(), None);
        for (gradient, taken) in self.gradients.iter_mut().zip(taken) {
            if let Some(taken) = taken {
                *gradient = read(Transaction::default().register(taken)).await?.pop();
            }
        }
        Ok(())
    }
}

/// The values of a map as `[picture][y][x][channel]`, as the CPU lays them: nothing is moved.
async fn host(map: Tensor<4>) -> Result<TensorData, String> {
    let size = map.dims().iter().product::<usize>();
    let in_line: Tensor<1> = map.permute([0, 2, 3, 1]).reshape([size]);
    let transfer = Transaction::default().register(in_line);
    let mut found = transfer.execute_async().await.map_err(|error| error.to_string())?;
    Ok(found.pop().unwrap_or_else(nothing))
}

/// Values that the host made.
fn in_memory(values: Vec<f32>) -> TensorData {
    let count = values.len();
    TensorData::new(values, [count])
}

fn nothing() -> TensorData {
    in_memory(Vec::new())
}

/// Where they are: a list of their own would be a copy.
fn slice(data: &TensorData) -> &[f32] {
    data.as_slice().unwrap_or_default()
}

/// The map of shape `[pictures, channels, h, w]` that these values are.
fn map(data: TensorData, [pictures, channels, h, w]: [usize; 4], state: &TrainState) -> Tensor<4> {
    let in_line = Tensor::<1>::from_data(data, &state.plain_device());
    in_line.reshape([pictures, h, w, channels]).permute([0, 3, 1, 2])
}
