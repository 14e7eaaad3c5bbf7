//! What follows from a computed work item: it is counted, the run moves on to the next batch,
//! validation, epoch or phase, and events tell it. Early stopping and divergence are decided here.

use crate::nn::Net;
use crate::optim::plateau::Plateau;
use crate::step::metrics::MetricSums;
use crate::train::diagnosis::EpochNumbers;
use crate::train::error::TrainError;
use crate::train::events::{Reason, RunEvent, TopK};
use crate::train::snapshot::{EarlyStopping, RunState};
use crate::train::trainer::{Best, Trainer};

impl Trainer {
    /// Counts a step that was taken from the weights `before`.
    pub(crate) fn record_step(
        &mut self,
        metrics: &MetricSums,
        before: Net,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let RunState::Training(done) = self.run_state else { return Ok(()) };
        let loss = metrics.loss().ok_or(TrainError::NothingCounted("training"))? as f32;
        if !loss.is_finite() {
            self.diverge("loss", loss, events);
            return Ok(());
        }
        self.last_finite = before;
        self.progress.step += 1;
        self.watch.note_step(f64::from(loss));
        self.train_metrics.merge(metrics);
        let pictures = self.train_indices(done).len();
        self.run_state = if done + 1 == self.steps_per_epoch() {
            RunState::Validating(0)
        } else {
            RunState::Training(done + 1)
        };
        events.push(RunEvent::Step {
            progress: self.progress,
            loss: f64::from(loss),
            accuracy: metrics.accuracy(),
            pictures,
            loss_terms: metrics.loss_terms(),
        });
        Ok(())
    }

    /// Counts the evaluation of test batch `index`; after the last one, ends the epoch.
    pub(crate) fn record_validation(
        &mut self,
        index: usize,
        metrics: &MetricSums,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let loss = metrics.loss().ok_or(TrainError::NothingCounted("validation"))? as f32;
        if !loss.is_finite() {
            self.diverge("validation loss", loss, events);
            return Ok(());
        }
        self.val_metrics.merge(metrics);
        let (done, total) = (index + 1, self.validation_batches());
        events.push(RunEvent::Validating { progress: self.progress, done, total });
        if done == total {
            return self.end_epoch(events);
        }
        self.run_state = RunState::Validating(done);
        Ok(())
    }

    pub(crate) fn begin_phase(&mut self, events: &mut Vec<RunEvent>) {
        let phase = self.progress.phase;
        self.train_state.restart_optimizer();
        self.early_stopping = EarlyStopping::NEW;
        self.best = None;
        let plateau = |_| Plateau::new(self.config.learning_rate);
        self.plateau = self.config.reduce_on_plateau.as_ref().map(plateau);
        self.follow_plateau();
        self.progress.epoch = 0;
        self.watch.begin_phase();
        events.push(RunEvent::Phase { phase, name: self.phases[phase].name.clone() });
        self.begin_epoch();
    }

    /// Takes the learning rate of the plateau, where there is one: the same whether it has fallen or not,
    /// so that a resumed run has it too.
    pub(crate) fn follow_plateau(&mut self) {
        if let Some(plateau) = &self.plateau {
            self.train_state.optimizer_mut().set_learning_rate(plateau.learning_rate);
        }
    }

    fn begin_epoch(&mut self) {
        self.epoch_order = self.data.order(self.config.seed, u64::from(self.epochs_begun));
        self.epochs_begun += 1;
        self.progress.epoch += 1;
        self.train_metrics = MetricSums::default();
        self.val_metrics = MetricSums::default();
        self.run_state = RunState::Training(0);
    }

