//! The file format of a stored run: tensors by name in a `.safetensors` file that other programs can
//! open, and everything else as JSON in its metadata. Reading checks that the bytes are whole and make
//! sense by themselves; whether they fit a model and its data, [`super::checkpoint`] checks.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::data::pictures::PictureShape;
use crate::optim::plateau::Plateau;
use crate::spec::{ConfigError, Loss, RunConfig};
use crate::step::metrics::{MetricSums, exact};
use crate::train::dataset_info::DatasetInfo;
use crate::train::events::Progress;

/// The key of the JSON in the file's metadata.
const KEY: &str = "tabgrad";
/// What is read; the hash of the data came with the second, and with the third all that is optional since:
/// a run that has nothing of it is written as before.
const VERSIONS: std::ops::RangeInclusive<u32> = 1..=3;
/// The settings of a run before the third version.
const FIRST_SETTINGS: [&str; 11] = [
    "model",
    "padding",
    "output",
    "loss",
    "noise",
    "noiseLevel",
    "learningRate",
    "batchSize",
    "epochs",
    "patience",
    "seed",
];
/// The losses before it.
const FIRST_LOSSES: [Loss; 3] =
    [Loss::CrossEntropy, Loss::BinaryCrossEntropy, Loss::MeanSquaredError];
/// Counts beyond this are no run's; sums of two of them do not overflow.
const MOST: u64 = 1 << 53;

/// Bytes that no run can be continued from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SnapshotError {
    /// Not the format, or cut off.
    #[error("This is no snapshot of a run: {0}. Give a file that was saved here, whole.")]
    Foreign(String),
    /// Of another program version.
    #[error(
        "The snapshot has format version {0}, but this program reads version 1 to 3. Use a newer one."
    )]
    Version(u32),
    /// Changed since it was written.
    #[error("The snapshot is damaged: its checksum is not that of its contents. Use another copy.")]
    Damaged,
    /// A number in it that no run can have.
    #[error("The snapshot says that {0}, which no run of its settings does. Use another one.")]
    Impossible(String),
    /// A tensor that the model does not have, or has otherwise.
    #[error("The snapshot has no tensor `{name}` of shape {shape:?}. Use one of the same model.")]
    Missing {
        /// Its name.
        name: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A weight that is infinite or not a number.
    #[error(
        "The weights `{0}` are not finite numbers: training diverged. Use an earlier snapshot, or \
         start again with a lower learning rate."
    )]
    NotFinite(String),
    /// Made with other pictures.
    #[error(
        "The snapshot was made with {} training and {} test pictures of {} classes, but the data \
         that is loaded has {} and {} of {}, or other names for them. Load the data it was made with.",
        .was.pictures.train, .was.pictures.test, .was.classes.len(),
        .now.pictures.train, .now.pictures.test, .now.classes.len()
    )]
    OtherData {
        /// What it was made with.
        was: Box<DatasetInfo>,
        /// What is loaded.
        now: Box<DatasetInfo>,
    },
    /// Made with pictures of another shape.
    #[error(
        "The snapshot was made with pictures of {was}, but those that are loaded are {now}. Load the data \
         it was made with."
    )]
    OtherShape {
        /// The shape that it was made with.
        was: PictureShape,
        /// The shape of what is loaded.
        now: PictureShape,
    },
    /// Made with as many pictures, but with others.
    #[error(
        "The snapshot was made with other pictures than those that are loaded, though there are as many \
         of the same classes: their hash is {was}…, not {now}…. Load the data it was made with."
    )]
    OtherPictures {
        /// The beginning of the hash of the data that it was made with.
        was: String,
        /// The same of what is loaded.
        now: String,
    },
    /// Nothing to start from.
    #[error(
        "No layer of {from} fits the first layers of {to}. Start {to} from a model that begins with \
         the same layers."
    )]
    NothingFits {
        /// The snapshot's model.
        from: String,
        /// The run's model.
        to: String,
    },
    /// Settings that no run can have.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// What comes next in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunState {
    /// A phase that has not begun.
    Begin,
    /// Batches of the epoch trained so far.
    Training(usize),
    /// Batches of the test pictures scored so far.
    Validating(usize),
    Over,
}

/// Early stopping: the best validation loss of a phase, and how long ago it was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EarlyStopping {
    #[serde(with = "exact", rename = "loss")]
    best_loss: f64,
    #[serde(rename = "epochsSince")]
    epochs_since_best: u32,
}

