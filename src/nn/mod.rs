//! Layers, and the network that runs them one after another.
//!
//! A layer is one file: its settings as they stand in a model's JSON, its output shape, its
//! parameters with their Keras shapes and initial values, its multiply-adds, and what it computes.
//! To add one, write its file and name it in `layers!` below; nothing else lists layers.
//! Activations are `[batch, channels, height, width]` or `[batch, units]`.

mod activation;
mod batch_normalization;
mod context;
mod fusion;
mod init;
mod layer;
mod net;
mod parameter;

pub use activation::Activation;
pub(crate) use batch_normalization::{MOMENTUM as BATCH_NORM_MOMENTUM, SharedNorm};
pub use context::{Context, SampleStreams};
pub(crate) use fusion::fused_groups;
pub use layer::{ActivationFunction, Layer, LayerSetting, Padding, Shape, ShapeError, Units};
pub use net::{Net, ParameterError};
pub use parameter::{Parameter, ParameterSpec};

/// Declares the layers: for each, its file and the settings type in it. The name of the type is
/// the `type` in JSON and Keras' class.
macro_rules! layers {
    ($($(#[$doc:meta])* $file:ident :: $name:ident),+ $(,)?) => {
        /// A layer by its settings.
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "type")]
        pub enum AnyLayer {
            $($(#[$doc])* $name($file::$name),)+
        }

        impl std::ops::Deref for AnyLayer {
            type Target = dyn Layer;

            fn deref(&self) -> &Self::Target {
                match self { $(Self::$name(layer) => layer,)+ }
            }
        }

        impl AnyLayer {
            /// Keras' class, which is also the `type` in JSON, such as `Conv2D`.
            #[must_use]
            pub fn class(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)+ }
            }

            /// The name that Keras gives the first layer of this class in a model: the class in snake
            /// case, such as `max_pooling2d`.
            #[must_use]
            pub fn default_name(&self) -> String {
                let class = self.class();
                let mut name = String::new();
                let mut before = ' ';
                for letter in class.chars() {
                    if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
                        name.push('_');
                    }
                    name.push(letter.to_ascii_lowercase());
                    before = letter;
                }
                name
            }

            /// As [`Layer::set`].
            pub(crate) fn set(&mut self, setting: LayerSetting) {
                match self { $(Self::$name(layer) => layer.set(setting),)+ }
            }

            /// As [`Layer::with_classes`].
            #[must_use]
            pub(crate) fn with_classes(&self, classes: usize) -> Self {
                match self { $(Self::$name(layer) => Self::$name(layer.with_classes(classes)),)+ }
            }
        }
    };
}

pub mod conv2d;
pub mod dense;
pub mod flatten;
pub mod pooling;
pub mod up_sampling2d;

layers! {
    /// Convolution.
    conv2d::Conv2D,
    /// Largest value of each window.
    pooling::MaxPooling2D,
    /// Mean of each window.
    pooling::AveragePooling2D,
    /// Nearest-neighbour upsampling.
    up_sampling2d::UpSampling2D,
    /// Batch normalisation.
    batch_normalization::BatchNormalization,
    /// Map to vector.
    flatten::Flatten,
    /// Fully connected.
    dense::Dense,
}
