//! The network and its optimizer on a device, and what they do with one batch: forward pass, loss,
//! backward pass and update in training, loss and outputs in evaluation.

use burn::tensor::{Device, Tensor, Transaction};

use crate::kernels::norm::Moments;
use crate::nn::{Activation, Net, Parameter, ParameterError, SampleStreams};
use crate::optim::Optimizer;
use crate::spec::{Kind, Output, RunConfig, ValidModel};
use crate::step::autodiff::tracked;
use crate::step::batch::{Batch, one_hot};
use crate::step::loss;
use crate::step::phase::{LayerPath, Phase, Target};
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
}

/// What a training step gives, still on the device: reading it would wait for the step.
pub(crate) struct StepOutput {
    /// Mean loss of the batch, before the step.
    pub(crate) loss: Tensor<1>,
    /// Correct predictions before the step; `None` where the phase's target is a code.
    pub(crate) correct: Option<Correct>,
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
}

/// The index of a batch normalisation layer, and mean and variance of the whole batch there.
pub(crate) type LayerMoments = (usize, Moments);

/// What a microbatch gives, still on the device.
pub(crate) struct MicrobatchOutput {
    /// Mean loss of the microbatch.
    pub(crate) loss: Tensor<1>,
    /// As [`StepOutput::correct`].
    pub(crate) correct: Option<Correct>,
    /// Of the microbatch's term in the mean loss of the batch, by the index of the parameter.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
}

impl TrainState {
    /// Starting weights from the configured seed, on `device`.
    pub(crate) fn new(config: &RunConfig, model: &ValidModel, device: &Device) -> Self {
        let device = device.clone().autodiff();
        let net = Net::new(&model.layers, &model.inputs(), config.seed, &device);
        let optimizer = Optimizer::new(config.optimizer, config.learning_rate);
        let (kind, classes) = (model.kind, model.classes());
        Self { config: config.clone(), device, net, optimizer, kind, classes }
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
        self.optimizer = Optimizer::new(self.config.optimizer, self.config.learning_rate);
    }

    /// Forward pass, backward pass and update on a batch.
    pub(crate) fn train_step(&mut self, phase: &Phase, batch: DeviceBatch) -> StepOutput {
        let mut net = self.net.clone();
        let (loss, correct) = self.forward(&mut net, phase, batch);
        let gradients = net.take_gradients(loss.backward());
        let before = self.replace_net(net, gradients);
        StepOutput { loss: loss.inner(), correct, before }
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
        let (loss, correct) = self.forward(&mut net, phase, microbatch);
        // The loss of the batch is the mean over all its pictures. Weighting this microbatch's loss is
        // one product; weighting its gradients would be as many as there are weights.
        let gradients = self.net.take_gradients((loss.clone() * weight).backward());
        MicrobatchOutput { loss: loss.inner(), correct, gradients }
    }

    /// The optimizer's step against the gradients of a batch, by the index of the parameter; `moments`
    /// of the batch move the statistics of the batch normalisations. Gives the weights before it.
    pub(crate) fn apply_gradients(
        &mut self,
        gradients: Vec<Option<Tensor<1>>>,
        moments: &[LayerMoments],
    ) -> Net {
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
        let (loss, _) = self.forward(&mut net, phase, self.device_batch(phase, batch));
        let gradients = net.gradients(&loss.backward());
        (loss.inner(), gradients)
    }

