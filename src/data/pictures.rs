//! Labelled 32x32 RGB pictures in memory, as bytes. Knows no file format and no tensor.

/// Width and height of a picture, in pixels.
pub const SIDE: usize = 32;
/// Red, green and blue.
pub const CHANNELS: usize = 3;
/// Bytes in a picture.
pub const PICTURE_BYTES: usize = SIDE * SIDE * CHANNELS;

/// Pictures with one label each. Pixels are rows from the top, pixels from the left, then red,
/// green and blue: `[picture][y][x][channel]`, one byte each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pictures {
    labels: Vec<u8>,
    pixels: Vec<u8>,
}

/// Bytes that are no pictures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{bytes} bytes are not {labels} pictures. Give {PICTURE_BYTES} bytes for each: 32 rows of 32 \
     pixels, red, green and blue."
)]
pub struct PicturesError {
    /// Pictures that there should be.
    labels: usize,
    /// Bytes that were given.
    bytes: usize,
}

impl Pictures {
    /// Pictures of these labels and bytes, `[picture][y][x][channel]`.
    ///
    /// # Errors
    /// [`PicturesError`] if there are not 3072 bytes for each label.
    pub fn from_bytes(labels: Vec<u8>, pixels: Vec<u8>) -> Result<Self, PicturesError> {
        if labels.len().checked_mul(PICTURE_BYTES) == Some(pixels.len()) {
            return Ok(Self { labels, pixels });
        }
        Err(PicturesError { labels: labels.len(), bytes: pixels.len() })
    }

    /// No pictures, with room for `n`.
    #[must_use]
    pub fn with_capacity(n: usize) -> Self {
        Self { labels: Vec::with_capacity(n), pixels: Vec::with_capacity(n * PICTURE_BYTES) }
    }

    /// Adds a picture.
    pub fn push(&mut self, label: u8, pixels: &[u8; PICTURE_BYTES]) {
        self.labels.push(label);
        self.pixels.extend_from_slice(pixels);
    }

    /// Makes room for `n` in all, where there is as much memory, so that growing leaves no copies.
    pub(crate) fn make_room(&mut self, n: usize) {
        let more = n.saturating_sub(self.len());
        if self.labels.try_reserve_exact(more).is_ok() {
            // What is missing is asked for again, picture by picture.
            self.pixels.try_reserve_exact(more.saturating_mul(PICTURE_BYTES)).ok();
        }
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: &Self) {
        self.extend_from(&other.labels, &other.pixels);
    }

    /// Adds pictures of these labels and bytes, of which there are 3072 for each label.
    pub(crate) fn extend_from(&mut self, labels: &[u8], pixels: &[u8]) {
        debug_assert_eq!(labels.len() * PICTURE_BYTES, pixels.len(), "pictures are whole");
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
    pub fn get(&self, index: usize) -> Option<(u8, &[u8; PICTURE_BYTES])> {
        let label = *self.labels.get(index)?;
        let pixels = self.pixels.as_chunks::<PICTURE_BYTES>().0.get(index)?;
        Some((label, pixels))
    }

    /// Pictures `indices`, in their order. Indices past the end are left out.
    #[must_use]
    pub fn chosen(&self, indices: &[u32]) -> Self {
        let mut chosen = Self::with_capacity(indices.len());
        for (label, pixels) in indices.iter().filter_map(|&index| self.get(index as usize)) {
            chosen.push(label, pixels);
        }
        chosen
    }

    /// All pictures, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u8, &[u8; PICTURE_BYTES])> {
        self.labels.iter().copied().zip(self.pixels.as_chunks::<PICTURE_BYTES>().0)
    }

    /// Mean and standard deviation of each channel, scaled to 0..1. Summed in integers, so that they
    /// are the same on every machine. A channel that never changes gets deviation 1, by which one can
    /// divide.
    #[must_use]
    pub fn channel_statistics(&self) -> ([f64; CHANNELS], [f64; CHANNELS]) {
        let (mut sum, mut squares) = ([0_u64; CHANNELS], [0_u64; CHANNELS]);
        let pixels = self.pixels.as_chunks::<CHANNELS>().0;
        for pixel in pixels {
            for channel in 0..CHANNELS {
                let value = u64::from(pixel[channel]);
                sum[channel] += value;
                squares[channel] += value * value;
            }
        }
        let n = pixels.len().max(1) as f64;
        let mean = sum.map(|sum| sum as f64 / n / 255.0);
        let deviation = std::array::from_fn(|channel| {
            // n * squares - sum * sum is n^2 times the variance, exact in 128 bits.
            let (sum, squares) = (u128::from(sum[channel]), u128::from(squares[channel]));
            match pixels.len() as u128 * squares - sum * sum {
                0 => 1.0,
                spread => (spread as f64).sqrt() / n / 255.0,
            }
        });
        (mean, deviation)
    }
}

#[cfg(test)]
mod tests {
    use super::{CHANNELS, PICTURE_BYTES, Pictures};

    #[test]
    fn bytes_are_pictures_if_there_are_as_many_as_it_takes() {
        let pictures = Pictures::from_bytes(vec![3, 1], vec![9; 2 * PICTURE_BYTES]);
        assert_eq!(pictures.expect("two").get(1), Some((1, &[9; PICTURE_BYTES])));
        assert!(Pictures::from_bytes(vec![], vec![]).expect("none").is_empty());
        let error = Pictures::from_bytes(vec![0, 0], vec![9; 3073]).expect_err("one and a third");
        assert!(error.to_string().starts_with("3073 bytes are not 2 pictures. Give 3072 bytes"));
    }

    #[test]
    fn statistics_are_those_of_the_definition() {
        let mut pictures = Pictures::default();
        // Red is 0 or 255 by halves, green grows along a row, blue never changes.
        let pixels: [u8; PICTURE_BYTES] = std::array::from_fn(|at| match at % CHANNELS {
            0 => (at / CHANNELS % 2 * 255) as u8,
            1 => (at / CHANNELS % 32) as u8,
            _ => 51,
        });
        pictures.push(0, &pixels);
        let (mean, deviation) = pictures.channel_statistics();
        assert_eq!(mean, [0.5, 15.5 / 255.0, 0.2]);
        assert_eq!(deviation[0], 0.5);
        // Variance of 0..n is (n^2 - 1) / 12.
        assert!((deviation[1] - (1023.0_f64 / 12.0).sqrt() / 255.0).abs() < 1e-15);
        assert_eq!(deviation[2], 1.0);
        assert_eq!(Pictures::default().channel_statistics().0, [0.0; 3]);
    }
}
