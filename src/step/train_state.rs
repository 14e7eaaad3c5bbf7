//! The network and its optimizer on a device, and what they do with one batch: forward pass, loss,
//! backward pass and update in training, loss and outputs in evaluation.

use burn::tensor::{Device, Tensor, Transaction};

use crate::kernels::norm::Moments;
use crate::nn::{Activation, Branches, Net, Parameter, ParameterError, SampleStreams};
use crate::ops;
use crate::optim::Optimizer;
use crate::spec::{Kind, Output, RunConfig, ValidModel};
use crate::step::batch::Batch;
use crate::step::loss;
use crate::step::loss_terms::{DeviceMetrics, DeviceTerms};
use crate::step::penalty::{add_penalty_gradients, told_with_penalty, with_penalty};
use crate::step::phase::{LayerPath, Phase, Target};
use crate::step::prepare::DeviceBatch;
use crate::step::transfer::{TransferError, read};

/// Weights, optimizer state, and the settings that a step needs.
#[derive(Debug, Clone)]
pub(crate) struct TrainState {
    pub(crate) config: RunConfig,
    /// With autodiff.
    pub(crate) device: Device,
    pub(crate) net: Net,
    pub(crate) optimizer: Optimizer,
    /// Whether it classifies, and how many classes.
    pub(crate) kind: Kind,
    pub(crate) classes: usize,
    /// Of an epoch, for learning rates that depend on it.
    steps_per_epoch: usize,
    /// The activation function of a reconstruction.
    pub(crate) output: Output,
    /// Of a variational autoencoder, the factor of the divergence in its loss.
    pub(crate) kl_weight: Option<f32>,
}

/// What a training step gives.
pub(crate) struct StepOutput {
    /// Before the step.
    pub(crate) metrics: DeviceMetrics,
    /// The weights before the step, which gave the loss.
    pub(crate) before: Net,
}

/// How many predictions on a batch are correct, still on the device, and of how many.
#[derive(Debug, Clone)]
pub(crate) struct Correct {
    /// `[1]`
    pub(crate) count: Tensor<1>,
    /// Predictions: rows of logits, or pixels of a reconstruction.
    pub(crate) of: usize,
}

/// The index of a batch normalisation layer, and mean and variance of the whole batch there.
pub(crate) type LayerMoments = (usize, Moments);

/// What a microbatch gives, still on the device.
pub(crate) struct MicrobatchOutput {
    pub(crate) metrics: DeviceMetrics,
    /// Of the microbatch's term in the mean loss of the batch, by the index of the parameter.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
}

impl TrainState {
    /// Starting weights from the configured seed, on `device`.
    pub(crate) fn new(config: &RunConfig, model: &ValidModel, device: &Device) -> Self {
        let device = device.clone().autodiff();
        let net = Net::new(&model.layers, &model.inputs(), config.seed, &device);
        let steps_per_epoch = 1;
        let optimizer = Optimizer::new(config.optimizer.clone(), config.rates(steps_per_epoch));
        let (kind, classes) = (model.kind, model.classes());
        let output = model.reconstruction_output().unwrap_or(Output::Sigmoid);
        let kl_weight = model.kl_weight().map(|weight| weight as f32);
        let config = config.clone();
        Self { config, device, net, optimizer, kind, classes, steps_per_epoch, output, kl_weight }
    }

    /// The same for epochs of so many steps; those of a replica, which takes none, do not matter.
    pub(crate) fn with_epochs_of(mut self, steps_per_epoch: usize) -> Self {
        self.steps_per_epoch = steps_per_epoch;
        self.restart_optimizer();
        self
    }

    /// The weights as they are.
    pub(crate) fn net(&self) -> Net {
        self.net.clone()
    }

    /// Goes back to earlier weights.
    pub(crate) fn restore(&mut self, net: Net) {
        self.net = net;
    }

    /// Sets the given parameters; the others stay. Sets none if one does not fit.
    pub(crate) fn put_parameters(
        &mut self,
        parameters: &[Parameter],
    ) -> Result<(), ParameterError> {
        let mut net = self.net.clone();
        parameters.iter().try_for_each(|parameter| net.put(parameter))?;
        self.net = net;
        Ok(())
    }

    /// How many values the gradient of every parameter has, by its index; `None` for those that
    /// do not learn in `phase`.
    pub(crate) fn gradient_sizes(&self, phase: &Phase) -> Vec<Option<usize>> {
        self.net.trained_sizes(&phase.trained)
    }

