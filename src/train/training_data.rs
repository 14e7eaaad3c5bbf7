//! The data set that one or more runs train on, with the copy of it on their GPU.

use std::ops::Deref;
use std::rc::Rc;

use crate::data::dataset::Dataset;
#[cfg(feature = "gpu")]
use crate::{data::manifest::Split, step::device_dataset::DeviceDataset};

/// A data set that runs share. A clone shares the copy on the device, too, so that runs which are
/// compared upload their pictures once.
#[derive(Debug, Clone)]
pub struct TrainingData {
    host: Rc<Dataset>,
    /// By split.
    #[cfg(feature = "gpu")]
    device: Rc<[std::cell::OnceCell<DeviceDataset>; 2]>,
}

impl From<Rc<Dataset>> for TrainingData {
    fn from(host: Rc<Dataset>) -> Self {
        Self {
            host,
            #[cfg(feature = "gpu")]
            device: Rc::default(),
        }
    }
}

impl Deref for TrainingData {
    type Target = Dataset;

    fn deref(&self) -> &Dataset {
        &self.host
    }
}

#[cfg(feature = "gpu")]
impl TrainingData {
    /// A split on `device`, uploaded on first use.
    pub(crate) fn on_device(&self, split: Split, device: &burn::tensor::Device) -> &DeviceDataset {
        self.device[split as usize]
            .get_or_init(|| DeviceDataset::new(self.host.split(split), device))
    }
}
