//! Everything a run can say: a closed set, the same for the page, the command line and tests.
//! Plain data; knows no trainer.

use serde::{Deserialize, Serialize};

use crate::spec::RunConfig;
use crate::spec::summary::Summary;

/// Where in its run a trainer is.
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
        place: Progress,
        /// Mean loss of the batch, before the step.
        loss: f64,
        /// Accuracy on the batch, before the step.
        accuracy: Option<f64>,
        /// Pictures in the batch.
        pictures: usize,
    },
    /// A batch of the test pictures was scored.
    #[serde(rename_all = "camelCase")]
    Validating {
        /// Where.
        #[serde(flatten)]
        place: Progress,
        /// Batches scored.
        done: usize,
        /// Batches in all.
        total: usize,
    },
    /// An epoch ended, with its validation.
    #[serde(rename_all = "camelCase")]
    Epoch {
        /// Where.
        #[serde(flatten)]
        place: Progress,
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
    },
    /// The run is over.
    #[serde(rename_all = "camelCase")]
    Finished {
        /// Where.
        #[serde(flatten)]
        place: Progress,
        /// Why.
        reason: Reason,
    },
    /// A loss was not finite: the run is over, and the last good weights are kept.
    #[serde(rename_all = "camelCase")]
    Diverged {
        /// Where.
        #[serde(flatten)]
        place: Progress,
        /// What happened and what to do, for people.
        message: String,
    },
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// All epochs were trained.
    Completed,
    /// The validation loss stopped getting better.
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
