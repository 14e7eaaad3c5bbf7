//! What flows through a network: latent codes, what is decoded from them, and the activations of every
//! layer.

use burn::tensor::{TensorData, Transaction};

use crate::data::dataset::Source;
use crate::nn::{Activation, Branches, Shape};
use crate::ops;
use crate::spec::Kind;
use crate::step::transfer::{read, read_tensor};
use crate::train::error::TrainError;
use crate::train::trainer::Trainer;

/// Latent codes of an autoencoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// Height, width and channels of one code, or its units.
    pub shape: Vec<usize>,
    /// All values, `[picture][y][x][channel]` or `[picture][unit]`.
    pub values: Vec<f32>,
}

/// The activation of a layer for one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerActivation {
    /// Keras' default name, such as `conv2d_1`.
    pub name: String,
    /// Keras' class, such as `Conv2D`.
    pub kind: &'static str,
    /// Height, width and channels, or units.
    pub shape: Vec<usize>,
    /// All values in the order of `shape`.
    pub values: Vec<f32>,
}

impl Trainer {
    /// The latent codes of pictures: what the whole encoder gives now, even where a stacked autoencoder has
    /// not trained its inner stages yet. A denoising autoencoder sees them corrupted.
    ///
    /// # Errors
    /// [`TrainError`] for a classifier, an index past the end, or a device that fails.
    pub async fn encode(
        &self,
        source: impl Into<Source<'_>>,
        indices: &[u32],
    ) -> Result<Code, TrainError> {
        let what = "encode pictures";
        let batch = self.batch_for(Kind::Autoencoder, what, source.into(), indices)?;
        let (layers, shape) = self.code_shape(what)?;
        let inputs = Activation::Map(batch.inputs(&self.train_state.plain_device()));
        let codes = self.train_state.inference().forward(inputs, 0..layers);
        Ok(Code { shape: sizes(shape), values: read_tensor(codes.rows()).await? })
    }

    /// What the whole decoder reconstructs from codes that are laid out as [`Trainer::encode`] gives them: values
    /// as     /// `[picture][y][x][channel]`, in 0 to 1 with a sigmoid output.
    ///
    /// # Errors
    /// [`TrainError`] for a classifier, values that are not whole codes of finite numbers, or a
    /// device that fails.
    pub async fn decode(&self, values: &[f32]) -> Result<Vec<f32>, TrainError> {
        self.queued.check()?;
        let (layers, shape) = self.code_shape("decode codes")?;
        let each = shape.size();
        let complete = !values.is_empty() && values.len().is_multiple_of(each);
        if !complete || !values.iter().all(|value| value.is_finite()) {
            let model = self.model.name.clone();
            return Err(TrainError::NoCode { model, given: values.len(), each });
        }
        let data = TensorData::new(values.to_vec(), [values.len() / each, each]);
        let rows = ops::from_data(data, &self.train_state.plain_device());
        let codes = match shape {
            Shape::Map { height, width, channels } => {
                Activation::from_rows(rows, [height, width, channels])
            }
            Shape::Flat(_) => Activation::Flat(rows),
        };
        let end = self.model.layers.len();
        let logits = self.train_state.inference().forward(codes, layers..end);
        Ok(read_tensor(self.train_state.output_activation(logits).rows()).await?)
    }

    /// The activations of each layer for one picture, from the first layer to the last, as at
    /// inference. The last layer's are logits, without the output activation.
    ///
    /// # Errors
    /// [`TrainError`] for an index past the end, or a device that fails.
    pub async fn activations(
        &self,
        source: impl Into<Source<'_>>,
        index: u32,
    ) -> Result<Vec<LayerActivation>, TrainError> {
        let batch = self.fixed_batch(source.into(), &[index])?;
        let net = self.train_state.inference();
        let inputs = Activation::Map(batch.inputs(&self.train_state.plain_device()));
        let mut x = Branches::from(inputs);
        let mut transfer = Transaction::default();
        for layer in 0..self.model.layers.len() {
            x = net.forward_branches(x, layer..layer + 1);
            transfer = transfer.register(x.main.clone().rows());
        }
        let mut tensors = read(transfer).await?;
        let rows = self.summary().layers.into_iter().zip(&self.model.shapes);
        rows.map(|(row, shape)| {
            let values = tensors.tensor()?;
            Ok(LayerActivation { name: row.name, kind: row.kind, shape: sizes(*shape), values })
        })
        .collect()
    }

    /// Layers of the encoder, and the shape of a code.
    pub(super) fn code_shape(&self, what: &'static str) -> Result<(usize, Shape), TrainError> {
        let found = self.model.code.and_then(|layers| {
            let shape = *self.model.shapes.get(layers.checked_sub(1)?)?;
            Some((layers, shape))
        });
        found.ok_or_else(|| self.not_for_model(what))
    }
}

/// Height, width and channels, or units.
pub(super) fn sizes(shape: Shape) -> Vec<usize> {
    match shape {
        Shape::Map { height, width, channels } => vec![height, width, channels],
        Shape::Flat(units) => vec![units],
    }
}
