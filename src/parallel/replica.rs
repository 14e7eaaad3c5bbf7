//! A unit of work shared by several workers: what one is asked for, what it gives, and the helper that
//! computes for a run elsewhere. A helper has the run's settings and whatever weights it was given
//! last; data, optimizer and place are the run's own. Knows no thread and no message.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::data::pictures::Pictures;
use crate::kernels::norm::Moments;
use crate::nn::Activation;
use crate::parallel::microbatch::{self, Gradients, PartialSum, TreeReducer};
use crate::spec::RunConfig;
use crate::step::batch::{Batch, Draw};
use crate::step::metrics::MetricSums;
use crate::step::phase::{Phase, phases};
use crate::step::train_state::{DeviceBatch, TrainState, read};
use crate::train::trainer::TrainError;

pub(crate) use super::prefetch::{PrefetchKey, Prefetched, pays};
use super::sync_batch_norm::{Finished, SyncBatchNorm};

/// A helper's share of a unit of work.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaTask {
    /// Classes of the run's data.
    pub classes: usize,
    /// What is trained, by its place among the run's phases.
    pub phase: usize,
    /// A step of an epoch, or validation: it names the noise.
    pub draw: Draw,
    /// Counts the times that the run was given other weights than it learned.
    pub weights: u32,
    /// Pictures of the whole unit.
    pub all: usize,
    /// Which of its parts are asked for.
    pub parts: Range<usize>,
    /// The pictures of these parts, by their place in the data set: it names the noise.
    pub indices: Vec<u32>,
    /// Labels and pixels of these.
    pub pictures: Pictures,
}

/// What a share gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReplicaOutput {
    /// Loss and right answers of each part, in order.
    pub tallies: Vec<(usize, MetricSums)>,
    /// Gradients of the mean loss of the whole step, as far as these parts make it up, in order;
    /// none of a validation.
    pub sums: Vec<PartialSum>,
    /// Of the whole batch, by the layer that normalises with them.
    pub moments: Vec<(usize, Moments)>,
}

/// A share that is being computed. Where a network has batch normalisation, that takes several rounds:
/// between two of them, workers tell each other their sums.
#[derive(Debug)]
pub struct ReplicaWork(State);

#[derive(Debug)]
enum State {
    Open { rounds: Box<SyncBatchNorm>, all: usize },
    Whole(ReplicaOutput),
}

impl Default for ReplicaWork {
    fn default() -> Self {
        Self(State::Whole(ReplicaOutput::default()))
    }
}

impl ReplicaWork {
    /// What the other workers need of this share to go on; `None` once it is whole.
    #[must_use]
    pub fn sums(&self) -> Option<&[f64]> {
        match &self.0 {
            State::Open { rounds, .. } => rounds.sums(),
            State::Whole(_) => None,
        }
    }

    /// Goes on with the sums of all workers, one after another as their parts are; says whether they
    /// were as many as there should be.
    ///
    /// # Errors
    /// What the device says.
    pub async fn resume(&mut self, sums: &[f64]) -> Result<bool, TrainError> {
        match &mut self.0 {
            State::Open { rounds, .. } => rounds.resume(sums).await.map_err(TrainError::Device),
            State::Whole(_) => Ok(false),
        }
    }

    /// The share; `None` where rounds are left.
    #[must_use]
    pub fn share(self) -> Option<ReplicaOutput> {
        let (rounds, all) = match self.0 {
            State::Whole(share) => return Some(share),
            State::Open { rounds, all } => (rounds, all),
        };
        let (finished, moments) = rounds.finish()?;
        let mut share = ReplicaOutput { moments, ..ReplicaOutput::default() };
        let mut sums = TreeReducer::new(microbatch::count(all));
        for Finished { part, tally, gradients } in finished {
            sums.add(PartialSum { parts: part..part + 1, gradients })?;
            share.tallies.push((part, tally));
        }
        share.sums = sums.found();
        Some(share)
    }
}