impl EarlyStopping {
    /// Before the first epoch of a phase.
    pub(crate) const NEW: Self = Self { best_loss: f64::INFINITY, epochs_since_best: 0 };

    /// The best validation loss.
    pub(crate) fn best_loss(&self) -> f64 {
        self.best_loss
    }

    /// Takes the loss of an epoch, which is better if it is more than `min_delta` lower than the best;
    /// says how many epochs ago the best one was.
    pub(crate) fn record(&mut self, val_loss: f64, min_delta: f64) -> u32 {
        if val_loss + min_delta < self.best_loss {
            *self = Self { best_loss: val_loss, epochs_since_best: 0 };
        } else {
            self.epochs_since_best += 1;
        }
        self.epochs_since_best
    }
}

/// A run without its tensors. The names in the file are older than some of the fields'.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunMetadata {
    version: u32,
    /// CRC-32 of all tensors and of this metadata with a 0 here.
    checksum: u32,
    pub(crate) config: RunConfig,
    pub(crate) data: DatasetInfo,
    #[serde(rename = "place")]
    pub(crate) progress: Progress,
    /// Epochs begun in the whole run.
    #[serde(rename = "epochs")]
    pub(crate) epochs_begun: u32,
    #[serde(rename = "state")]
    pub(crate) run_state: RunState,
    #[serde(rename = "training")]
    pub(crate) train_metrics: MetricSums,
    #[serde(rename = "validation")]
    pub(crate) val_metrics: MetricSums,
    #[serde(rename = "best")]
    pub(crate) early_stopping: EarlyStopping,
    /// Steps that the optimizer's state has seen.
    pub(crate) adam_steps: u32,
    /// The epoch whose weights are kept as the phase's best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) best_epoch: Option<u32>,
    /// The learning rate that falls with the validation loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) plateau: Option<Plateau>,
}

/// Values row by row, and their shape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredTensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// A run as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) metadata: RunMetadata,
    pub(crate) tensors: BTreeMap<String, StoredTensor>,
}

impl RunMetadata {
    /// At the beginning of a run.
    pub(crate) fn new(config: RunConfig, data: DatasetInfo) -> Self {
        Self {
            version: if data.hash.is_some() { 2 } else { 1 },
            checksum: 0,
            config,
            data,
            progress: Progress::default(),
            epochs_begun: 0,
            run_state: RunState::Begin,
            train_metrics: MetricSums::default(),
            val_metrics: MetricSums::default(),
            early_stopping: EarlyStopping::NEW,
            adam_steps: 0,
            best_epoch: None,
            plateau: None,
        }
    }

    /// With the lowest version that knows all of it.
    pub(crate) fn with_version(self) -> Result<Self, SnapshotError> {
        let config = serde_json::to_value(&self.config).map_err(foreign)?;
        let mut settings = config.as_object().into_iter().flat_map(|config| config.keys());
        let known = settings.all(|name| FIRST_SETTINGS.contains(&name.as_str()))
            && FIRST_LOSSES.contains(&self.config.loss)
            && self.best_epoch.is_none()
            && self.plateau.is_none()
            && !self.val_metrics.counts_classes();
        let version = if known { self.version } else { 3 };
        Ok(Self { version, ..self })
    }

    fn to_json(&self) -> Result<String, SnapshotError> {
        serde_json::to_string(self).map_err(foreign)
    }

    /// Whether a run of `phases` phases can have it.
    pub(crate) fn check(&self, phases: usize, test_batches: usize) -> Result<(), SnapshotError> {
        let Self { config, progress, epochs_begun, run_state, .. } = self;
        let batches = self.data.pictures.train.div_ceil(config.batch_size.max(1));
        let in_epoch = match *run_state {
            RunState::Training(done) => *epochs_begun > 0 && done < batches,
            RunState::Validating(done) => *epochs_begun > 0 && done < test_batches,
            RunState::Begin | RunState::Over => true,
        };
        let epochs = u64::from(config.epochs) * phases as u64;
        let since_best = self.early_stopping.epochs_since_best;
        let in_phase = !matches!(run_state, RunState::Begin | RunState::Over);
        let best_epoch = self.best_epoch.unwrap_or(0);
        let falls = config.reduce_on_plateau.is_some();
        let rate = self.plateau.map_or(0.0, |plateau| plateau.learning_rate);
        let count = (self.train_metrics.largest_count())
            .max(self.val_metrics.largest_count())
            .max(progress.step);
        let rules = [
            (progress.phase < phases, format!("it is in phase {} of {phases}", progress.phase)),
            (
                progress.epoch <= config.epochs && progress.epoch <= *epochs_begun,
                format!("it is in epoch {} of {}", progress.epoch, config.epochs),
            ),
            (u64::from(*epochs_begun) <= epochs, format!("it has begun {epochs_begun} epochs")),
            (in_epoch, format!("its place in the epoch is {run_state:?}")),
            (since_best <= *epochs_begun, format!("its best epoch is {since_best} epochs ago")),
            (
                i32::try_from(self.adam_steps).is_ok(),
                format!("its optimizer has taken {} steps", self.adam_steps),
            ),
            (count <= MOST, format!("it has counted to {count}")),
            (
                best_epoch <= progress.epoch && self.best_epoch != Some(0),
                format!("its best weights are of epoch {best_epoch}"),
            ),
            (
                (0.0..=1e38).contains(&rate) && (self.plateau.is_some() || !(in_phase && falls)),
                format!("its learning rate has fallen to {rate}"),
            ),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, what)) => Err(SnapshotError::Impossible(what)),
            None => Ok(()),
        }
    }
}

