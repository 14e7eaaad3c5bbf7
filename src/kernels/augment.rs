//! Augmentation of one picture: pixels taken from elsewhere in it, other brightness and contrast, and a box
//! cut out. What was drawn for the picture is a [`Transform`]; the GPU (`ops/gather`) is given the same.

/// What stands where a transform reaches beyond the picture, by Keras' names (`fill_mode` of
/// `RandomTranslation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fill {
    /// The picture again, mirrored at its edge: `d c b a | a b c d | d c b a`.
    #[default]
    Reflect,
    /// Black.
    Constant,
    /// The pixel at the edge.
    Nearest,
}

impl Fill {
    /// Which of `count` pixels of a side is at `index`; `None` for black.
    #[inline]
    fn within(self, index: i32, count: i32) -> Option<usize> {
        if (0..count).contains(&index) {
            return Some(index as usize);
        }
        let inside = match self {
            Self::Reflect => {
                let at = index.rem_euclid(2 * count);
                at.min(2 * count - 1 - at)
            }
            Self::Constant => index,
            Self::Nearest => index.clamp(0, count - 1),
        };
        usize::try_from(inside).ok().filter(|_| inside < count)
    }
}

/// What happens to one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transform {
    /// Where the pixel at (x, y) comes from, by rows of an affine map: x `a x + b y + c` of the first three,
    /// y that of the others. Coordinates are those of pixels' centres, from 0.
    pub source: [f32; 6],
    /// What values in 0 to 1 are multiplied by.
    pub gain: f32,
    /// What is added to them then, by channel; the sum is cut to 0..1.
    pub bias: [f32; 3],
    /// The box that becomes black: its first row and the one after its last, and so its columns.
    pub cut: [u32; 4],
}

impl Transform {
    /// The picture as it is.
    pub const IDENTITY: Self =
        Self { source: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], gain: 1.0, bias: [0.0; 3], cut: [0; 4] };

    /// Whether every pixel comes from one pixel.
    fn moves_whole_pixels(&self) -> bool {
        let [a, b, c, d, e, f] = self.source;
        let unit = |x: f32| x.abs() == 1.0;
        unit(a) && unit(e) && b == 0.0 && d == 0.0 && c.fract() == 0.0 && f.fract() == 0.0
    }

    /// What every byte of a channel becomes.
    fn values(&self, channel: usize) -> [f32; 256] {
        let mut values = [0.0; 256];
        for (byte, value) in values.iter_mut().enumerate() {
            *value = (byte as f32 / 255.0 * self.gain + self.bias[channel]).clamp(0.0, 1.0);
        }
        values
    }
}

/// Writes the picture `[y][x][channel]` of `[height, width, channels]` as `transform` makes it, in 0 to 1,
/// to `output`. Between pixels values are bilinear; flips and shifts by whole pixels keep every byte.
pub fn augment(
    picture: &[u8],
    [height, width, channels]: [usize; 3],
    transform: &Transform,
    fill: Fill,
    output: &mut [f32],
) {
    let rows = picture.chunks_exact(width * channels);
    debug_assert_eq!((rows.len(), output.len()), (height, picture.len()), "a whole picture");
    let (tall, wide) = (height as i32, width as i32);
    let [a, b, c, d, e, f] = transform.source;
    let pixel_at = |x: i32, y: i32| -> Option<&[u8]> {
        let (row, column) = (fill.within(y, tall)?, fill.within(x, wide)?);
        let at = (row * width + column) * channels;
        Some(&picture[at..at + channels])
    };
    let values = [0, 1, 2].map(|channel| transform.values(channel));
    let write = |from: Option<&[u8]>, to: &mut [f32]| match from {
        Some(bytes) => {
            for ((&byte, value), values) in bytes.iter().zip(to).zip(&values) {
                *value = values[usize::from(byte)];
            }
        }
        None => to.fill(0.0),
    };
    let whole = transform.moves_whole_pixels();
    for (y, row) in output.chunks_exact_mut(width * channels).enumerate() {
        for (x, pixel) in row.chunks_exact_mut(channels).enumerate() {
            let (x, y) = (x as f32, y as f32);
            let (from_x, from_y) = (a * x + b * y + c, d * x + e * y + f);
            let (left, top) = (from_x.floor(), from_y.floor());
            let (column, line) = (left as i32, top as i32);
            if whole {
                write(pixel_at(column, line), pixel);
                continue;
            }
            let (right, below) = (from_x - left, from_y - top);
            let mut corners = [[0.0; 3]; 4];
            for (corner, [down, across]) in corners.iter_mut().zip([[0, 0], [0, 1], [1, 0], [1, 1]])
            {
                write(pixel_at(column + across, line + down), &mut corner[..channels]);
            }
            for (channel, value) in pixel.iter_mut().enumerate() {
                let [first, second, third, fourth] = corners.map(|corner| corner[channel]);
                let upper = first * (1.0 - right) + second * right;
                let lower = third * (1.0 - right) + fourth * right;
                *value = upper * (1.0 - below) + lower * below;
            }
        }
    }
    let [first_row, last_row, first_column, last_column] = transform.cut.map(|at| at as usize);
    for row in output.chunks_exact_mut(width * channels).take(last_row).skip(first_row) {
        row[first_column * channels..last_column * channels].fill(0.0);
    }
}

/// Mixes another picture into one: of its own values it keeps the share `share`.
pub fn mix(picture: &mut [f32], other: &[f32], share: f32) {
    for (value, other) in picture.iter_mut().zip(other) {
        *value = *value * share + *other * (1.0 - share);
    }
}