/// Parts `range` of a unit of work on `all` pictures, which `batch` has by their place in it; `ahead`
/// has what was computed of them ahead, if anything.
///
/// # Errors
/// What the device says.
pub(crate) async fn compute(
    state: &TrainState,
    phase: &Phase,
    draw: Draw,
    all: usize,
    range: &Range<usize>,
    batch: impl Fn(Range<usize>) -> Batch,
    ahead: Vec<DeviceBatch>,
) -> Result<ReplicaWork, TrainError> {
    if draw != Draw::Fixed {
        let rounds = SyncBatchNorm::begin(state, phase, all, range, &batch).await;
        if let Some(rounds) = rounds.map_err(TrainError::Device)? {
            return Ok(ReplicaWork(State::Open { rounds: Box::new(rounds), all }));
        }
    }
    let mut share = ReplicaOutput::default();
    let mut sums = TreeReducer::new(microbatch::count(all));
    let mut ahead = ahead.into_iter();
    for part in range.clone() {
        let batch = || batch(microbatch::pictures_of(part, all));
        let tally = if draw == Draw::Fixed {
            score(state, phase, &batch()).await?
        } else {
            let given = ahead.next().unwrap_or_else(|| state.given(phase, &batch()));
            let (tally, gradients) = one(state, phase, all, given).await?;
            // Gradients of one state are all of the same parameters.
            sums.add(PartialSum { parts: part..part + 1, gradients }).unwrap_or_default();
            tally
        };
        share.tallies.push((part, tally));
    }
    share.sums = sums.found();
    Ok(ReplicaWork(State::Whole(share)))
}

/// Loss, right answers and likeness of pictures that are validated.
pub(crate) async fn score(
    state: &TrainState,
    phase: &Phase,
    batch: &Batch,
) -> Result<MetricSums, TrainError> {
    let (loss, outputs) = state.score(phase, batch);
    let transfer = Transaction::default().register(loss).register(outputs.clone().rows());
    let mut values = read(transfer).await.map_err(TrainError::Device)?.into_iter();
    let mut tally = MetricSums::default();
    tally.add_loss(scalar(values.next()), batch.len());
    let values = values.next().unwrap_or_default();
    match outputs {
        Activation::Flat(_) => tally.add_logits(&values, &batch.labels),
        Activation::Map(_) => {
            tally.add_pixels(&values, &batch.clean);
            tally.add_drawings(&values, &batch.clean);
        }
    }
    Ok(tally)
}

/// The one value of a loss that was read; not a number where it did not come.
pub(crate) fn scalar(values: Option<Vec<f32>>) -> f32 {
    values.and_then(|values| values.first().copied()).unwrap_or(f32::NAN)
}

/// What the next of `values` say of `pictures` pictures in a step: their loss, and their right answers
/// of `asked`, if they are there.
pub(crate) fn loss_and_correct(
    pictures: usize,
    asked: Option<usize>,
    values: &mut impl Iterator<Item = Vec<f32>>,
) -> MetricSums {
    let mut tally = MetricSums::default();
    tally.add_loss(scalar(values.next()), pictures);
    if let Some(asked) = asked {
        tally.add_right(scalar(values.next()), asked);
    }
    tally
}

/// Loss and right answers of a part, and its gradients.
async fn one(
    state: &TrainState,
    phase: &Phase,
    all: usize,
    given: DeviceBatch,
) -> Result<(MetricSums, Gradients), TrainError> {
    let pictures = given.pictures;
    let part = state.part(phase, given, all);
    let mut transfer = Transaction::default().register(part.loss);
    let asked = part.right.as_ref().map(|(_, asked)| *asked);
    if let Some((right, _)) = part.right {
        transfer = transfer.register(right);
    }
    for gradient in part.gradients.into_iter().flatten() {
        transfer = transfer.register(gradient);
    }
    let mut values = read(transfer).await.map_err(TrainError::Device)?.into_iter();
    let tally = loss_and_correct(pictures, asked, &mut values);
    Ok((tally, values.collect()))
}

/// What `shares` say of a unit of work on `all` pictures; `None` where they are not all its parts,
/// once each.
pub(crate) fn tally(all: usize, shares: &[ReplicaOutput]) -> Option<MetricSums> {
    let mut tallies: Vec<_> = shares.iter().flat_map(|share| &share.tallies).collect();
    tallies.sort_by_key(|(part, _)| *part);
    let mut sum = MetricSums::default();
    for (place, (part, of_part)) in tallies.iter().enumerate() {
        if *part != place {
            return None;
        }
        sum.merge(of_part);
    }
    (tallies.len() == microbatch::count(all)).then_some(sum)
}