    fn end_epoch(&mut self, events: &mut Vec<RunEvent>) -> Result<(), TrainError> {
        let (training, validation) = (&self.train_metrics, &self.val_metrics);
        let val_loss = validation.loss().ok_or(TrainError::NothingCounted("validation"))?;
        let loss = training.loss().ok_or(TrainError::NothingCounted("training"))?;
        let (accuracy, val_accuracy) = (training.accuracy(), validation.accuracy());
        let (step, shape) = (self.progress.step, self.data.shape());
        let numbers = EpochNumbers { step, loss, accuracy, val_loss, val_accuracy };
        self.watch.note_epoch(self.progress, numbers);
        events.push(RunEvent::Epoch {
            progress: self.progress,
            loss,
            accuracy,
            val_loss,
            val_accuracy,
            mse: validation.mean_squared_error(shape),
            psnr: validation.psnr(shape),
            ssim: validation.ssim(shape),
            val_class_accuracy: validation.accuracy_by_class(),
            val_top_k: validation.top_k_accuracy().map(|(k, accuracy)| TopK { k, accuracy }),
            loss_terms: training.loss_terms(),
            val_loss_terms: validation.loss_terms(),
            learning_rate: self.changing_learning_rate(),
        });
        // Told, and stored no more.
        self.val_metrics.forget_classes();
        let epochs_since_best = self.early_stopping.record(val_loss, self.config.min_delta);
        if epochs_since_best == 0 && self.config.restore_best_weights {
            let (epoch, net) = (self.progress.epoch, self.train_state.net());
            self.best = Some(Best { epoch, net });
        }
        let stops = self.config.patience.is_some_and(|patience| epochs_since_best >= patience);
        if !stops && self.progress.epoch < self.config.epochs {
            self.lower_learning_rate(val_loss, events);
            self.begin_epoch();
            return Ok(());
        }
        self.restore_best(events);
        if self.progress.phase + 1 < self.phases.len() {
            self.progress.phase += 1;
            self.run_state = RunState::Begin;
        } else {
            self.run_state = RunState::Over;
            let reason = if stops { Reason::StoppedEarly } else { Reason::Completed };
            events.push(RunEvent::Finished { progress: self.progress, reason });
        }
        Ok(())
    }

    /// The learning rate of the last step, where it is not the same for all of the phase.
    fn changing_learning_rate(&self) -> Option<f64> {
        let optimizer = self.train_state.optimizer();
        let changes = self.plateau.is_some() || optimizer.rates().change();
        changes.then(|| optimizer.last_learning_rate())
    }

    /// Lowers the learning rate where the validation loss has not fallen for long enough.
    fn lower_learning_rate(&mut self, val_loss: f64, events: &mut Vec<RunEvent>) {
        let both = self.config.reduce_on_plateau.as_ref().zip(self.plateau.as_mut());
        let Some((settings, plateau)) = both else { return };
        if plateau.record(settings, val_loss) {
            let (progress, learning_rate) = (self.progress, plateau.learning_rate);
            events.push(RunEvent::LearningRate { progress, learning_rate });
        }
        self.follow_plateau();
    }

    /// Goes back to the weights of the phase's best epoch, where they are kept; says which that is.
    fn restore_best(&mut self, events: &mut Vec<RunEvent>) -> Option<u32> {
        let Best { epoch, net } = self.best.take()?;
        self.train_state.restore(net);
        self.last_finite = self.train_state.net();
        self.weights_version += 1;
        let (progress, val_loss) = (self.progress, self.early_stopping.best_loss());
        events.push(RunEvent::Restored { progress, best_epoch: epoch, val_loss });
        Some(epoch)
    }

    /// Ends the run with the best weights, where they are kept, or with the last weights that gave a finite loss.
    fn diverge(&mut self, what: &str, value: f32, events: &mut Vec<RunEvent>) {
        self.train_state.restore(self.last_finite.clone());
        self.run_state = RunState::Over;
        let kept = match self.restore_best(events) {
            Some(epoch) => format!("weights of epoch {epoch}, the best one,"),
            None => "last good weights".to_owned(),
        };
        let progress = self.progress;
        let message = format!(
            "After step {} the {what} is {value}: training diverged and was stopped. The {kept} are \
             kept. Try a learning rate below {}.",
            progress.step, self.config.learning_rate
        );
        events.push(RunEvent::Diverged { progress, message });
    }
}
