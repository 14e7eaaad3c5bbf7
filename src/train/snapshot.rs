//! A run as bytes, and back: its numbers as JSON and its tensors by name, in a `.safetensors` file
//! that other programs can open. Says whether bytes are whole and make sense by themselves; knows
//! neither a network nor a device, and not whether they fit a run.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::spec::{ConfigError, RunConfig};
use crate::step::metrics::{MetricSums, exact};
use crate::train::events::{PictureCounts, Progress};

/// The key of the JSON in the file's metadata.
const KEY: &str = "tabgrad";
/// What is written and read.
const VERSION: u32 = 1;
/// Counts beyond this are no run's; sums of two of them do not overflow.
const MOST: u64 = 1 << 53;

/// Bytes that no run can be continued from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SnapshotError {
    /// Not the format, or cut off.
    #[error("This is no snapshot of a run: {0}. Give a file that was saved here, whole.")]
    Foreign(String),
    /// Of another program version.
    #[error("The snapshot has format version {0}, but this program reads version {VERSION}.")]
    Version(u32),
    /// Changed since it was written.
    #[error("The snapshot is damaged: its checksum is not that of its contents. Use another copy.")]
    Damaged,
    /// A number in it that no run has.
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
        was: Box<About>,
        /// What is loaded.
        now: Box<About>,
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

/// The data a run was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct About {
    /// How many pictures.
    pub pictures: PictureCounts,
    /// Names by label.
    pub classes: Vec<String>,
}

/// What comes next in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// A phase that has not begun.
    Begin,
    /// Batches of the epoch trained so far.
    Training(usize),
    /// Batches of the test pictures scored so far.
    Validating(usize),
    Over,
}

/// The best validation loss of a phase, for early stopping.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Best {
    #[serde(with = "exact")]
    pub(crate) loss: f64,
    pub(crate) epochs_since: u32,
}

impl Best {
    pub(crate) const NONE: Self = Self { loss: f64::INFINITY, epochs_since: 0 };
}

/// The numbers of a run, all but its tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Numbers {
    version: u32,
    /// CRC-32 of all tensors and of these numbers with a 0 here.
    checksum: u32,
    pub(crate) config: RunConfig,
    pub(crate) data: About,
    pub(crate) place: Progress,
    /// Epochs begun in the whole run.
    pub(crate) epochs: u32,
    pub(crate) state: State,
    pub(crate) training: MetricSums,
    pub(crate) validation: MetricSums,
    pub(crate) best: Best,
    /// Steps that Adam's moments have seen.
    pub(crate) adam_steps: u32,
}

/// Values row by row, and their shape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// A run as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) numbers: Numbers,
    pub(crate) tensors: BTreeMap<String, Stored>,
}

impl Numbers {
    /// At the beginning of a run.
    pub(crate) fn new(config: RunConfig, data: About) -> Self {
        Self {
            version: VERSION,
            checksum: 0,
            config,
            data,
            place: Progress::default(),
            epochs: 0,
            state: State::Begin,
            training: MetricSums::default(),
            validation: MetricSums::default(),
            best: Best::NONE,
            adam_steps: 0,
        }
    }

    fn to_json(&self) -> Result<String, SnapshotError> {
        serde_json::to_string(self).map_err(foreign)
    }

    /// Whether a run of `phases` phases can have these numbers.
    pub(crate) fn check(&self, phases: usize, test_batches: usize) -> Result<(), SnapshotError> {
        let (config, place) = (&self.config, self.place);
        let batches = self.data.pictures.train.div_ceil(config.batch_size.max(1));
        let in_epoch = match self.state {
            State::Training(done) => self.epochs > 0 && done < batches,
            State::Validating(done) => self.epochs > 0 && done < test_batches,
            State::Begin | State::Over => true,
        };
        let epochs = u64::from(config.epochs) * phases as u64;
        let counts = [self.training.most(), self.validation.most(), place.step];
        let rules = [
            (place.phase < phases, format!("it is in phase {} of {phases}", place.phase)),
            (
                place.epoch <= config.epochs && place.epoch <= self.epochs,
                format!("it is in epoch {} of {}", place.epoch, config.epochs),
            ),
            (u64::from(self.epochs) <= epochs, format!("it has begun {} epochs", self.epochs)),
            (in_epoch, format!("its place in the epoch is {:?}", self.state)),
            (
                self.best.epochs_since <= self.epochs,
                format!("its best epoch is {} epochs ago", self.best.epochs_since),
            ),
            (
                i32::try_from(self.adam_steps).is_ok(),
                format!("its optimizer has taken {} steps", self.adam_steps),
            ),
            (
                counts.iter().all(|&count| count <= MOST),
                format!("it has counted to {}", counts.iter().max().unwrap_or(&0)),
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
        let numbers = Numbers { checksum: self.checksum()?, ..self.numbers.clone() };
        let metadata = HashMap::from([(KEY.to_owned(), numbers.to_json()?)]);
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
            VERSION => {}
            other => return Err(SnapshotError::Version(other)),
        }
        let numbers: Numbers = serde_json::from_value(value).map_err(foreign)?;
        let mut tensors = BTreeMap::new();
        for (name, view) in file.iter() {
            if view.dtype() != Dtype::F32 {
                return Err(foreign(format!("`{name}` is {:?} instead of F32", view.dtype())));
            }
            let values = view.data().as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
            tensors.insert(name.to_owned(), Stored { shape: view.shape().to_vec(), values });
        }
        let snapshot = Self { numbers, tensors };
        if snapshot.checksum()? != snapshot.numbers.checksum {
            return Err(SnapshotError::Damaged);
        }
        snapshot.numbers.config.validate()?;
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
        hash.update(Numbers { checksum: 0, ..self.numbers.clone() }.to_json()?.as_bytes());
        Ok(hash.finalize())
    }
}

impl Stored {
    fn bytes(&self) -> Vec<u8> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }
}

fn foreign(what: impl ToString) -> SnapshotError {
    // Other libraries' sentences end with a full stop of their own, or have line breaks.
    let what = what.to_string().replace('\n', " ");
    SnapshotError::Foreign(what.trim_end_matches('.').to_owned())
}
