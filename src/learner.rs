//! The network and its optimizer on a device: one step on a batch, one score of a batch. Knows
//! neither where the batches come from nor what becomes of the numbers.

use burn::module::Module;
use burn::tensor::{Device, Tensor, Transaction};

use crate::adam::Adam;
use crate::batch::Batch;
use crate::config::{Output, RunConfig};
use crate::loss;
use crate::models::{Architecture, Flow, Net, Parameter, ParameterError};
use crate::phase::{Path, Phase, Target};

/// What learns.
#[derive(Debug)]
pub(crate) struct Learner {
    config: RunConfig,
    /// With autodiff.
    device: Device,
    net: Net,
    adam: Adam,
}

/// What a step gives, still on the device.
pub(crate) struct Learned {
    /// Mean loss of the batch, before the step.
    pub(crate) loss: Tensor<1>,
    /// Outputs before the step; `None` where they say nothing about the answer.
    pub(crate) outputs: Option<Flow>,
    /// The weights before the step, which gave the loss.
    pub(crate) before: Net,
}

impl Learner {
    /// Starting weights from the configured seed, on `device`.
    pub(crate) fn new(config: &RunConfig, architecture: &Architecture, device: &Device) -> Self {
        let device = device.clone().autodiff();
        let net = Net::new(architecture, config.seed, &device);
        let adam = Adam::new(config.learning_rate);
        Self { config: config.clone(), device, net, adam }
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

    /// Forgets the moments, as a newly compiled Keras model does.
    pub(crate) fn restart_optimizer(&mut self) {
        self.adam = Adam::new(self.config.learning_rate);
    }

    /// Forward, backward and update on `batch`.
    pub(crate) fn learn(&mut self, phase: &Phase, batch: &Batch) -> Learned {
        let mut net = self.net.clone();
        let (loss, outputs) = self.forward(&mut net, phase, batch);
        let gradients = loss.backward();
        let before = std::mem::replace(&mut self.net, self.adam.step(net, gradients));
        Learned { loss: loss.inner(), outputs: outputs.map(plain), before }
    }

    /// The loss and gradients that a step on `batch` would have.
    pub(crate) fn gradients(
        &self,
        phase: &Phase,
        batch: &Batch,
    ) -> (Tensor<1>, Vec<Parameter<Tensor<1>>>) {
        // A copy, because batch normalisation moves its statistics.
        let mut net = self.net.clone();
        let (loss, _) = self.forward(&mut net, phase, batch);
        let gradients = net.gradients(&loss.backward());
        (loss.inner(), gradients)
    }

    /// Loss and outputs of `net` on `batch`, as in training.
    fn forward(&self, net: &mut Net, phase: &Phase, batch: &Batch) -> (Tensor<1>, Option<Flow>) {
        let inputs = Flow::Map(batch.inputs(&self.device));
        let code = match (net.forward(inputs, phase.frozen.clone()), phase.target) {
            // The earlier stages are frozen: nothing flows back into them.
            (Flow::Map(code), Target::Code) => Flow::Map(code.detach()),
            (input, _) => input,
        };
        let [first, second] = phase.trained.clone();
        let sums = net.forward_training(code.clone(), first);
        let sums = net.forward_training(sums, second);
        match phase.target {
            Target::Code => (code_loss(sums, code), None),
            Target::Answer => {
                let outputs = self.activated(sums.clone());
                (self.answer_loss(sums, batch), Some(outputs))
            }
        }
    }

    /// Mean loss of `batch` in this phase, and the answers: logits, or pictures through every
    /// stage trained so far.
    pub(crate) fn score(&self, phase: &Phase, batch: &Batch) -> (Tensor<1>, Flow) {
        let net = self.net.valid();
        let run = |x, path: &Path| path.iter().fold(x, |x, range| net.forward(x, range.clone()));
        let inputs = Flow::Map(batch.inputs(&self.device.clone().inner()));
        let sums = run(inputs.clone(), &phase.whole);
        let loss = match phase.target {
            Target::Answer => self.answer_loss(sums.clone(), batch),
            Target::Code => {
                let code = net.forward(inputs, phase.frozen.clone());
                code_loss(run(code.clone(), &phase.trained), code)
            }
        };
        (loss, self.activated(sums))
    }

    /// The run's loss on the sums of the last layer.
    fn answer_loss(&self, sums: Flow, batch: &Batch) -> Tensor<1> {
        match sums {
            Flow::Flat(logits) => {
                let [_, classes] = logits.dims();
                let targets = batch.one_hot(classes, &logits.device());
                loss::cross_entropy(logits, targets)
            }
            Flow::Map(sums) => {
                let targets = batch.targets(&sums.device());
                loss::reconstruction(sums, targets, self.config.loss, self.output())
            }
        }
    }

    /// Logits as they are, drawings through the output activation.
    fn activated(&self, sums: Flow) -> Flow {
        match sums {
            Flow::Flat(logits) => Flow::Flat(logits),
            Flow::Map(sums) => Flow::Map(loss::activate(sums, self.output())),
        }
    }

    fn output(&self) -> Output {
        self.config.output.unwrap_or(Output::Sigmoid)
    }
}

/// Mean squared error between codes, the loss of the inner stages.
fn code_loss(outputs: Flow, codes: Flow) -> Tensor<1> {
    match (outputs, codes) {
        (Flow::Map(outputs), Flow::Map(codes)) => loss::squared_error(outputs, codes),
        (outputs, codes) => unreachable!("{outputs:?}, {codes:?}: stages give maps"),
    }
}

/// The same values off the autodiff device.
fn plain(flow: Flow) -> Flow {
    match flow {
        Flow::Map(x) => Flow::Map(x.inner()),
        Flow::Flat(x) => Flow::Flat(x.inner()),
    }
}

/// `transfer` with the values of `flow`, if any.
pub(crate) fn register(transfer: Transaction, flow: Option<Flow>) -> Transaction {
    match flow {
        Some(Flow::Map(x)) => transfer.register(x),
        Some(Flow::Flat(x)) => transfer.register(x),
        None => transfer,
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
