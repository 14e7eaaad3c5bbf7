//! The network and its optimizer on a device: one step on a batch, one score of a batch. Knows
//! neither where the batches come from nor what becomes of the numbers.

use burn::tensor::{Device, Tensor, Transaction};

use crate::kernels::norm::Moments;
use crate::nn::{Activation, Net, Parameter, ParameterError, SampleStreams};
use crate::optim::Optimizer;
use crate::spec::{Kind, Output, RunConfig, ValidModel};
use crate::step::batch::{Batch, one_hot};
use crate::step::loss;
use crate::step::phase::{LayerPath, Phase, Target};

/// What learns.
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

/// What a step gives, still on the device.
pub(crate) struct StepOutput {
    /// Mean loss of the batch, before the step.
    pub(crate) loss: Tensor<1>,
    /// How many answers were right before the step, and of how many; `None` where the outputs say
    /// nothing about the answer.
    pub(crate) right: Option<(Tensor<1>, usize)>,
    /// The weights before the step, which gave the loss.
    pub(crate) before: Net,
}

/// A batch on the device, as far as it can be computed before the weights that learn are known.
#[derive(Debug, Clone)]
pub(crate) struct DeviceBatch {
    pub(crate) pictures: usize,
    /// Random numbers of the layers.
    pub(crate) streams: SampleStreams,
    /// What reaches the layers that learn.
    pub(crate) code: Activation,
    /// What they should answer.
    pub(crate) targets: Activation,
}

/// The moments of a whole batch, and the layer that normalises with them.
pub(crate) type LayerMoments = (usize, Moments);

/// What a part of a step gives, still on the device.
pub(crate) struct MicrobatchOutput {
    /// Mean loss of the part.
    pub(crate) loss: Tensor<1>,
    /// As [`StepOutput::right`].
    pub(crate) right: Option<(Tensor<1>, usize)>,
    /// Of what the part adds to the step's mean loss, by the place of the parameter.
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

    /// Takes the given weights; those that are not given stay. Takes none if one does not fit.
    pub(crate) fn put(&mut self, parameters: &[Parameter]) -> Result<(), ParameterError> {
        let mut net = self.net.clone();
        parameters.iter().try_for_each(|parameter| net.put(parameter))?;
        self.net = net;
        Ok(())
    }

    /// How many values every parameter has, by its place; `None` for those that `phase` leaves.
    pub(crate) fn learns(&self, phase: &Phase) -> Vec<Option<usize>> {
        self.net.trained_sizes(&phase.trained)
    }

