//! A data set's pictures on a GPU: uploaded once as bytes, from which the rows of each batch are
//! gathered on the device, so that a step uploads indices instead of pictures.

use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use crate::data::pictures::{PictureShape, Pictures};
use crate::nn::SampleStreams;
use crate::ops::gather::{Augmented, CHUNKS, chunk, gather, transform_words, words_of};
use crate::spec::RunConfig;
use crate::step::augment::Augmenter;
use crate::step::batch::{Draw, Mix};

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
    /// The pictures, `[batch, channels, height, width]` in 0 to 1, augmented in training.
    pub(crate) clean: Tensor<4>,
    /// The same with noise, where the run has any.
    pub(crate) noisy: Option<Tensor<4>>,
    /// What is mixed into each, where they are mixed.
    pub(crate) mixes: Option<Vec<Mix>>,
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

    /// Pictures `indices` of `pictures`, which it was made of, with the augmentation and noise that
    /// `config` asks for.
    pub(crate) fn gather(
        &self,
        pictures: &Pictures,
        indices: &[u32],
        config: &RunConfig,
        draw: Draw,
    ) -> GatheredBatch {
        self.gather_rows(pictures, indices, |index, _| index, config, draw)
    }

    /// Pictures by their index in the data set, which seeds what is drawn for them. `row` says where the one
    /// at a position of the batch lies here; those that are mixed into others come after these.
    fn gather_rows(
        &self,
        pictures: &Pictures,
        indices: &[u32],
        row: impl Fn(u32, usize) -> u32,
        config: &RunConfig,
        draw: Draw,
    ) -> GatheredBatch {
        let augmenter = Augmenter::of(config, draw);
        let partners = partners(augmenter, indices, pictures.len());
        let words_of_transform = |augmenter: Augmenter<'_>, index: u32| {
            let found = pictures.get(index as usize);
            let (_, pixels) = found.expect("indices are checked where they come from");
            transform_words(&augmenter.transform(index, pixels, self.shape))
        };
        let mut words = Vec::new();
        let mut mixes = augmenter.filter(Augmenter::mixes).map(|_| Vec::new());
        for (position, &index) in indices.iter().enumerate() {
            let stream = draw.stream(config.seed, index);
            words.push(row(index, position));
            words.extend(stream.key());
            words.extend(stream.counter());
            let Some(augmenter) = augmenter else { continue };
            words.extend(words_of_transform(augmenter, index));
            if let (Some(mixes), Some(&other)) = (&mut mixes, partners.get(position)) {
                let share = augmenter.share(index);
                words.extend([share.to_bits(), row(other, indices.len() + position)]);
                words.extend(words_of_transform(augmenter, other));
                mixes.push(Mix { label: i32::from(pictures.labels()[other as usize]), share });
            }
        }
        let words = words.into_iter().map(u32::cast_signed).collect();
        let augmented = augmenter.map(|augmenter| Augmented {
            fill: config.augmentation.fill_mode,
            between: config.augmentation.is_between_pixels(),
            mix: augmenter.mixes(),
        });
        let (noise, level) = (config.noise as usize, config.noise_level as f32);
        let rows = words_on(words, &self.device);
        let (clean, noisy) = gather(&self.buffers, self.shape, rows, noise, level, augmented);
        GatheredBatch { clean, noisy, mixes, streams: draw.layers(config.seed, indices) }
    }

    /// A batch of `pictures` that are uploaded for it alone.
    pub(crate) fn upload_batch(
        pictures: &Pictures,
        indices: &[u32],
        config: &RunConfig,
        draw: Draw,
        device: &Device,
    ) -> GatheredBatch {
        let partners = partners(Augmenter::of(config, draw), indices, pictures.len());
        let uploaded = pictures.chosen(&[indices, &partners].concat());
        let row = |_, position| position as u32;
        Self::new(&uploaded, device).gather_rows(pictures, indices, row, config, draw)
    }
}

/// The pictures that are mixed into `indices` of `count`; none where they are not mixed.
fn partners(augmenter: Option<Augmenter<'_>>, indices: &[u32], count: usize) -> Vec<u32> {
    let partner = |&index: &u32| augmenter.and_then(|all| all.partner(index, count));
    indices.iter().filter_map(partner).collect()
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
