//! Everything that a run tells its driver, as plain data: the plan before it begins, then events. The
//! page, the command line and the tests get the same.

use serde::{Deserialize, Serialize};

use crate::data::caveats::Caveat;
use crate::spec::RunConfig;
use crate::spec::summary::Summary;
pub use crate::step::loss_terms::LossTerms;
use crate::train::diagnosis::Finding;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Phase, from 0.
    pub phase: usize,
    /// Epoch in the phase, from 1.
    pub epoch: u32,
    /// Optimizer steps taken in the whole run.
    pub step: u64,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum RunEvent {
    /// A phase begins.
    #[serde(rename_all = "camelCase")]
    Phase {
        /// Which, from 0.
        phase: usize,
        /// What it is called.
        name: String,
    },
    /// An optimizer step was taken.
    #[serde(rename_all = "camelCase")]
    Step {
        /// Where; `step` counts this one.
        #[serde(flatten)]
        progress: Progress,
        /// Mean loss of the batch, before the step.
        loss: f64,
        /// Accuracy on the batch, before the step.
        accuracy: Option<f64>,
        /// Pictures in the batch.
        pictures: usize,
        /// What the loss is made of, of a variational autoencoder.
        #[serde(skip_serializing_if = "Option::is_none")]
        loss_terms: Option<LossTerms>,
    },
    /// A batch of the test pictures was evaluated.
    #[serde(rename_all = "camelCase")]
    Validating {
        /// Where.
        #[serde(flatten)]
        progress: Progress,
        /// Batches evaluated.
        done: usize,
        /// Batches in all.
        total: usize,
    },
    /// An epoch ended, with its validation.
    #[serde(rename_all = "camelCase")]
    Epoch {
        /// Where.
        #[serde(flatten)]
        progress: Progress,
        /// Mean training loss over the epoch, as the weights changed.
        loss: f64,
        /// Training accuracy over the epoch.
        accuracy: Option<f64>,
        /// Loss on the test pictures.
        val_loss: f64,
        /// Accuracy on the test pictures.
        val_accuracy: Option<f64>,
        /// Mean squared error of the reconstructed test pictures.
        mse: Option<f64>,
        /// Peak signal-to-noise ratio in decibels.
        psnr: Option<f64>,
        /// Structural similarity.
        ssim: Option<f64>,
        /// Accuracy on the test pictures of each class, of a classifier; `None` for a class without any.
        #[serde(skip_serializing_if = "Option::is_none")]
        val_class_accuracy: Option<Vec<Option<f64>>>,
        /// Share of the test pictures whose label is among the most probable classes.
        #[serde(skip_serializing_if = "Option::is_none")]
        val_top_k: Option<TopK>,
        /// What the training loss is made of, of a variational autoencoder.
        #[serde(skip_serializing_if = "Option::is_none")]
        loss_terms: Option<LossTerms>,
        /// The same of the loss on the test pictures, whose codes are means, without noise.
        #[serde(skip_serializing_if = "Option::is_none")]
        val_loss_terms: Option<LossTerms>,
        /// The learning rate of the epoch's last step, where it is not the same for all.
        #[serde(skip_serializing_if = "Option::is_none")]
        learning_rate: Option<f64>,
    },
    /// The learning rate was lowered, because the validation loss did not fall.
    #[serde(rename_all = "camelCase")]
    LearningRate {
        /// Where.
        #[serde(flatten)]
        progress: Progress,
        /// The learning rate from here on.
        learning_rate: f64,
    },
    /// The phase is over, and the run has the weights of an earlier epoch of it: the best one's.
    #[serde(rename_all = "camelCase")]
    Restored {
        /// Where the phase ended.
        #[serde(flatten)]
        progress: Progress,
        /// The epoch, from 1.
        best_epoch: u32,
        /// Its validation loss.
        val_loss: f64,
    },
    /// What seems to be wrong with the run now; empty where it no longer is. Told by
    /// [`Trainer::diagnose`](super::trainer::Trainer::diagnose), which is asked after an epoch.
    #[serde(rename_all = "camelCase")]
    Diagnosis {
        /// Where.
        #[serde(flatten)]
        progress: Progress,
        /// All of it, the graver first.
        findings: Vec<Finding>,
    },
    /// The run is over.
    #[serde(rename_all = "camelCase")]
    Finished {
        /// Where.
        #[serde(flatten)]
        progress: Progress,
        /// Why.
        reason: Reason,
    },
    /// A loss was not finite: the run is over, with the last weights that gave a finite loss.
    #[serde(rename_all = "camelCase")]
    Diverged {
        /// Where.
        #[serde(flatten)]
        progress: Progress,
        /// What happened and what to do, for people.
        message: String,
    },
}

/// Top-k accuracy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TopK {
    /// Of how many most probable classes.
    pub k: u64,
    /// Share of the pictures whose label is one of them, 0 to 1.
    pub accuracy: f64,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// All epochs were trained.
    Completed,
    /// Early stopping: the validation loss did not fall for as many epochs as the patience says.
    StoppedEarly,
}

/// What a run is going to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The settings.
    pub config: RunConfig,
    /// The model's table.
    pub summary: Summary,
    /// Pictures it uses.
    pub pictures: PictureCounts,
    /// What these pictures make meaningless.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub caveats: Vec<Caveat>,
    /// Optimizer steps in an epoch.
    pub steps_per_epoch: usize,
    /// Batches in a validation.
    pub validation_batches: usize,
    /// What is trained, one after another.
    pub phases: Vec<PlannedPhase>,
    /// Optimizer steps in the whole run, if it does not end early.
    pub total_steps: u64,
}

/// Pictures by split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureCounts {
    /// To train on.
    pub train: usize,
    /// To validate on.
    pub test: usize,
}

/// A phase of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedPhase {
    /// What it is called.
    pub name: String,
    /// Its epochs.
    pub epochs: u32,
}
