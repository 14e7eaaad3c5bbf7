//! Whether a run learns, by what its numbers say: a loss that stays at that of guessing, outputs that are
//! dead or all alike, a loss that grows, validation that batch normalisation's young averages spoil, and
//! training pictures known by heart. Pure: [`findings`] judges numbers and changes none; where they
//! come from, `watch` says. The thresholds are far from what healthy runs do, because a false
//! alarm teaches to ignore all of them; `tests/it/diagnosis.rs` has runs of both kinds.

use std::fmt;

use serde::Serialize;

use crate::spec::{Loss, Output};

/// What seems to be wrong with a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "sign", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Finding {
    /// The output's relu is shut for every value of every picture.
    BlackReconstructions,
    /// Every output lies at or beyond 1, where clipped binary cross-entropy has no gradient.
    WhiteReconstructions,
    /// The loss is finite, but so large that it soon will not be.
    Diverging {
        /// Of the epoch.
        loss: f64,
        /// Of the first step.
        start: f64,
    },
    /// The loss is far above where it began.
    Rising {
        /// Of the epoch.
        loss: f64,
        /// Of the first step.
        start: f64,
    },
    /// The autoencoder gives one picture for all.
    SameReconstructions,
    /// The classifier knows no more than how frequent the classes are.
    Guessing {
        /// Of the epoch.
        loss: f64,
        /// Of the best answer that is the same for every picture.
        guess: f64,
        /// How long it has been so.
        epochs: usize,
        /// Whether it answers the same for every picture.
        same: bool,
    },
    /// Inference uses moving averages that are still near to what they began with.
    YoungAverages {
        /// Steps taken.
        steps: u64,
        /// What is left of their beginning in them, 0 to 1.
        share: f64,
    },
    /// The training pictures are known, and the test pictures guessed.
    ByHeart {
        /// Training accuracy.
        accuracy: f64,
        /// Validation accuracy.
        val_accuracy: f64,
    },
}

/// What is known of a run before it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    /// Of an autoencoder.
    pub output: Option<Output>,
    /// The loss.
    pub loss: Loss,
    /// Of a classifier: the loss of the best answer that is the same for every picture, which is
    /// the entropy of the training labels (ln 10 for ten equal classes).
    pub guess: Option<f64>,
    /// Of a classifier: the accuracy of always giving the most frequent class of the test pictures.
    pub chance: f64,
    /// Test pictures.
    pub test: usize,
    /// The share that batch normalisation keeps of its averages at each step, where there is any.
    pub momentum: Option<f64>,
}

/// An epoch's numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpochNumbers {
    /// Optimizer steps in the run so far.
    pub step: u64,
    /// Mean training loss.
    pub loss: f64,
    /// Training accuracy.
    pub accuracy: Option<f64>,
    /// Loss on the test pictures.
    pub val_loss: f64,
    /// Accuracy on the test pictures.
    pub val_accuracy: Option<f64>,
}

/// What the network gives for some test pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outputs {
    /// Smallest and largest value of the outputs.
    pub range: [f32; 2],
    /// Smallest and largest value of what they should be.
    pub target_range: [f32; 2],
    /// How much outputs differ between pictures. Of an autoencoder: their deviation from the mean
    /// output, by that of the pictures from the mean picture; of a classifier: the largest difference of
    /// a class's probability. `None` where the pictures are all the same.
    pub variation: Option<f64>,
}

/// What was looked at beside the numbers, where those gave a reason to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Look {
    /// For test pictures.
    pub outputs: Option<Outputs>,
    /// The loss on training pictures as at inference.
    pub inference_loss: Option<f64>,
}

/// What to look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reasons {
    /// The outputs.
    pub outputs: bool,
    /// The training pictures as at inference.
    pub inference: bool,
}

