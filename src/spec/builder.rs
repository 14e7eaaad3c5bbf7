//! A model in Rust, written layer by layer as in Keras:
//!
//! ```
//! use tabgrad::nn::layers::{BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D};
//! use tabgrad::spec::ModelSpec;
//! use tabgrad::spec::builder::LayerSettings;
//!
//! let spec = ModelSpec::classify([32, 32, 3])
//!     .layer(Conv2D::new(32, 3).same())
//!     .layer(BatchNormalization::new())
//!     .layer(MaxPooling2D::new())
//!     .layer(Conv2D::new(64, 3).relu())
//!     .layer(Flatten::new())
//!     .layer(Dense::new(64).relu())
//!     .layer(Dense::classes().softmax())
//!     .build()?;
//! assert_eq!(spec.layers.len(), 7);
//! # Ok::<(), tabgrad::spec::ModelError>(())
//! ```
//!
//! An autoencoder says which layer gives its code, and may have stages that are trained one by one:
//!
//! ```
//! use tabgrad::nn::layers::{Conv2D, MaxPooling2D, UpSampling2D};
//! use tabgrad::spec::ModelSpec;
//! use tabgrad::spec::builder::LayerSettings;
//!
//! let spec = ModelSpec::reconstruct([32, 32, 3])
//!     .layer(Conv2D::new(8, 3).same().relu())
//!     .layer(MaxPooling2D::new())
//!     .code()
//!     .layer(UpSampling2D::new())
//!     .layer(Conv2D::new(3, 3).same().sigmoid())
//!     .build()?;
//! # Ok::<(), tabgrad::spec::ModelError>(())
//! ```
//!
//! It is a variational one where the code is that of a layer `Sampling`, after means and logarithms of
//! variances:
//!
//! ```
//! use tabgrad::nn::layers::{Conv2D, Dense, Flatten, Reshape, Sampling};
//! use tabgrad::spec::ModelSpec;
//! use tabgrad::spec::builder::LayerSettings;
//!
//! let spec = ModelSpec::reconstruct([32, 32, 3])
//!     .layer(Flatten::new())
//!     .layer(Dense::new(2 * 16))
//!     .layer(Sampling::new())
//!     .code()
//!     .layer(Dense::new(32 * 32 * 3))
//!     .layer(Reshape { target_shape: vec![32, 32, 3] })
//!     .layer(Conv2D::new(3, 3).same().sigmoid())
//!     .build()?;
//! # Ok::<(), tabgrad::spec::ModelError>(())
//! ```

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::choice::UNNAMED;
use super::layers::names;
use super::model::{LayerSpec, ModelSpec, StageSpec, Task};
use super::validate::{ModelError, ValidModel};
use crate::nn::layers::{
    AveragePooling2D, BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D, Sampling,
    UpSampling2D,
};
use crate::nn::{ActivationFunction, AnyLayer, Layer, LayerSetting, Padding, flattened};

/// A model that is being written.
#[derive(Debug, Clone)]
pub struct ModelBuilder {
    spec: ModelSpec,
    /// The layer that gives the code, from 0.
    code: Option<usize>,
}

impl ModelSpec {
    /// A classifier of pictures of `[height, width, channels]`.
    #[must_use]
    pub fn classify(input: [usize; 3]) -> ModelBuilder {
        ModelBuilder::new(input, Task::Classify)
    }

    /// An autoencoder of pictures of `[height, width, channels]`.
    #[must_use]
    pub fn reconstruct(input: [usize; 3]) -> ModelBuilder {
        ModelBuilder::new(input, Task::Reconstruct { code: String::new() })
    }
}

impl ModelBuilder {
    fn new(input: [usize; 3], task: Task) -> Self {
        let (layers, stages) = (Vec::new(), Vec::new());
        Self {
            spec: ModelSpec { name: None, title: None, input, layers, task, stages },
            code: None,
        }
    }

