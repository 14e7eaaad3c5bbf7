//! A data set's pictures on a GPU: uploaded once as bytes, from which the rows of each batch are
//! gathered on the device, so that a step uploads indices instead of pictures.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::data::pictures::{PictureShape, Pictures};
use crate::nn::SampleStreams;
use crate::ops::gather::{CHUNKS, chunk, gather, words_of};
use crate::spec::RunConfig;
use crate::step::batch::Draw;

/// Pieces that a full buffer is uploaded in, so that the copies made on the way are small beside the data
/// set.
const PIECES: usize = 20;

/// Pictures on a device.
#[derive(Debug, Clone)]
pub(crate) struct DeviceDataset {
    shape: PictureShape,
    /// Bytes of the pictures, four to a word: [`chunk`] pictures in each buffer but the last.
    buffers: Vec<Tensor<1, Int>>,
    device: Device,
}

/// Rows of the data set, gathered on the device.
pub(crate) struct GatheredBatch {
    /// The pictures, `[batch, channels, height, width]` in 0 to 1.
    pub(crate) clean: Tensor<4>,
    /// The same with noise, where the run has any.
    pub(crate) noisy: Option<Tensor<4>>,
    /// Random numbers of the layers.
    pub(crate) streams: SampleStreams,
}

impl DeviceDataset {
    /// Whether `count` pictures are uploaded once. Of a larger data set, every batch is.
    pub(crate) fn fits(shape: PictureShape, count: usize) -> bool {
        count <= chunk(shape) * CHUNKS
    }

    /// All of `pictures`, on `device`, a GPU without autodiff.
    pub(crate) fn new(pictures: &Pictures, device: &Device) -> Self {
        let shape = pictures.shape();
        let buffers = pictures.pixels().chunks(chunk(shape) * shape.bytes());
        Self {
            shape,
            buffers: buffers.map(|bytes| upload(bytes, shape, device)).collect(),
            device: device.clone(),
        }
    }

    /// Pictures `indices`, with the noise that `config` asks for.
    pub(crate) fn gather(&self, indices: &[u32], config: &RunConfig, draw: Draw) -> GatheredBatch {
        self.gather_rows(indices.iter().map(|&index| (index, index)), config, draw)
    }

    /// Pictures by their row here and their index in the data set, which seeds their noise.
    fn gather_rows(
        &self,
        rows: impl Iterator<Item = (u32, u32)>,
        config: &RunConfig,
        draw: Draw,
    ) -> GatheredBatch {
        let rows: Vec<(u32, u32)> = rows.collect();
        let indices: Vec<u32> = rows.iter().map(|&(_, index)| index).collect();
        let streams = draw.layers(config.seed, &indices);
        let words = rows.into_iter().flat_map(|(row, index)| {
            let stream = draw.stream(config.seed, index);
            let ([a, b], [c, d, e, f]) = (stream.key(), stream.counter());
            [row, a, b, c, d, e, f].map(u32::cast_signed)
        });
        let rows = words_on(words.collect(), &self.device);
        let level = config.noise_level as f32;
        let (clean, noisy) = gather(&self.buffers, self.shape, rows, config.noise as usize, level);
        GatheredBatch { clean, noisy, streams }
    }

    /// A batch of `pictures` that are uploaded for it alone.
    pub(crate) fn upload_batch(
        pictures: &Pictures,
        indices: &[u32],
        config: &RunConfig,
        draw: Draw,
        device: &Device,
    ) -> GatheredBatch {
        let rows = (0..).zip(indices.iter().copied());
        Self::new(&pictures.chosen(indices), device).gather_rows(rows, config, draw)
    }
}

/// Uploads whole pictures, a buffer full of them at most.
fn upload(bytes: &[u8], shape: PictureShape, device: &Device) -> Tensor<1, Int> {
    let piece = chunk(shape).div_ceil(PIECES);
    let pieces = bytes.chunks(piece * shape.bytes());
    if pieces.len() == 1 {
        return words_on(words(bytes, shape), device);
    }
    let (all, each) = (bytes.len() / shape.bytes(), words_of(shape));
    let buffer = Tensor::empty([all * each], (device, DType::I32));
    pieces.enumerate().fold(buffer, |buffer: Tensor<1, Int>, (index, bytes)| {
        let (start, values) = (index * piece * each, words(bytes, shape));
        let range = start..start + values.len();
        buffer.slice_assign([range], words_on(values, device))
    })
}

/// Four bytes to a word, the first one lowest; a picture begins with a word.
fn words(bytes: &[u8], shape: PictureShape) -> Vec<i32> {
    let word = |bytes: &[u8]| {
        let mut four = [0; 4];
        four[..bytes.len()].copy_from_slice(bytes);
        i32::from_le_bytes(four)
    };
    if shape.bytes().is_multiple_of(4) {
        return bytes.as_chunks().0.iter().map(|four| i32::from_le_bytes(*four)).collect();
    }
    bytes.chunks_exact(shape.bytes()).flat_map(|picture| picture.chunks(4).map(word)).collect()
}

fn words_on(words: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let count = words.len();
    Tensor::from_data(TensorData::new(words, [count]), (device, DType::I32))
}