    /// How many values every parameter has.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.net.sizes()
    }

    /// The weights of every parameter by its index, flattened in the device's layout.
    ///
    /// # Errors
    /// [`TransferError`] where the device fails.
    pub(crate) async fn weights(&self) -> Result<Vec<Vec<f32>>, TransferError> {
        let transfer = Transaction::default();
        let transfer = self.net.weights().into_iter().fold(transfer, Transaction::register);
        Ok(read(transfer).await?.rest())
    }

    /// Sets weights as [`TrainState::weights`] gave them. `None`, and nothing is set, where they are
    /// not as many as this model has (see [`TrainState::sizes`]).
    #[must_use]
    pub(crate) fn set_weights(&mut self, weights: Vec<Vec<f32>>) -> Option<()> {
        self.net = self.net.clone().with_values(weights)?;
        Some(())
    }

    /// The optimizer, to be stored.
    pub(crate) fn optimizer(&self) -> &Optimizer {
        &self.optimizer
    }

    /// The optimizer, to be brought back.
    pub(crate) fn optimizer_mut(&mut self) -> &mut Optimizer {
        &mut self.optimizer
    }

    /// Without autodiff.
    pub(crate) fn inference(&self) -> Net {
        self.net.inner()
    }

    /// The device, with autodiff.
    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// The device without autodiff.
    pub(crate) fn plain_device(&self) -> Device {
        self.device.clone().inner()
    }

    /// Forgets the moments, as a newly compiled Keras model does.
    pub(crate) fn restart_optimizer(&mut self) {
        let rates = self.config.rates(self.steps_per_epoch);
        self.optimizer = Optimizer::new(self.config.optimizer.clone(), rates);
    }

    /// Forward pass, backward pass and update on a batch.
    pub(crate) fn train_step(&mut self, phase: &Phase, batch: DeviceBatch) -> StepOutput {
        let mut net = self.net.clone();
        let metrics = self.forward(&mut net, phase, batch);
        let loss = with_penalty(&self.net, phase, metrics.loss);
        let gradients = net.take_gradients(loss.backward());
        let before = self.replace_net(net, gradients);
        StepOutput { metrics: DeviceMetrics { loss: loss.inner(), ..metrics }, before }
    }

    /// Forward and backward pass on a microbatch of a batch of `batch_size` pictures. Weights and
    /// optimizer stay as they are.
    pub(crate) fn microbatch(
        &self,
        phase: &Phase,
        microbatch: DeviceBatch,
        batch_size: usize,
    ) -> MicrobatchOutput {
        let mut net = self.net.clone();
        let weight = microbatch.pictures as f32 / batch_size as f32;
        let metrics = self.forward(&mut net, phase, microbatch);
        // The loss of the batch is the mean over all its pictures. Weighting this microbatch's loss is
        // one product; weighting its gradients would be as many as there are weights.
        let gradients =
            self.net.take_gradients(ops::scaled(metrics.loss.clone(), weight.into()).backward());
        let loss = told_with_penalty(&self.net, phase, metrics.loss.inner());
        MicrobatchOutput { metrics: DeviceMetrics { loss, ..metrics }, gradients }
    }

    /// The optimizer's step against the gradients of a batch, by the index of the parameter, and those of
    /// penalties; `moments` of the batch move the batch normalisations' own. Gives the weights before it.
    pub(crate) fn apply_gradients(
        &mut self,
        phase: &Phase,
        gradients: Vec<Option<Tensor<1>>>,
        moments: &[LayerMoments],
    ) -> Net {
        let gradients = add_penalty_gradients(&self.net, phase, gradients);
        let mut net = self.net.clone();
        let device = self.plain_device();
        moments.iter().for_each(|(layer, moments)| net.move_towards(*layer, moments, &device));
        self.replace_net(net, gradients)
    }

    /// Takes `net` after a step of the optimizer against `gradients`; gives the network before it.
    fn replace_net(&mut self, mut net: Net, gradients: Vec<Option<Tensor<1>>>) -> Net {
        let values = self.optimizer.step(net.weights(), gradients);
        net.update(values);
        std::mem::replace(&mut self.net, net)
    }

    /// The loss and the gradients that a step on `batch` would have; no step is taken.
    pub(crate) fn gradients(
        &self,
        phase: &Phase,
        batch: &Batch,
    ) -> (Tensor<1>, Vec<Parameter<Tensor<1>>>) {
        // A copy, because batch normalisation moves its statistics.
        let mut net = self.net.clone();
        let metrics = self.forward(&mut net, phase, self.device_batch(phase, batch));
        let loss = with_penalty(&self.net, phase, metrics.loss);
        let gradients = net.gradients(&loss.backward());
        (loss.inner(), gradients)
    }

    /// `net` on a batch as in training. Gradients flow through the loss, which has no penalties; the other
    /// numbers are off the autodiff device.
    fn forward(&self, net: &mut Net, phase: &Phase, batch: DeviceBatch) -> DeviceMetrics {
        let Branches { main: logits, kl, .. } =
            forward_trained(net, phase, batch.inputs, &batch.streams);
        let (loss, correct) = match phase.target {
            Target::Code => (code_loss(logits, batch.targets), None),
            Target::Task => {
                let (loss, correct) = self.loss_and_correct(logits, batch.targets, batch.weights);
                (loss, Some(correct))
            }
        };
        let (loss, terms) = self.with_divergence(loss, kl);
        DeviceMetrics { loss, correct, terms: terms.map(DeviceTerms::inner) }
    }

    /// What the phase minimises, but for penalties and a divergence: the loss of `logits` against the phase's targets, each
    /// picture by its weight.
    pub(crate) fn phase_loss(
        &self,
        phase: &Phase,
        logits: Activation,
        targets: Activation,
        weights: Option<Tensor<1>>,
    ) -> Tensor<1> {
        match phase.target {
            Target::Code => code_loss(logits, targets),
            Target::Task => self.loss_of(logits, targets, weights),
        }
    }

    /// The loss of `batch` in this phase, and the outputs: logits of a classifier, or pictures
    /// reconstructed through every stage trained so far.
    pub(crate) fn evaluate(&self, phase: &Phase, batch: &Batch) -> (DeviceMetrics, Activation) {
        let device = self.plain_device();
        let inputs = Activation::Map(batch.inputs(&device));
        let targets = self.targets_beside(batch, &inputs, &device);
        self.evaluate_on_device(phase, inputs, targets)
    }

    /// [`TrainState::evaluate`] of a batch that is on the device, off the autodiff device.
    pub(crate) fn evaluate_on_device(
        &self,
        phase: &Phase,
        inputs: Activation,
        targets: Activation,
    ) -> (DeviceMetrics, Activation) {
        let net = self.net.inner();
        let run = |x: Activation, path: &LayerPath| {
            path.iter().fold(x.into(), |x, range| net.forward_branches(x, range.clone()))
        };
        let Branches { main: logits, kl, .. } = run(inputs.clone(), &phase.inference_path);
        let (loss, kl) = match phase.target {
            Target::Task => (self.loss_of(logits.clone(), targets, None), kl),
            Target::Code => {
                let code = net.forward(inputs, phase.frozen.clone());
                let trained = run(code.clone(), &phase.trained);
                (code_loss(trained.main, code), trained.kl)
            }
        };
        let (loss, terms) = self.with_divergence(loss, kl);
        let loss = told_with_penalty(&net, phase, loss);
        (DeviceMetrics { loss, correct: None, terms }, self.output_activation(logits))
    }

    /// The task's loss of `logits` for `batch`, as in training, and its correct predictions.
    pub(crate) fn loss_and_correct_on(
        &self,
        logits: Activation,
        batch: &Batch,
    ) -> (Tensor<1>, Correct) {
        let weights = self.sample_weights(batch.into(), &self.device);
        self.loss_and_correct(logits, self.targets(batch, &self.device), weights)
    }

    fn loss_and_correct(
        &self,
        logits: Activation,
        targets: Activation,
        weights: Option<Tensor<1>>,
    ) -> (Tensor<1>, Correct) {
        let ((loss, count), of) = match (logits, targets) {
            (Activation::Flat(logits), Activation::Flat(targets)) => {
                let [rows, _] = logits.dims();
                let loss = self.config.loss;
                (loss::classification_and_correct(logits, targets, weights, loss), rows)
            }
            (Activation::Map(logits), Activation::Map(targets)) => {
                let [pictures, _, h, w] = logits.dims();
                let (loss, output) = (self.config.loss_function(), self.output);
                let both = loss::reconstruction_and_correct(logits, targets, loss, output);
                (both, pictures * h * w)
            }
            (logits, targets) => {
                unreachable!("{logits:?}, {targets:?}: a model's kind says which")
            }
        };
        (loss, Correct { count: count.inner(), of })
    }

    fn loss_of(
        &self,
        logits: Activation,
        targets: Activation,
        weights: Option<Tensor<1>>,
    ) -> Tensor<1> {
        match (logits, targets) {
            (Activation::Flat(logits), Activation::Flat(targets)) => {
                loss::classification(logits, targets, weights, self.config.loss)
            }
            (Activation::Map(logits), Activation::Map(targets)) => {
                loss::reconstruction(logits, targets, self.config.loss_function(), self.output)
            }
            (logits, targets) => {
                unreachable!("{logits:?}, {targets:?}: a model's kind says which")
            }
        }
    }

    /// Logits of a classifier as they are, those of a reconstruction through the output activation.
    pub(crate) fn output_activation(&self, logits: Activation) -> Activation {
        match logits {
            Activation::Flat(logits) => Activation::Flat(logits),
            Activation::Map(logits) => Activation::Map(loss::activate(logits, self.output)),
        }
    }
}

/// The trained layers on `inputs`, as in training.
pub(crate) fn forward_trained(
    net: &mut Net,
    phase: &Phase,
    inputs: Activation,
    streams: &SampleStreams,
) -> Branches {
    let ranges = phase.trained.iter().cloned();
    ranges.fold(inputs.into(), |x, range| net.forward_training_branches(x, range, streams))
}

/// Mean squared error between latent codes, the loss of the inner stages.
fn code_loss(outputs: Activation, codes: Activation) -> Tensor<1> {
    match (outputs, codes) {
        (Activation::Map(outputs), Activation::Map(codes)) => loss::squared_error(outputs, codes),
        (Activation::Flat(outputs), Activation::Flat(codes)) => loss::squared_error(outputs, codes),
        (outputs, codes) => {
            unreachable!("{outputs:?}, {codes:?}: a stage gives back what it takes")
        }
    }
}