/// A loss within this part of guessing's: less than a fiftieth of what the labels say is learned. A loss
/// is a mean over the epoch while it learns, so one that learns at all soon has less.
const AT_GUESS: f64 = 0.98;
/// So long a loss stays there before it is told of a network whose answers differ; and in the second half
/// of that time it may have fallen below guessing by this part of it, or it learns, if slowly. (On 300 drawn
/// pictures healthy networks stay there for ten epochs, and fall by ten times as much.)
const STUCK_EPOCHS: usize = 6;
const STUCK_STEPS: u64 = 100;
const STUCK_FALL: f64 = 1e-3;
/// Labels that say less than this leave nothing to guess.
const LEAST_GUESS: f64 = 0.05;
/// Probabilities that differ less than this between pictures are the same answer: at the beginning,
/// before anything is learned, they differ by ten times as much.
const SAME_ANSWER: f64 = 1e-3;
/// Reconstructions that differ less than this part of what the pictures do.
const SAME_PICTURE: f64 = 1e-2;
/// Epochs and steps in which a network may still find out that its pictures differ.
const SAME_EPOCHS: usize = 2;
const SAME_STEPS: u64 = 20;
/// Times the loss of the first step.
const RISING: f64 = 5.0;
const DIVERGING: f64 = 1000.0;
/// Of moving averages, what may be left of their beginning.
const YOUNG: f64 = 0.05;
/// What inference may lose against training, as a part of what was learned since the first step.
const SPOILT: f64 = 0.05;
/// The same as a part of the loss, where little was learned.
const SPOILT_LEAST: f64 = 0.01;
const KNOWN: f64 = 0.9;
/// An epoch's loss of at least this part of the first step's, or an epoch that gained less than that,
/// gives a reason to look.
const UNMOVED: f64 = 0.97;
const NO_GAIN: f64 = 0.999;

impl Facts {
    /// What is worth looking at after these epochs of a phase, which began with the loss `start`.
    #[must_use]
    pub fn reasons(&self, start: f64, epochs: &[EpochNumbers]) -> Reasons {
        let Some(last) = epochs.last() else { return Reasons::default() };
        let outputs = match self.guess {
            Some(guess) => guess > LEAST_GUESS && last.loss >= AT_GUESS * guess,
            None => {
                let before = epochs.iter().rev().nth(1);
                last.loss >= UNMOVED * start
                    || before.is_some_and(|before| last.val_loss >= NO_GAIN * before.val_loss)
            }
        };
        let inference =
            self.young(last.step).is_some() && last.val_loss - last.loss > spoilt(start, last.loss);
        Reasons { outputs, inference }
    }

    /// What is left of the beginning in moving averages, while that is much.
    fn young(&self, steps: u64) -> Option<f64> {
        let steps = i32::try_from(steps).unwrap_or(i32::MAX);
        self.momentum.map(|momentum| momentum.powi(steps)).filter(|&share| share > YOUNG)
    }
}

fn spoilt(start: f64, loss: f64) -> f64 {
    (SPOILT * (start - loss)).max(SPOILT_LEAST * loss)
}

/// What seems wrong after these epochs of a phase, which began with the loss `start`; the graver
/// first, and of what cannot be told apart only the most definite.
#[must_use]
pub fn findings(facts: &Facts, start: f64, epochs: &[EpochNumbers], look: &Look) -> Vec<Finding> {
    let Some(last) = epochs.last() else { return Vec::new() };
    let unlearned = dead(facts, look)
        .or_else(|| growing(facts, start, last))
        .or_else(|| alike(facts, epochs, look));
    let spoilt = young(facts, start, last, look).or_else(|| by_heart(facts, last));
    unlearned.into_iter().chain(spoilt).collect()
}

fn dead(facts: &Facts, look: &Look) -> Option<Finding> {
    let outputs = look.outputs.filter(|_| facts.output == Some(Output::Relu))?;
    let ([lowest, highest], [darkest, brightest]) = (outputs.range, outputs.target_range);
    // Black and white pictures are reconstructed well by such outputs.
    if highest <= 0.0 && brightest > 0.1 {
        return Some(Finding::BlackReconstructions);
    }
    let clipped = facts.loss == Loss::BinaryCrossEntropy;
    (clipped && lowest >= 1.0 && darkest < 0.9).then_some(Finding::WhiteReconstructions)
}

fn growing(facts: &Facts, start: f64, last: &EpochNumbers) -> Option<Finding> {
    // A first step may be lucky; guessing is the least that a beginning has.
    let start = start.max(facts.guess.unwrap_or(0.0));
    let loss = last.loss;
    if loss > DIVERGING * start {
        return Some(Finding::Diverging { loss, start });
    }
    (loss > RISING * start).then_some(Finding::Rising { loss, start })
}