    /// How many values every parameter has.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.net.sizes()
    }

    /// The weights of every parameter, flattened as the device has them.
    pub(crate) async fn weights(&self) -> Result<Vec<Vec<f32>>, String> {
        let transfer = Transaction::default();
        read(self.net.weights().into_iter().fold(transfer, Transaction::register)).await
    }

    /// Takes weights as [`TrainState::weights`] gave them; says whether they fit.
    pub(crate) fn put_weights(&mut self, weights: Vec<Vec<f32>>) -> bool {
        let net = self.net.clone().with_values(weights);
        net.is_some_and(|net| {
            self.net = net;
            true
        })
    }

    /// The optimizer, to be stored.
    pub(crate) fn optimizer(&self) -> &Optimizer {
        &self.optimizer
    }

    /// The optimizer, to be brought back.
    pub(crate) fn optimizer_mut(&mut self) -> &mut Optimizer {
        &mut self.optimizer
    }

    /// The network without autodiff.
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

    /// Forward, backward and update on what is `given`.
    pub(crate) fn learn(&mut self, phase: &Phase, given: DeviceBatch) -> StepOutput {
        let mut net = self.net.clone();
        let (loss, right) = self.forward(&mut net, phase, given);
        let gradients = net.take_gradients(loss.backward());
        let before = self.replace_net(net, gradients);
        StepOutput { loss: loss.inner(), right, before }
    }

    /// Forward and backward on what is `given`, a part of a step on `all` pictures; nothing moves.
    pub(crate) fn part(&self, phase: &Phase, given: DeviceBatch, all: usize) -> MicrobatchOutput {
        let mut net = self.net.clone();
        let weight = given.pictures as f32 / all as f32;
        let (loss, right) = self.forward(&mut net, phase, given);
        // The step's loss is the mean over all its pictures. Here that is a few products, of the
        // gradients it would be as many as there are weights.
        let gradients = self.net.take_gradients((loss.clone() * weight).backward());
        MicrobatchOutput { loss: loss.inner(), right, gradients }
    }

    /// The step against `gradients`, by the place of the parameter, of a batch with these `moments`
    /// where a layer normalises it. Gives the weights before it.
    pub(crate) fn update(
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

    /// The loss and gradients that a step on `batch` would have.
    pub(crate) fn gradients(
        &self,
        phase: &Phase,
        batch: &Batch,
    ) -> (Tensor<1>, Vec<Parameter<Tensor<1>>>) {
        // A copy, because batch normalisation moves its statistics.
        let mut net = self.net.clone();
        let (loss, _) = self.forward(&mut net, phase, self.given(phase, batch));
        let gradients = net.gradients(&loss.backward());
        (loss.inner(), gradients)
    }

    /// `batch` in training.
    pub(crate) fn given(&self, phase: &Phase, batch: &Batch) -> DeviceBatch {
        let inputs = Activation::Map(batch.inputs(&self.plain_device()));
        let targets = || self.compared(batch, &inputs, &self.plain_device());
        self.given_of(phase, batch.streams.clone(), inputs.clone(), targets)
    }

    /// So many pictures in training, of which the network sees `inputs` and which should be answered
    /// by `targets`, off the autodiff device.
    pub(crate) fn given_of(
        &self,
        phase: &Phase,
        streams: SampleStreams,
        inputs: Activation,
        targets: impl FnOnce() -> Activation,
    ) -> DeviceBatch {
        let pictures = streams.indices.len();
        if phase.target == Target::Code {
            // Nothing flows back into the earlier stages. A graph of theirs, which nothing goes back
            // through, would never be freed, and the next ones would grow on it.
            let code = tracked(self.net.inner().forward(inputs, phase.frozen.clone()));
            return DeviceBatch { pictures, streams, targets: code.clone(), code };
        }
        DeviceBatch { pictures, streams, code: tracked(inputs), targets: tracked(targets()) }
    }

    /// The targets of `batch`, of which the network sees `inputs`. One tensor for both where they are
    /// the same: what is made of a picture with no noise is the picture.
    fn compared(&self, batch: &Batch, inputs: &Activation, device: &Device) -> Activation {
        let itself = self.kind == Kind::Autoencoder && batch.corrupted.is_none();
        if itself { inputs.clone() } else { self.targets(batch, device) }
    }

    /// What the network should answer to `batch`.
    fn targets(&self, batch: &Batch, device: &Device) -> Activation {
        match self.kind {
            Kind::Classifier => Activation::Flat(one_hot(&batch.labels, self.classes, device)),
            Kind::Autoencoder => Activation::Map(batch.targets(device)),
        }
    }

    /// Loss of `net` on a batch as in training, and what [`StepOutput::right`] is.
    fn forward(
        &self,
        net: &mut Net,
        phase: &Phase,
        given: DeviceBatch,
    ) -> (Tensor<1>, Option<(Tensor<1>, usize)>) {
        let sums = trained(net, phase, given.code, &given.streams);
        match phase.target {
            Target::Code => (code_loss(sums, given.targets), None),
            Target::Answer => {
                let (loss, right) = self.loss_and_correct(sums, given.targets);
                (loss, Some(right))
            }
        }
    }

    /// What the phase makes small: the loss of `sums` against what they should be.
    pub(crate) fn phase_loss(
        &self,
        phase: &Phase,
        sums: Activation,
        targets: Activation,
    ) -> Tensor<1> {
        match phase.target {
            Target::Code => code_loss(sums, targets),
            Target::Answer => self.loss_of(sums, targets),
        }
    }

    /// Mean loss of `batch` in this phase, and the answers: logits, or pictures through every
    /// stage trained so far.
    pub(crate) fn score(&self, phase: &Phase, batch: &Batch) -> (Tensor<1>, Activation) {
        let device = self.plain_device();
        let inputs = Activation::Map(batch.inputs(&device));
        let targets = self.compared(batch, &inputs, &device);
        self.score_of(phase, inputs, targets)
    }

    fn score_of(
        &self,
        phase: &Phase,
        inputs: Activation,
        targets: Activation,
    ) -> (Tensor<1>, Activation) {
        let net = self.net.inner();
        let run =
            |x, path: &LayerPath| path.iter().fold(x, |x, range| net.forward(x, range.clone()));
        let sums = run(inputs.clone(), &phase.whole);
        let loss = match phase.target {
            Target::Answer => self.loss_of(sums.clone(), targets),
            Target::Code => {
                let code = net.forward(inputs, phase.frozen.clone());
                code_loss(run(code.clone(), &phase.trained), code)
            }
        };
        (loss, self.activated(sums))
    }

    /// The run's loss on the sums of the last layer for `batch`, as in training, and how many answers
    /// are right, of how many.
    pub(crate) fn loss_and_correct_on(
        &self,
        sums: Activation,
        batch: &Batch,
    ) -> (Tensor<1>, (Tensor<1>, usize)) {
        self.loss_and_correct(sums, self.targets(batch, &self.device))
    }

    fn loss_and_correct(
        &self,
        sums: Activation,
        targets: Activation,
    ) -> (Tensor<1>, (Tensor<1>, usize)) {
        let ((loss, right), asked) = match (sums, targets) {
            (Activation::Flat(logits), Activation::Flat(targets)) => {
                let [rows, _] = logits.dims();
                (loss::judged_answers(logits, targets), rows)
            }
            (Activation::Map(sums), Activation::Map(targets)) => {
                let [pictures, _, h, w] = sums.dims();
                let (loss, output) = (self.config.loss, self.output());
                let judged = loss::judged_reconstruction(sums, targets, loss, output);
                (judged, pictures * h * w)
            }
            (sums, targets) => unreachable!("{sums:?}, {targets:?}: a model's kind says which"),
        };
        (loss, (right.inner(), asked))
    }

    fn loss_of(&self, sums: Activation, targets: Activation) -> Tensor<1> {
        match (sums, targets) {
            (Activation::Flat(logits), Activation::Flat(targets)) => {
                loss::cross_entropy(logits, targets)
            }
            (Activation::Map(sums), Activation::Map(targets)) => {
                loss::reconstruction(sums, targets, self.config.loss, self.output())
            }
            (sums, targets) => unreachable!("{sums:?}, {targets:?}: a model's kind says which"),
        }
    }

    /// Logits as they are, drawings through the output activation.
    pub(crate) fn activated(&self, sums: Activation) -> Activation {
        match sums {
            Activation::Flat(logits) => Activation::Flat(logits),
            Activation::Map(sums) => Activation::Map(loss::activate(sums, self.output())),
        }
    }

    fn output(&self) -> Output {
        self.config.output.unwrap_or(Output::Sigmoid)
    }
}

