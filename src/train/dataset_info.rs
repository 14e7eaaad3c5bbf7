//! The data that a run was made with, and whether it can go on with other data.

use serde::{Deserialize, Serialize};

use super::events::PictureCounts;
use super::snapshot::SnapshotError;
use crate::data::pictures::PictureShape;

/// The data a run was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatasetInfo {
    /// How many pictures.
    pub pictures: PictureCounts,
    /// The shape of each; that of CIFAR's is not stored, as it was not when there was no other.
    #[serde(default = "cifar", skip_serializing_if = "is_cifar")]
    pub picture: PictureShape,
    /// Names by label.
    pub classes: Vec<String>,
    /// The data set's fingerprint; `None` of data that has none, and in the first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

fn cifar() -> PictureShape {
    PictureShape::CIFAR
}

fn is_cifar(shape: &PictureShape) -> bool {
    *shape == PictureShape::CIFAR
}

impl DatasetInfo {
    /// Whether a run on this data can go on with the data `now`. A hash is compared where both have one.
    pub(crate) fn check(&self, now: Self) -> Result<(), SnapshotError> {
        if self.picture != now.picture {
            let (was, now) = (self.picture, now.picture);
            return Err(SnapshotError::OtherShape { was, now });
        }
        if (self.pictures, &self.classes) != (now.pictures, &now.classes) {
            let was = Box::new(self.clone());
            return Err(SnapshotError::OtherData { was, now: Box::new(now) });
        }
        let start = |hash: &str| hash.chars().take(12).collect();
        match (&self.hash, &now.hash) {
            (Some(was), Some(is)) if was != is => {
                Err(SnapshotError::OtherPictures { was: start(was), now: start(is) })
            }
            _ => Ok(()),
        }
    }
}