    /// What the model is called in tables and messages.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.spec.name = Some(name.into());
        self
    }

    /// A title of a few words.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.spec.title = Some(title.into());
        self
    }

    /// Adds a layer after those that are there.
    #[must_use]
    pub fn layer(mut self, layer: impl Into<AnyLayer>) -> Self {
        self.spec.layers.push(LayerSpec { name: None, layer: layer.into() });
        self
    }

    /// The name of the last layer so far, in place of that which Keras would give it.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        if let Some(last) = self.spec.layers.last_mut() {
            last.name = Some(name.into());
        }
        self
    }

    /// The last layer so far gives the code of an autoencoder.
    #[must_use]
    pub fn code(mut self) -> Self {
        self.code = self.spec.layers.len().checked_sub(1);
        self
    }

    /// Adds a stage of a stacked autoencoder, outermost first, by the names of its layers.
    #[must_use]
    pub fn stage<const E: usize, const D: usize>(
        mut self,
        encoder: [&str; E],
        decoder: [&str; D],
    ) -> Self {
        let [encoder, decoder] =
            [&encoder[..], &decoder].map(|names| names.iter().map(ToString::to_string).collect());
        self.spec.stages.push(StageSpec { encoder, decoder });
        self
    }

    /// The model.
    ///
    /// # Errors
    /// [`ModelError`] with the first thing that is wrong with it.
    pub fn build(mut self) -> Result<ModelSpec, ModelError> {
        let name = self.spec.name.clone().unwrap_or_else(|| UNNAMED.to_owned());
        if let Task::Reconstruct { code } = &mut self.spec.task {
            let Some(index) = self.code else {
                let reason =
                    "none of its layers gives the code. Call `code` after the one that does";
                return Err(ModelError::Model { model: name, reason: reason.to_owned() });
            };
            // The last of the layers up to it: those of blocks stand before their block.
            let named = names(&flattened(&self.spec.layers[..=index]))?;
            *code = named.into_iter().next_back().unwrap_or_default();
        }
        let (picture, classes) =
            (self.spec.picture_without_data(), self.spec.classes_without_data());
        ValidModel::new(&self.spec, &name, picture, classes)?;
        Ok(self.spec)
    }
}

/// Settings that many layers have, to be given one after another.
pub trait LayerSettings: Layer + Sized {
    /// The same layer with this function on its outputs, where it can have one.
    #[must_use]
    fn with_activation(mut self, activation: ActivationFunction) -> Self {
        self.set(LayerSetting::Activation(activation));
        self
    }

    /// `max(0, x)`.
    #[must_use]
    fn relu(self) -> Self {
        self.with_activation(ActivationFunction::Relu)
    }

    /// `1 / (1 + exp(-x))`, for the output of an autoencoder.
    #[must_use]
    fn sigmoid(self) -> Self {
        self.with_activation(ActivationFunction::Sigmoid)
    }

    /// Probabilities, for the output of a classifier.
    #[must_use]
    fn softmax(self) -> Self {
        self.with_activation(ActivationFunction::Softmax)
    }

    /// Zeros around the map, so that stride 1 keeps its size.
    #[must_use]
    fn same(mut self) -> Self {
        self.set(LayerSetting::Padding(Padding::Same));
        self
    }
}

impl<T: Layer + Sized> LayerSettings for T {}

/// A layer with the settings that it needs; all others are as in JSON that leaves them out.
fn with_defaults<T: DeserializeOwned>(needed: Value) -> T {
    serde_json::from_value(needed)
        .unwrap_or_else(|error| panic!("the settings of a layer: {error}"))
}

impl Conv2D {
    /// A convolution to `filters` maps with a square kernel, without padding.
    #[must_use]
    pub fn new(filters: usize, kernel_size: usize) -> Self {
        with_defaults(json!({ "filters": filters, "kernel_size": kernel_size }))
    }
}

impl Dense {
    /// A fully connected layer of so many units.
    #[must_use]
    pub fn new(units: usize) -> Self {
        with_defaults(json!({ "units": units }))
    }

    /// One of as many units as the data has classes.
    #[must_use]
    pub fn classes() -> Self {
        with_defaults(json!({ "units": "classes" }))
    }
}

/// Declares `new` for layers that need no setting.
macro_rules! plain {
    ($($name:ident),+) => {$(
        impl $name {
            /// With Keras' defaults.
            #[must_use]
            #[allow(clippy::new_without_default, reason = "the defaults are those of its JSON")]
            pub fn new() -> Self {
                with_defaults(json!({}))
            }
        }
    )+};
}

plain!(AveragePooling2D, BatchNormalization, Flatten, MaxPooling2D, Sampling, UpSampling2D);