/// What the layers that learn make of what reaches them, as in training.
pub(crate) fn trained(
    net: &mut Net,
    phase: &Phase,
    code: Activation,
    streams: &SampleStreams,
) -> Activation {
    phase.trained.iter().fold(code, |x, range| net.forward_training(x, range.clone(), streams))
}

/// The same values at the beginning of a graph.
pub(crate) fn leaf(flow: Activation) -> Activation {
    match flow {
        Activation::Map(x) => Activation::Map(x.detach().require_grad()),
        Activation::Flat(x) => Activation::Flat(x.detach().require_grad()),
    }
}

/// Mean squared error between codes, the loss of the inner stages.
fn code_loss(outputs: Activation, codes: Activation) -> Tensor<1> {
    match (outputs, codes) {
        (Activation::Map(outputs), Activation::Map(codes)) => loss::squared_error(outputs, codes),
        (outputs, codes) => unreachable!("{outputs:?}, {codes:?}: stages give maps"),
    }
}

/// The same values off the autodiff device.
pub(crate) fn plain(flow: Activation) -> Activation {
    match flow {
        Activation::Map(x) => Activation::Map(x.inner()),
        Activation::Flat(x) => Activation::Flat(x.inner()),
    }
}

/// The same values on the autodiff device, through which nothing flows back.
fn tracked(flow: Activation) -> Activation {
    match flow {
        Activation::Map(x) => Activation::Map(Tensor::from_inner(x)),
        Activation::Flat(x) => Activation::Flat(Tensor::from_inner(x)),
    }
}

/// The values of a transfer, in the order of registration.
///
/// # Errors
/// What the device says.
pub(crate) async fn read(transfer: Transaction) -> Result<Vec<Vec<f32>>, String> {
    let values = transfer.execute_async().await.map_err(|error| error.to_string())?;
    values
        .into_iter()
        .map(|data| data.try_into_vec().map_err(|error| format!("{error:?}")))
        .collect()
}

/// The values of `transfer` and of `parameters`, read together.
pub(crate) async fn read_all(
    transfer: Transaction,
    parameters: Vec<Parameter<Tensor<1>>>,
) -> Result<(Vec<Vec<f32>>, Vec<Parameter>), String> {
    let add = |transfer: Transaction, parameter: &Parameter<Tensor<1>>| {
        transfer.register(parameter.values.clone())
    };
    let transfer = parameters.iter().fold(transfer, add);
    let mut values = read(transfer).await?;
    let others = values.split_off(values.len() - parameters.len());
    let parameters = parameters.into_iter().zip(others).map(|(parameter, values)| {
        let Parameter { layer, name, shape, .. } = parameter;
        Parameter { layer, name, shape, values }
    });
    Ok((values, parameters.collect()))
}
