//! Labelled pictures of one shape in memory, as bytes. Knows no file format and no tensor.

pub use super::picture_shape::{
    PictureShape, PictureShapeError, SIDES, ShapeRequest, Size, SizeError,
};

/// Pictures of one shape with one label each. Pixels are rows from the top, pixels from the left, then
/// channels (grey; or red, green and blue): `[picture][y][x][channel]`, one byte each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictures {
    shape: PictureShape,
    labels: Vec<u8>,
    pixels: Vec<u8>,
}

/// Bytes that are no pictures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{bytes} bytes are not {labels} pictures of {shape}. Give {} bytes for each: rows from the top, pixels \
     from the left, one value for each of the channels.", shape.bytes()
)]
pub struct PicturesError {
    /// The shape of a picture.
    shape: PictureShape,
    /// Pictures that there should be.
    labels: usize,
    /// Bytes that were given.
    bytes: usize,
}

impl Pictures {
    /// No pictures so far, of this shape.
    #[must_use]
    pub fn new(shape: PictureShape) -> Self {
        Self { shape, labels: Vec::new(), pixels: Vec::new() }
    }

    /// Pictures of this shape, these labels and bytes, `[picture][y][x][channel]`.
    ///
    /// # Errors
    /// [`PicturesError`] if there are not as many bytes for each label as the shape has.
    pub fn from_bytes(
        shape: PictureShape,
        labels: Vec<u8>,
        pixels: Vec<u8>,
    ) -> Result<Self, PicturesError> {
        if labels.len().checked_mul(shape.bytes()) == Some(pixels.len()) {
            return Ok(Self { shape, labels, pixels });
        }
        Err(PicturesError { shape, labels: labels.len(), bytes: pixels.len() })
    }

    /// No pictures, with room for `n`.
    #[must_use]
    pub fn with_capacity(shape: PictureShape, n: usize) -> Self {
        let pixels = Vec::with_capacity(n * shape.bytes());
        Self { shape, labels: Vec::with_capacity(n), pixels }
    }

    /// The shape of each.
    #[must_use]
    pub fn shape(&self) -> PictureShape {
        self.shape
    }

    /// Adds a picture.
    ///
    /// # Panics
    /// If it has not as many bytes as the shape.
    pub fn push(&mut self, label: u8, pixels: &[u8]) {
        assert_eq!(pixels.len(), self.shape.bytes(), "a picture is whole");
        self.labels.push(label);
        self.pixels.extend_from_slice(pixels);
    }

    /// Makes room for `n` in all, where there is as much memory, so that growing leaves no copies.
    pub(crate) fn make_room(&mut self, n: usize) {
        let more = n.saturating_sub(self.len());
        if self.labels.try_reserve_exact(more).is_ok() {
            // What is missing is asked for again, picture by picture.
            self.pixels.try_reserve_exact(more.saturating_mul(self.shape.bytes())).ok();
        }
    }

    /// Adds all of `other`.
    ///
    /// # Panics
    /// If its pictures have another shape.
    pub fn extend(&mut self, other: &Self) {
        assert_eq!(self.shape, other.shape, "pictures of a data set have one shape");
        self.extend_from(&other.labels, &other.pixels);
    }

    /// Adds pictures of these labels and bytes, of which there are as many as the shape has for each label.
    pub(crate) fn extend_from(&mut self, labels: &[u8], pixels: &[u8]) {
        debug_assert_eq!(labels.len() * self.shape.bytes(), pixels.len(), "pictures are whole");
        self.labels.extend_from_slice(labels);
        self.pixels.extend_from_slice(pixels);
    }

