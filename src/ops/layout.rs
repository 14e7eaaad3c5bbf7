//! How maps lie: pictures become tensors as a device takes them, and maps become rows. And what is done
//! to maps value by value, in the order in which they lie.

use burn::tensor::{Device, Tensor, TensorData};

use super::floats::{from_data, product, sum};
use crate::backend::takes_microbatches;

/// Values `[picture][y][x][channel]` as maps `[batch, channels, height, width]`, laid as `device` takes
/// them.
///
/// # Panics
/// If they are not as many.
#[must_use]
pub fn pictures(
    values: &[f32],
    [height, width, channels]: [usize; 3],
    device: &Device,
) -> Tensor<4> {
    let area = height * width;
    let batch = values.len() / (area * channels);
    if takes_microbatches(device) {
        let data = TensorData::new(values.to_vec(), [batch, height, width, channels]);
        return from_data(data, device).permute([0, 3, 1, 2]);
    }
    // Here rather than there: it would be a copy on the device.
    let mut planes: Vec<f32> = Vec::with_capacity(values.len());
    for picture in values.chunks_exact(area * channels) {
        for channel in 0..channels {
            planes.extend(picture.iter().skip(channel).step_by(channels));
        }
    }
    from_data(TensorData::new(planes, [batch, channels, height, width]), device)
}

/// `[batch, channels, h, w]` to `[batch, h * w * channels]`, in Keras' order y, x, channel.
#[must_use]
pub fn flatten(x: Tensor<4>) -> Tensor<2> {
    let [batch, channels, h, w] = x.dims();
    x.permute([0, 2, 3, 1]).reshape([batch, h * w * channels])
}

/// `x + y`, `[batch, channels, y, x]`.
#[must_use]
pub fn add(x: Tensor<4>, y: Tensor<4>) -> Tensor<4> {
    as_they_lie(x, y, sum)
}

/// `x * factors`, `[batch, channels, y, x]`, of which `factors` may have one row and column.
#[must_use]
pub fn multiply(x: Tensor<4>, factors: Tensor<4>) -> Tensor<4> {
    as_they_lie(x, factors, product)
}

/// `function` of maps whose values are taken in the order in which the device has them: in another one,
/// they would be copied.
fn as_they_lie(
    x: Tensor<4>,
    y: Tensor<4>,
    function: impl Fn(Tensor<4>, Tensor<4>) -> Tensor<4>,
) -> Tensor<4> {
    if !takes_microbatches(&x.device()) {
        return function(x, y);
    }
    let [x, y] = [x, y].map(|map| map.permute([0, 2, 3, 1]));
    function(x, y).permute([0, 3, 1, 2])
}