/// The gradients of a step on `all` pictures, by the place of their parameter, of `shares`, which
/// were computed of the same weights.
///
/// `None` where they are not of all its parts, or not of these parameters.
pub(crate) fn gradients(
    state: &TrainState,
    phase: &Phase,
    all: usize,
    shares: Vec<ReplicaOutput>,
) -> Option<Vec<Option<Tensor<1>>>> {
    let mut found: Vec<PartialSum> = shares.into_iter().flat_map(|share| share.sums).collect();
    found.sort_by_key(|sum| sum.parts.start);
    let mut sums = TreeReducer::new(microbatch::count(all));
    found.into_iter().try_for_each(|sum| sums.add(sum))?;
    let mut gradients = sums.whole()?.into_iter();
    let mut by_place = Vec::new();
    for size in state.learns(phase) {
        by_place.push(match size {
            None => None,
            Some(size) => {
                let values = gradients.next().filter(|values| values.len() == size)?;
                let data = TensorData::new(values, [size]);
                Some(Tensor::from_data(data, &state.plain_device()))
            }
        });
    }
    gradients.next().is_none().then_some(by_place)
}

/// Computes shares of the work of a run that is elsewhere.
#[derive(Debug)]
pub struct Replica {
    config: RunConfig,
    phases: Vec<Phase>,
    state: TrainState,
    ahead: Option<Prefetched>,
}

impl Replica {
    /// For a run of `config` on data of `classes` classes, on `device`.
    ///
    /// # Errors
    /// Where the settings are wrong.
    pub fn new(config: RunConfig, classes: usize, device: &Device) -> Result<Self, TrainError> {
        let model = config.model(classes)?;
        let state = TrainState::new(&config, &model, device);
        Ok(Self { phases: phases(&model), state, config, ahead: None })
    }

    /// How many weights every parameter of the run has.
    #[must_use]
    pub fn sizes(&self) -> Vec<usize> {
        self.state.sizes()
    }

    /// Takes the run's weights, of every parameter, as the run gave them; says whether they are as
    /// many as this model has.
    #[must_use]
    pub fn put(&mut self, weights: Vec<Vec<f32>>) -> bool {
        self.state.put_weights(weights)
    }

    /// The share that `task` asks for, up to its first sums; `None` where it asks for what there is
    /// not.
    ///
    /// # Errors
    /// What the device says.
    pub async fn share(&self, task: &ReplicaTask) -> Result<Option<ReplicaWork>, TrainError> {
        let Some(phase) = self.phases.get(task.phase) else { return Ok(None) };
        if !task.is_whole() {
            return Ok(None);
        }
        let ahead = self.ahead.as_ref().map(|ahead| ahead.taken(&PrefetchKey::of(task)));
        let ReplicaTask { draw, all, ref parts, .. } = *task;
        let batch = |pictures| task.batch(&self.config, pictures);
        let ahead = ahead.unwrap_or_default();
        compute(&self.state, phase, draw, all, parts, batch, ahead).await.map(Some)
    }

    /// Computes of a later `task` what does not depend on the weights that learn.
    pub fn prepare(&mut self, task: &ReplicaTask) {
        let phase = self.phases.get(task.phase).filter(|_| task.is_whole());
        self.ahead = phase.map(|phase| {
            let batch = |pictures| task.batch(&self.config, pictures);
            Prefetched::new(&self.state, phase, PrefetchKey::of(task), batch)
        });
    }
}

impl ReplicaTask {
    /// The pictures of its parts, by their place in the unit.
    fn given(&self) -> Option<Range<usize>> {
        let first = microbatch::pictures_of(self.parts.start, self.all).start;
        let last = self.parts.end.checked_sub(1)?;
        Some(first..microbatch::pictures_of(last, self.all).end)
    }

    /// Whether it has the pictures of its parts.
    fn is_whole(&self) -> bool {
        let given = self.given().map(|given| given.len());
        given == Some(self.indices.len()) && given == Some(self.pictures.len())
    }

    /// Pictures `range` of the unit.
    fn batch(&self, config: &RunConfig, range: Range<usize>) -> Batch {
        let start = self.given().map_or(0, |given| given.start);
        let chosen = (range.start - start..range.end - start).filter_map(|at| {
            let (label, pixels) = self.pictures.get(at)?;
            Some((self.indices[at], label, pixels))
        });
        Batch::of(chosen, config, self.draw)
    }
}
