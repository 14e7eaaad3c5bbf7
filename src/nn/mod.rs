//! Layers, and the network that runs them one after another.
//!
//! A layer is one file: its settings as they stand in a model's JSON, its output shape, its
//! parameters with their Keras shapes and initial values, its multiply-adds, and what it computes.
//! To add one, write its file and name it in `layers!` below; nothing else lists layers.
//! Activations are `[batch, channels, height, width]` or `[batch, units]`.

mod activation;
mod activation_function;
mod affine;
mod branches;
mod context;
mod convolution;
mod fusion;
mod init;
mod layer;
mod layer_spec;
mod net;
mod pair;
mod parameter;
mod regularizer;
mod sliding;

pub use activation::Activation;
pub use activation_function::ActivationFunction;
pub(crate) use batch_normalization::SharedNorm;
pub use branches::Branches;
pub use context::{Context, SampleStreams};
pub(crate) use fusion::fused_groups;
pub use init::{Initializer, InitializerName};
pub use layer::{DataWord, Layer, LayerSetting, Padding, Shape, ShapeError, Units};
pub use layer_spec::LayerSpec;
pub use net::{Net, ParameterError};
pub use pair::Pair;
pub use parameter::{Parameter, ParameterSpec};
pub use regularizer::Regularizer;
pub(crate) use residual::{across as residual_across, flattened};

/// Declares the layers: for each, its file and the settings type in it. The name of the type is
/// the `type` in JSON and Keras' class.
macro_rules! layers {
    ($($(#[$doc:meta])* $file:ident :: $name:ident),+ $(,)?) => {
        /// A layer by its settings.
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
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

        $(impl From<$file::$name> for AnyLayer {
            fn from(layer: $file::$name) -> Self {
                Self::$name(layer)
            }
        })+

        /// The settings of every layer, by Keras' names.
        pub mod layers {
            $(pub use super::$file::$name;)+
        }

        impl AnyLayer {
            /// All classes, in the order in which they are listed.
            pub const CLASSES: [&'static str; [$(stringify!($name)),+].len()] =
                [$(stringify!($name)),+];

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
                let letters: Vec<char> = class.chars().collect();
                for (at, letter) in letters.iter().enumerate() {
                    let begins_word = at > 0
                        && letter.is_ascii_uppercase()
                        && (letters[at - 1].is_ascii_lowercase()
                            || letters.get(at + 1).is_some_and(char::is_ascii_lowercase));
                    if begins_word {
                        name.push('_');
                    }
                    name.push(letter.to_ascii_lowercase());
                }
                name
            }

            /// As [`Layer::set`].
            pub(crate) fn set(&mut self, setting: LayerSetting) {
                match self { $(Self::$name(layer) => layer.set(setting),)+ }
            }

            /// As [`Layer::for_data`].
            #[must_use]
            pub(crate) fn for_data(
                &self,
                picture: crate::data::pictures::PictureShape,
                classes: usize,
            ) -> Self {
                match self {
                    $(Self::$name(layer) => Self::$name(layer.for_data(picture, classes)),)+
                }
            }
        }
    };
}

pub mod activations;
pub mod batch_normalization;
pub mod borders;
pub mod conv2d;
pub mod conv2d_transpose;
pub mod dense;
pub mod dropout;
pub mod flatten;
pub mod global_pooling;
pub mod group_normalization;
pub mod pooling;
pub mod reshape;
pub mod residual;
pub mod sampling;
pub mod up_sampling2d;

layers! {
    /// Convolution.
    conv2d::Conv2D,
    /// Largest value of each window.
    pooling::MaxPooling2D,
    /// Mean of each window.
    pooling::AveragePooling2D,
    /// Upsampling.
    up_sampling2d::UpSampling2D,
    /// Normalisation over the batch.
    batch_normalization::BatchNormalization,
    /// Normalisation over the channels of a pixel, or the units of a vector.
    group_normalization::LayerNormalization,
    /// Normalisation over groups of channels.
    group_normalization::GroupNormalization,
    /// Activation function.
    activations::Activation,
    /// Relu that lets something through below 0.
    activations::LeakyReLU,
    /// Values dropped in training.
    dropout::Dropout,
    /// Maps dropped in training.
    dropout::SpatialDropout2D,
    /// Noise added in training.
    dropout::GaussianNoise,
    /// The code of a variational autoencoder.
    sampling::Sampling,
    /// The same values in another shape.
    reshape::Reshape,
    /// Layers whose input is added to their output.
    residual::Residual,
    /// Map to vector.
    flatten::Flatten,
    /// Fully connected.
    dense::Dense,
    /// Transposed convolution.
    conv2d_transpose::Conv2DTranspose,
    /// Mean of each map.
    global_pooling::GlobalAveragePooling2D,
    /// Largest value of each map.
    global_pooling::GlobalMaxPooling2D,
    /// Zeros around maps.
    borders::ZeroPadding2D,
    /// Borders of maps taken off.
    borders::Cropping2D,
}
