//! A microbatch on its way through the segments of a network and back.

use burn::tensor::{Gradients as Autodiff, Tensor, TensorData, Transaction};

use crate::nn::{Activation, Branches};
use crate::ops;
use crate::parallel::host_map::{no_values, to_host};
use crate::step::autodiff::gradient;
use crate::step::batch::Batch;
use crate::step::loss_terms::DeviceMetrics;
use crate::step::metrics::MetricSums;
use crate::step::penalty::told_with_penalty;
use crate::step::phase::Phase;
use crate::step::train_state::TrainState;
use crate::step::transfer::{TransferError, read, read_tensor};

/// A microbatch on its way through the network and back.
#[derive(Debug)]
pub(super) struct MicrobatchState {
    pub(super) index: usize,
    pub(super) batch: Batch,
    /// The inputs of each segment so far, as leaves.
    pub(super) inputs: Vec<Branches>,
    /// The outputs of each segment so far but the last.
    pub(super) outputs: Vec<Branches>,
    /// The same on the host, `[picture][y][x][channel]`.
    pub(super) values: Vec<TensorData>,
    /// The loss's gradient with respect to the outputs of the normalisation that comes next on the way
    /// back, and then with respect to its inputs; `[picture][y][x][channel]`.
    pub(super) gradient: TensorData,
    /// The loss's gradients with respect to the inputs of residual blocks that the normalisation stands in.
    pub(super) skip_gradients: Vec<Activation>,
    /// By the index of the parameter.
    pub(super) gradients: Vec<Option<Vec<f32>>>,
    pub(super) metrics: MetricSums,
}

impl MicrobatchState {
    pub(super) fn new(index: usize, batch: Batch, inputs: Branches) -> Self {
        Self {
            index,
            batch,
            inputs: vec![inputs],
            outputs: Vec::new(),
            values: Vec::new(),
            gradient: no_values(),
            skip_gradients: Vec::new(),
            gradients: Vec::new(),
            metrics: MetricSums::default(),
        }
    }

    /// The loss of `y`, the output, and back through the last segment. The batch has `batch_size` pictures.
    pub(super) async fn loss_backward(
        &mut self,
        state: &TrainState,
        phase: &Phase,
        y: Branches,
        batch_size: usize,
    ) -> Result<(), TransferError> {
        let (reconstruction, correct) = state.loss_and_correct_on(y.main, &self.batch);
        let before = self.outputs.iter().find_map(|outputs| outputs.kl.clone());
        let kl = y.kl.clone().or(before).map(Tensor::inner);
        let (told, terms) = state.with_divergence(reconstruction.clone().inner(), kl);
        let loss = told_with_penalty(&state.net, phase, told);
        let metrics = DeviceMetrics { loss, correct: Some(correct), terms };
        let mut tensors = read(metrics.register(Transaction::default())).await?;
        self.metrics = metrics.read(self.batch.len(), &mut tensors)?;
        let weight = self.batch.len() as f32 / batch_size as f32;
        let (loss, _) = state.with_divergence(reconstruction, y.kl);
        self.take_gradients(state, ops::scaled(loss, weight.into()).backward(), self.outputs.len())
            .await
    }

    /// Keeps what flowed back through segment `at`: the gradients of its parameters, and that of its
    /// inputs, from which the segment before it goes on.
    pub(super) async fn take_gradients(
        &mut self,
        state: &TrainState,
        found: Autodiff,
        at: usize,
    ) -> Result<(), TransferError> {
        if at > 0 {
            let mut inputs = self.inputs[at].clone().into_iter();
            let grads = inputs.by_ref().map(|input| gradient(&input, &found));
            let mut grads = grads.collect::<Vec<_>>().into_iter();
            if let Some(main) = grads.next() {
                self.gradient = to_host(main).await?;
            }
            self.skip_gradients = grads.collect();
        }
        let taken = state.net().take_gradients(found);
        self.gradients.resize(taken.len(), None);
        for (gradient, taken) in self.gradients.iter_mut().zip(taken) {
            if let Some(taken) = taken {
                *gradient = Some(read_tensor(taken).await?);
            }
        }
        Ok(())
    }
}