    /// Gives every picture another label.
    pub(crate) fn relabel(&mut self, label: impl Fn(u8) -> u8) {
        self.labels.iter_mut().for_each(|old| *old = label(*old));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Every label, in order.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The bytes of all pictures, in order.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Picture `index`, or `None` past the end.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<(u8, &[u8])> {
        let label = *self.labels.get(index)?;
        let bytes = self.shape.bytes();
        Some((label, &self.pixels[index * bytes..][..bytes]))
    }

    /// Pictures `indices`, in their order. Indices past the end are left out.
    #[must_use]
    pub fn chosen(&self, indices: &[u32]) -> Self {
        let mut chosen = Self::with_capacity(self.shape, indices.len());
        for (label, pixels) in indices.iter().filter_map(|&index| self.get(index as usize)) {
            chosen.push(label, pixels);
        }
        chosen
    }

    /// All pictures, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u8, &[u8])> {
        self.labels.iter().copied().zip(self.pixels.chunks_exact(self.shape.bytes()))
    }

    /// Mean and standard deviation of each channel, scaled to 0..1. Summed in integers, so that they
    /// are the same on every machine. A channel that never changes gets deviation 1, by which one can
    /// divide.
    #[must_use]
    pub fn channel_statistics(&self) -> (Vec<f64>, Vec<f64>) {
        let channels = self.shape.channels();
        let (mut sums, mut squares) = (vec![0_u64; channels], vec![0_u64; channels]);
        for pixel in self.pixels.chunks_exact(channels) {
            for ((sum, squares), &value) in sums.iter_mut().zip(&mut squares).zip(pixel) {
                let value = u64::from(value);
                *sum += value;
                *squares += value * value;
            }
        }
        let pixels = self.pixels.len() / channels;
        let n = pixels.max(1) as f64;
        let mean = sums.iter().map(|&sum| sum as f64 / n / 255.0).collect();
        let deviation = sums.iter().zip(&squares).map(|(&sum, &squares)| {
            // n * squares - sum * sum is n^2 times the variance, exact in 128 bits.
            let (sum, squares) = (u128::from(sum), u128::from(squares));
            match pixels as u128 * squares - sum * sum {
                0 => 1.0,
                spread => (spread as f64).sqrt() / n / 255.0,
            }
        });
        (mean, deviation.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{PictureShape, Pictures};

    const GREY: fn() -> PictureShape = || PictureShape::new(9, 8, 1).expect("a shape");

    #[test]
    fn bytes_are_pictures_if_there_are_as_many_as_it_takes() {
        for (shape, bytes) in [(PictureShape::CIFAR, 3072), (GREY(), 72)] {
            let of = |labels, pixels| Pictures::from_bytes(shape, labels, pixels);
            let pictures = of(vec![3, 1], vec![9; 2 * bytes]).expect("two");
            assert_eq!(pictures.get(1), Some((1, &vec![9; bytes][..])));
            assert_eq!((pictures.get(2), pictures.iter().len()), (None, 2));
            assert!(of(vec![], vec![]).expect("none").is_empty());
            let error = of(vec![0, 0], vec![9; bytes + 1]).expect_err("a byte too many");
            let expected =
                format!("{} bytes are not 2 pictures of {shape}. Give {bytes} bytes", bytes + 1);
            assert!(error.to_string().starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn statistics_are_those_of_the_definition() {
        let mut pictures = Pictures::new(PictureShape::CIFAR);
        // Red is 0 or 255 by halves, green grows along a row, blue never changes.
        let pixels: [u8; 3072] = std::array::from_fn(|at| match at % 3 {
            0 => (at / 3 % 2 * 255) as u8,
            1 => (at / 3 % 32) as u8,
            _ => 51,
        });
        pictures.push(0, &pixels);
        let (mean, deviation) = pictures.channel_statistics();
        assert_eq!(mean, [0.5, 15.5 / 255.0, 0.2]);
        assert_eq!(deviation[0], 0.5);
        // Variance of 0..n is (n^2 - 1) / 12.
        assert!((deviation[1] - (1023.0_f64 / 12.0).sqrt() / 255.0).abs() < 1e-15);
        assert_eq!(deviation[2], 1.0);
        assert_eq!(Pictures::new(PictureShape::CIFAR).channel_statistics().0, [0.0; 3]);
        let mut grey = Pictures::new(GREY());
        grey.push(0, &[51; 72]);
        assert_eq!(grey.channel_statistics(), (vec![0.2], vec![1.0]));
    }
}
