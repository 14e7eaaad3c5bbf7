//! What goes on inside a network: codes and what is drawn from them, and what every layer gives.
//! Asking changes nothing in the run.

use burn::tensor::{Tensor, TensorData, Transaction};

use crate::data::dataset::Source;
use crate::nn::Activation;
use crate::nn::Shape;
use crate::spec::Kind;
use crate::step::train_state::read;
use crate::train::trainer::{TrainError, Trainer};

/// Codes of an autoencoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// Height, width and channels of one code.
    pub shape: [usize; 3],
    /// All values, `[picture][y][x][channel]`.
    pub values: Vec<f32>,
}

/// What a layer gives for one picture.
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
    /// The codes of pictures: what the whole encoder gives now, even where a stacked autoencoder has
    /// not trained its inner stages yet. A denoising autoencoder sees them corrupted.
    ///
    /// # Errors
    /// [`TrainError`] for a classifier, an index past the end, or a device that fails.
    pub async fn encode(
        &self,
        source: impl Into<Source<'_>>,
        indices: &[u32],
    ) -> Result<Code, TrainError> {
        let batch = self.asked(Kind::Autoencoder, "encode pictures", source.into(), indices)?;
        let (layers, shape) = self.code("encode pictures")?;
        let inputs = Activation::Map(batch.inputs(&self.learner.plain_device()));
        let codes = self.learner.inference().forward(inputs, 0..layers).rows();
        let values = read(Transaction::default().register(codes)).await;
        let values = values.map_err(TrainError::Device)?.into_iter().next().unwrap_or_default();
        Ok(Code { shape, values })
    }

    /// What the whole decoder draws from codes, given as [`Trainer::encode`] gives them: values as
    /// `[picture][y][x][channel]`, in 0 to 1 with a sigmoid output.
    ///
    /// # Errors
    /// [`TrainError`] for a classifier, values that are not whole codes of finite numbers, or a
    /// device that fails.
    pub async fn decode(&self, values: &[f32]) -> Result<Vec<f32>, TrainError> {
        let (layers, [side, _, channels]) = self.code("decode codes")?;
        let each = side * side * channels;
        let whole = !values.is_empty() && values.len().is_multiple_of(each);
        if !whole || !values.iter().all(|value| value.is_finite()) {
            let model = self.model.name.clone();
            return Err(TrainError::NoCode { model, given: values.len(), each });
        }
        let data = TensorData::new(values.to_vec(), [values.len() / each, each]);
        let rows = Tensor::from_data(data, &self.learner.plain_device());
        let codes = Activation::from_rows(rows, side, channels);
        let end = self.model.layers.len();
        let sums = self.learner.inference().forward(codes, layers..end);
        let drawn = Transaction::default().register(self.learner.activated(sums).rows());
        let drawn = read(drawn).await.map_err(TrainError::Device)?;
        Ok(drawn.into_iter().next().unwrap_or_default())
    }

    /// What each layer gives for one picture, from the first layer to the last, as at inference. The
    /// last layer's are its sums: logits, or the picture before the output activation.
    ///
    /// # Errors
    /// [`TrainError`] for an index past the end, or a device that fails.
    pub async fn activations(
        &self,
        source: impl Into<Source<'_>>,
        index: u32,
    ) -> Result<Vec<LayerActivation>, TrainError> {
        let batch = self.shown(source.into(), &[index])?;
        let net = self.learner.inference();
        let mut x = Activation::Map(batch.inputs(&self.learner.plain_device()));
        let mut transfer = Transaction::default();
        for layer in 0..self.model.layers.len() {
            x = net.forward(x, layer..layer + 1);
            transfer = transfer.register(x.clone().rows());
        }
        let values = read(transfer).await.map_err(TrainError::Device)?;
        let rows = self.summary().layers.into_iter().zip(&self.model.shapes).zip(values);
        Ok(rows
            .map(|((row, shape), values)| LayerActivation {
                name: row.name,
                kind: row.kind,
                shape: sizes(*shape),
                values,
            })
            .collect())
    }

    /// Layers of the encoder, and the shape of a code: height, width, channels.
    fn code(&self, what: &'static str) -> Result<(usize, [usize; 3]), TrainError> {
        let found = self.model.code.and_then(|layers| {
            let shape = *self.model.shapes.get(layers.checked_sub(1)?)?;
            Some((layers, shape))
        });
        match found {
            Some((layers, Shape::Map { side, channels })) => Ok((layers, [side, side, channels])),
            _ => Err(TrainError::NotForModel { model: self.model.name.clone(), what }),
        }
    }
}

/// Height, width and channels, or units.
pub(crate) fn sizes(shape: Shape) -> Vec<usize> {
    match shape {
        Shape::Map { side, channels } => vec![side, side, channels],
        Shape::Flat(units) => vec![units],
    }
}