impl Snapshot {
    /// As a `.safetensors` file.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, SnapshotError> {
        let metadata = RunMetadata { checksum: self.checksum()?, ..self.metadata.clone() };
        let metadata = HashMap::from([(KEY.to_owned(), metadata.to_json()?)]);
        let bytes: Vec<(&str, &[usize], Vec<u8>)> = (self.tensors.iter())
            .map(|(name, stored)| (name.as_str(), stored.shape.as_slice(), stored.bytes()))
            .collect();
        let views = (bytes.iter())
            .map(|(name, shape, bytes)| {
                TensorView::new(Dtype::F32, shape.to_vec(), bytes).map(|view| (*name, view))
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(foreign)?;
        safetensors::serialize(views, Some(metadata)).map_err(foreign)
    }

    /// Reads what [`Snapshot::to_bytes`] wrote.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(foreign)?;
        let file = SafeTensors::deserialize(bytes).map_err(foreign)?;
        let text = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
        let text = text.ok_or_else(|| foreign("its metadata has no `tabgrad`"))?;
        let value: serde_json::Value = serde_json::from_str(text).map_err(foreign)?;
        // Before the rest is read: another version may have other fields.
        let version = value.get("version").and_then(serde_json::Value::as_u64);
        let version = version.and_then(|version| u32::try_from(version).ok());
        match version.ok_or_else(|| foreign("it has no version"))? {
            version if VERSIONS.contains(&version) => {}
            other => return Err(SnapshotError::Version(other)),
        }
        let metadata: RunMetadata = serde_json::from_value(value).map_err(foreign)?;
        let mut tensors = BTreeMap::new();
        for (name, view) in file.iter() {
            if view.dtype() != Dtype::F32 {
                return Err(foreign(format!("`{name}` is {:?} instead of F32", view.dtype())));
            }
            let values = view.data().as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
            tensors.insert(name.to_owned(), StoredTensor { shape: view.shape().to_vec(), values });
        }
        let snapshot = Self { metadata, tensors };
        if snapshot.checksum()? != snapshot.metadata.checksum {
            return Err(SnapshotError::Damaged);
        }
        snapshot.metadata.config.validate()?;
        Ok(snapshot)
    }

    /// The tensor of that name and shape.
    pub(crate) fn tensor(&self, name: &str, shape: &[usize]) -> Result<&[f32], SnapshotError> {
        match self.tensors.get(name) {
            Some(stored) if stored.shape == shape => Ok(&stored.values),
            _ => Err(SnapshotError::Missing { name: name.to_owned(), shape: shape.to_vec() }),
        }
    }

    fn checksum(&self) -> Result<u32, SnapshotError> {
        let mut hash = crc32fast::Hasher::new();
        for (name, stored) in &self.tensors {
            hash.update(format!("{name} {:?} ", stored.shape).as_bytes());
            hash.update(&stored.bytes());
        }
        hash.update(RunMetadata { checksum: 0, ..self.metadata.clone() }.to_json()?.as_bytes());
        Ok(hash.finalize())
    }
}

impl StoredTensor {
    fn bytes(&self) -> Vec<u8> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }
}

fn foreign(what: impl ToString) -> SnapshotError {
    // Other libraries' sentences end with a full stop of their own, or have line breaks.
    let what = what.to_string().replace('\n', " ");
    SnapshotError::Foreign(what.trim_end_matches('.').to_owned())
}
