//! A data set's pictures on a GPU: uploaded once as bytes, from which the rows of each batch are
//! gathered on the device, so that a step uploads indices instead of pictures.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::data::pictures::{PICTURE_BYTES, Pictures};
use crate::nn::SampleStreams;
use crate::ops::gather::{CHUNK, CHUNKS, gather};
use crate::spec::{Noise, RunConfig};
use crate::step::batch::Draw;

/// Pictures uploaded in one piece, so that the copies made on the way are small beside the data set.
const PIECE: usize = 2_048;
/// 32-bit words of a picture on the device.
const WORDS: usize = PICTURE_BYTES / size_of::<i32>();

/// Pictures on a device.
#[derive(Debug, Clone)]
pub(crate) struct DeviceDataset {
    /// Bytes of the pictures, four to a word: [`CHUNK`] pictures in each buffer but the last.
    buffers: Vec<Tensor<1, Int>>,
    device: Device,
}

/// Rows of the data set, gathered on the device.
pub(crate) struct GatheredBatch {
    /// The pictures, `[batch, 3, 32, 32]` in 0 to 1.
    pub(crate) clean: Tensor<4>,
    /// The same with noise, where the run has any.
    pub(crate) noisy: Option<Tensor<4>>,
    /// Random numbers of the layers.
    pub(crate) streams: SampleStreams,
}

impl DeviceDataset {
    /// Whether `count` pictures are uploaded once. Of a larger data set, every batch is.
    pub(crate) fn fits(count: usize) -> bool {
        count <= CHUNK * CHUNKS
    }

    /// All of `pictures`, on `device`, a GPU without autodiff.
    pub(crate) fn new(pictures: &Pictures, device: &Device) -> Self {
        let buffers = pictures.pixels().chunks(CHUNK * PICTURE_BYTES);
        Self {
            buffers: buffers.map(|bytes| upload(bytes, device)).collect(),
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
        let noise = config.noise;
        let rows: Vec<(u32, u32)> = rows.collect();
        let indices: Vec<u32> = rows.iter().map(|&(_, index)| index).collect();
        let streams = draw.layers(config.seed, &indices);
        let words = rows.into_iter().flat_map(|(row, index)| {
            let counter =
                if noise == Noise::None { 0 } else { draw.stream(config.seed, index).counter() };
            [row.cast_signed(), counter.cast_signed()]
        });
        let rows = words_on(words.collect(), &self.device);
        let level = config.noise_level as f32;
        let (clean, noisy) = gather(&self.buffers, rows, noise as usize, level);
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
fn upload(bytes: &[u8], device: &Device) -> Tensor<1, Int> {
    let pieces = bytes.chunks(PIECE * PICTURE_BYTES);
    if pieces.len() == 1 {
        return words_on(words(bytes), device);
    }
    let buffer = Tensor::empty([bytes.len() / PICTURE_BYTES * WORDS], (device, DType::I32));
    pieces.enumerate().fold(buffer, |buffer: Tensor<1, Int>, (index, piece)| {
        let (start, values) = (index * PIECE * WORDS, words(piece));
        let range = start..start + values.len();
        buffer.slice_assign([range], words_on(values, device))
    })
}

/// Four bytes to a word, the first one lowest.
fn words(bytes: &[u8]) -> Vec<i32> {
    bytes.as_chunks().0.iter().map(|four| i32::from_le_bytes(*four)).collect()
}

fn words_on(words: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let count = words.len();
    Tensor::from_data(TensorData::new(words, [count]), (device, DType::I32))
}
