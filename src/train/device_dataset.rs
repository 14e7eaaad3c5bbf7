//! Pictures on a GPU: uploaded once as bytes, from which each batch is made there. Knows nothing of what
//! is done with a batch.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::data::pictures::{PICTURE_BYTES, Pictures};
use crate::nn::SampleStreams;
use crate::ops::whole::{self, SHELF, SHELVES};
use crate::spec::RunConfig;
use crate::step::batch::Draw;

/// Pictures that are uploaded in one piece: what is copied on the way is small beside all of them.
const PIECE: usize = 2_048;
/// Numbers that the bytes of a picture are on the device.
const WORDS: usize = PICTURE_BYTES / size_of::<i32>();

/// Pictures on a device.
#[derive(Debug, Clone)]
pub(crate) struct DeviceDataset {
    /// [`SHELF`] pictures each, but for the last.
    shelves: Vec<Tensor<1, Int>>,
    device: Device,
}

/// A batch on the device.
pub(crate) struct GatheredBatch {
    /// The pictures, `[batch, 3, 32, 32]` in 0 to 1.
    pub(crate) clean: Tensor<4>,
    /// The same with noise, where there is any.
    pub(crate) noisy: Option<Tensor<4>>,
    /// Random numbers for layers that draw them, by picture.
    pub(crate) streams: SampleStreams,
}

impl DeviceDataset {
    /// Whether so many pictures are uploaded as a whole. Of more, each batch is.
    pub(crate) fn fits(count: usize) -> bool {
        count <= SHELF * SHELVES
    }

    /// All of `pictures`, on `device`, a GPU without autodiff.
    pub(crate) fn new(pictures: &Pictures, device: &Device) -> Self {
        let shelves = pictures.pixels().chunks(SHELF * PICTURE_BYTES);
        Self {
            shelves: shelves.map(|bytes| shelf(bytes, device)).collect(),
            device: device.clone(),
        }
    }

    /// Pictures `indices`, with the noise that `config` asks for.
    pub(crate) fn batch(&self, indices: &[u32], config: &RunConfig, draw: Draw) -> GatheredBatch {
        self.at(indices.iter().map(|&index| (index, index)), config, draw)
    }

    /// Pictures by their place here and their place in the data set, which names their noise.
    fn at(
        &self,
        places: impl Iterator<Item = (u32, u32)>,
        config: &RunConfig,
        draw: Draw,
    ) -> GatheredBatch {
        let places: Vec<(u32, u32)> = places.collect();
        let indices: Vec<u32> = places.iter().map(|&(_, index)| index).collect();
        let streams = draw.layers(config.seed, &indices);
        let numbers = places.into_iter().flat_map(|(place, index)| {
            let stream = draw.stream(config.seed, index);
            let ([a, b], [c, d, e, f]) = (stream.key(), stream.counter());
            [place, a, b, c, d, e, f].map(u32::cast_signed)
        });
        let chosen = numbers_on(numbers.collect(), &self.device);
        let level = config.noise_level as f32;
        let (clean, noisy) = whole::chosen(&self.shelves, chosen, config.noise, level);
        GatheredBatch { clean, noisy, streams }
    }

    /// A batch of `pictures`, which are uploaded for it alone.
    pub(crate) fn once(
        pictures: &Pictures,
        indices: &[u32],
        config: &RunConfig,
        draw: Draw,
        device: &Device,
    ) -> GatheredBatch {
        let places = (0..).zip(indices.iter().copied());
        Self::new(&pictures.chosen(indices), device).at(places, config, draw)
    }
}

/// Whole pictures, a buffer full of them at most.
fn shelf(bytes: &[u8], device: &Device) -> Tensor<1, Int> {
    let pieces = bytes.chunks(PIECE * PICTURE_BYTES);
    if pieces.len() == 1 {
        return numbers_on(numbers(bytes), device);
    }
    let room = Tensor::empty([bytes.len() / PICTURE_BYTES * WORDS], (device, DType::I32));
    pieces.enumerate().fold(room, |shelf: Tensor<1, Int>, (index, piece)| {
        let (start, values) = (index * PIECE * WORDS, numbers(piece));
        let range = start..start + values.len();
        shelf.slice_assign([range], numbers_on(values, device))
    })
}

/// Four bytes to a number, the first one lowest.
fn numbers(bytes: &[u8]) -> Vec<i32> {
    bytes.as_chunks().0.iter().map(|four| i32::from_le_bytes(*four)).collect()
}

fn numbers_on(numbers: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let count = numbers.len();
    Tensor::from_data(TensorData::new(numbers, [count]), (device, DType::I32))
}