fn alike(facts: &Facts, epochs: &[EpochNumbers], look: &Look) -> Option<Finding> {
    let last = epochs.last()?;
    let variation = look.outputs.and_then(|outputs| outputs.variation);
    let steps = |of: &[EpochNumbers]| match of {
        [] => 0,
        [only] => only.step,
        [first, .., last] => last.step - first.step,
    };
    let Some(guess) = facts.guess else {
        let same = variation.is_some_and(|variation| variation < SAME_PICTURE);
        let long = epochs.len() >= SAME_EPOCHS && last.step >= SAME_STEPS;
        return (same && long).then_some(Finding::SameReconstructions);
    };
    let at_guess = |epoch: &&EpochNumbers| guess > LEAST_GUESS && epoch.loss >= AT_GUESS * guess;
    let stuck = epochs.iter().rev().take_while(at_guess).count();
    let same = stuck > 0 && variation.is_some_and(|variation| variation < SAME_ANSWER);
    let stuck_epochs = &epochs[epochs.len() - stuck..];
    let (first, second) = stuck_epochs.split_at(stuck / 2);
    let below = |of: &[EpochNumbers]| {
        of.iter().map(|epoch| epoch.loss.min(guess)).sum::<f64>() / of.len().max(1) as f64
    };
    let falls = below(first) - below(second) > STUCK_FALL * guess;
    let long = stuck >= STUCK_EPOCHS && steps(stuck_epochs) >= STUCK_STEPS && !falls;
    let finding = Finding::Guessing { loss: last.loss, guess, epochs: stuck, same };
    (same || long).then_some(finding)
}

fn young(facts: &Facts, start: f64, last: &EpochNumbers, look: &Look) -> Option<Finding> {
    let share = facts.young(last.step)?;
    let room = spoilt(start, last.loss);
    let spoilt = look.inference_loss.is_some_and(|loss| loss - last.loss > room);
    let finding = Finding::YoungAverages { steps: last.step, share };
    (spoilt && last.val_loss - last.loss > room).then_some(finding)
}

fn by_heart(facts: &Facts, last: &EpochNumbers) -> Option<Finding> {
    let (guess, accuracy, val_accuracy) = (facts.guess?, last.accuracy?, last.val_accuracy?);
    let error = (facts.chance * (1.0 - facts.chance) / facts.test.max(1) as f64).sqrt();
    let guessed = val_accuracy <= facts.chance + error && last.val_loss >= guess;
    let found = guess > LEAST_GUESS && accuracy >= KNOWN && guessed;
    found.then_some(Finding::ByHeart { accuracy, val_accuracy })
}

/// A loss with four figures.
struct Figure(f64);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >= 1e6 { write!(f, "{:.1e}", self.0) } else { write!(f, "{:.3}", self.0) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::BlackReconstructions => f.write_str(
                "All reconstructions are black: the output's relu gives 0 for every value, and then \
                 nothing more is learned. Try the sigmoid output, a lower learning rate or another \
                 seed.",
            ),
            Self::WhiteReconstructions => f.write_str(
                "All reconstructions are white: every output is 1 or more, where this loss has no \
                 slope, and then nothing more is learned. Try the sigmoid output, a lower learning \
                 rate or another seed.",
            ),
            Self::Diverging { loss, start } => write!(
                f,
                "The loss is {}, and was {} at first: training diverges, though the loss is still a \
                 number. Try a much lower learning rate.",
                Figure(loss),
                Figure(start)
            ),
            Self::Rising { loss, start } => write!(
                f,
                "The loss is {}, far above the {} of the beginning: training makes it worse. Try a \
                 lower learning rate.",
                Figure(loss),
                Figure(start)
            ),
            Self::SameReconstructions => f.write_str(
                "All pictures are reconstructed as the same one, so the code says nothing about them. \
                 Try a lower learning rate, another seed or more epochs.",
            ),
            Self::Guessing { guess, epochs, same, .. } => write!(
                f,
                "The loss has been that of guessing ({guess:.3}) {}{}. Try a lower learning rate, \
                 another seed or more epochs.",
                if epochs == 1 { "for an epoch".to_owned() } else { format!("for {epochs} epochs") },
                if same { ", and every picture gets the same answer" } else { "" }
            ),
            Self::YoungAverages { steps, share } => write!(
                f,
                "After {steps} steps, {:.0} % of batch normalisation's moving averages is still what \
                 they began with, so test pictures come out worse than training pictures. Train for \
                 more steps: more epochs, or smaller batches.",
                share * 100.0
            ),
            Self::ByHeart { accuracy, val_accuracy } => write!(
                f,
                "The training pictures are known by heart ({:.0} % correct), and the test pictures are \
                 guessed ({:.0} %). Try more training pictures, or fewer epochs.",
                accuracy * 100.0,
                val_accuracy * 100.0
            ),
        }
    }
}
