//! Random numbers for layers, of a stream for each picture: on the host, but on a GPU by its own
//! arithmetic, from the streams' keys and counters alone.

#[cfg(feature = "gpu")]
mod gpu;

use burn::tensor::{Device, Tensor, TensorData};

use super::floats::from_data;
use crate::data::rng::{Rng, unit};

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Draw {
    /// `1 / (1 - rate)`, and 0 with the probability `rate`.
    Keep {
        /// From 0 to less than 1.
        rate: f32,
    },
    /// Normal deviates around 0.
    Normal {
        /// Their standard deviation.
        stddev: f32,
    },
}

impl Draw {
    /// The next numbers of a stream.
    fn fill(self, stream: &mut Rng, values: &mut [f32]) {
        match self {
            Self::Keep { rate } => {
                let kept = 1.0 / (1.0 - rate);
                for value in values {
                    *value = if unit(stream.bits()) < rate { 0.0 } else { kept };
                }
            }
            Self::Normal { stddev } => {
                stream.normals(values);
                values.iter_mut().for_each(|value| *value *= stddev);
            }
        }
    }
}

/// Numbers `[pictures, channels, y, x]` on `device`, one without autodiff: those of each picture are drawn
/// from its own stream, in the order y, x, channel, laid as the device has maps.
#[must_use]
pub fn random(
    streams: impl Iterator<Item = Rng>,
    [channels, h, w]: [usize; 3],
    draw: Draw,
    device: &Device,
) -> Tensor<4> {
    #[cfg(feature = "gpu")]
    if crate::backend::is_gpu(device) {
        return gpu::random(streams, [channels, h, w], draw, device);
    }
    let mut values = Vec::new();
    for mut stream in streams {
        let start = values.len();
        values.resize(start + channels * h * w, 0.0);
        draw.fill(&mut stream, &mut values[start..]);
    }
    let pictures = values.len() / (channels * h * w);
    let data = TensorData::new(values, [pictures, h, w, channels]);
    from_data(data, device).permute([0, 3, 1, 2])
}