    /// `batch` on the device, to be trained on.
    pub(crate) fn device_batch(&self, phase: &Phase, batch: &Batch) -> DeviceBatch {
        let inputs = Activation::Map(batch.inputs(&self.plain_device()));
        let targets = || self.targets_beside(batch, &inputs, &self.plain_device());
        self.prepare_batch(phase, batch.streams.clone(), inputs.clone(), targets)
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
            return DeviceBatch { pictures, streams, targets: code.clone(), inputs: code };
        }
        DeviceBatch { pictures, streams, inputs: tracked(inputs), targets: tracked(targets()) }
    }

    /// The targets of `batch`, whose inputs are on the device already: the same tensor where an
    /// autoencoder reconstructs a picture without noise.
    fn targets_beside(&self, batch: &Batch, inputs: &Activation, device: &Device) -> Activation {
        let same = self.kind == Kind::Autoencoder && batch.corrupted.is_none();
        if same { inputs.clone() } else { self.targets(batch, device) }
    }

    /// What the network should answer to `batch`: one-hot labels, or the clean pictures.
    fn targets(&self, batch: &Batch, device: &Device) -> Activation {
        match self.kind {
            Kind::Classifier => Activation::Flat(one_hot(&batch.labels, self.classes, device)),
            Kind::Autoencoder => Activation::Map(batch.targets(device)),
        }
    }

    /// Loss of `net` on a batch as in training, and its correct predictions.
    fn forward(
        &self,
        net: &mut Net,
        phase: &Phase,
        batch: DeviceBatch,
    ) -> (Tensor<1>, Option<Correct>) {
        let logits = forward_trained(net, phase, batch.inputs, &batch.streams);
        match phase.target {
            Target::Code => (code_loss(logits, batch.targets), None),
            Target::Task => {
                let (loss, correct) = self.loss_and_correct(logits, batch.targets);
                (loss, Some(correct))
            }
        }
    }

    /// What the phase minimises: the loss of `logits` against the phase's targets.
    pub(crate) fn phase_loss(
        &self,
        phase: &Phase,
        logits: Activation,
        targets: Activation,
    ) -> Tensor<1> {
        match phase.target {
            Target::Code => code_loss(logits, targets),
            Target::Task => self.loss_of(logits, targets),
        }
    }

    /// Mean loss of `batch` in this phase, and the outputs: logits of a classifier, or pictures
    /// reconstructed through every stage trained so far.
    pub(crate) fn evaluate(&self, phase: &Phase, batch: &Batch) -> (Tensor<1>, Activation) {
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
    ) -> (Tensor<1>, Activation) {
        let net = self.net.inner();
        let run =
            |x, path: &LayerPath| path.iter().fold(x, |x, range| net.forward(x, range.clone()));
        let logits = run(inputs.clone(), &phase.inference_path);
        let loss = match phase.target {
            Target::Task => self.loss_of(logits.clone(), targets),
            Target::Code => {
                let code = net.forward(inputs, phase.frozen.clone());
                code_loss(run(code.clone(), &phase.trained), code)
            }
        };
        (loss, self.output_activation(logits))
    }

    /// The task's loss of `logits` for `batch`, as in training, and its correct predictions.
    pub(crate) fn loss_and_correct_on(
        &self,
        logits: Activation,
        batch: &Batch,
    ) -> (Tensor<1>, Correct) {
        self.loss_and_correct(logits, self.targets(batch, &self.device))
    }

    fn loss_and_correct(&self, logits: Activation, targets: Activation) -> (Tensor<1>, Correct) {
        let ((loss, count), of) = match (logits, targets) {
            (Activation::Flat(logits), Activation::Flat(targets)) => {
                let [rows, _] = logits.dims();
                (loss::cross_entropy_and_correct(logits, targets), rows)
            }
            (Activation::Map(logits), Activation::Map(targets)) => {
                let [pictures, _, h, w] = logits.dims();
                let (loss, output) = (self.config.loss, self.output());
                let both = loss::reconstruction_and_correct(logits, targets, loss, output);
                (both, pictures * h * w)
            }
            (logits, targets) => {
                unreachable!("{logits:?}, {targets:?}: a model's kind says which")
            }
        };
        (loss, Correct { count: count.inner(), of })
    }

    fn loss_of(&self, logits: Activation, targets: Activation) -> Tensor<1> {
        match (logits, targets) {
            (Activation::Flat(logits), Activation::Flat(targets)) => {
                loss::cross_entropy(logits, targets)
            }
            (Activation::Map(logits), Activation::Map(targets)) => {
                loss::reconstruction(logits, targets, self.config.loss, self.output())
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
            Activation::Map(logits) => Activation::Map(loss::activate(logits, self.output())),
        }
    }

    fn output(&self) -> Output {
        self.config.output.unwrap_or(Output::Sigmoid)
    }
}

/// The trained layers on `inputs`, as in training.
pub(crate) fn forward_trained(
    net: &mut Net,
    phase: &Phase,
    inputs: Activation,
    streams: &SampleStreams,
) -> Activation {
    phase.trained.iter().fold(inputs, |x, range| net.forward_training(x, range.clone(), streams))
}

/// Mean squared error between latent codes, the loss of the inner stages.
fn code_loss(outputs: Activation, codes: Activation) -> Tensor<1> {
    match (outputs, codes) {
        (Activation::Map(outputs), Activation::Map(codes)) => loss::squared_error(outputs, codes),
        (outputs, codes) => unreachable!("{outputs:?}, {codes:?}: stages give maps"),
    }
}
