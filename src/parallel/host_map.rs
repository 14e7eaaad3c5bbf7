//! Activations on the host, where synchronised batch normalisation computes: maps as
//! `[picture][y][x][channel]`, vectors as they are.

use burn::tensor::{Tensor, TensorData};

use crate::nn::Activation;
use crate::ops;
use crate::step::train_state::TrainState;
use crate::step::transfer::{TransferError, read_in_place};

/// The values of `x`, of a map as `[picture][y][x][channel]`, the order that the CPU backend keeps them in,
/// so that nothing is moved.
pub(super) async fn to_host(x: Activation) -> Result<TensorData, TransferError> {
    let flat: Tensor<1> = match x {
        Activation::Map(map) => {
            let size = map.dims().iter().product::<usize>();
            map.permute([0, 2, 3, 1]).reshape([size])
        }
        Activation::Flat(rows) => {
            let size = rows.dims().iter().product::<usize>();
            rows.reshape([size])
        }
    };
    read_in_place(flat).await
}

/// Values of the host.
pub(super) fn one_dimensional(values: Vec<f32>) -> TensorData {
    let count = values.len();
    TensorData::new(values, [count])
}

/// Before there are any.
pub(super) fn no_values() -> TensorData {
    one_dimensional(Vec::new())
}

/// The values in place: a `Vec` would be a copy.
pub(super) fn slice(data: &TensorData) -> &[f32] {
    data.as_slice().expect("these are made of f32 values here")
}

/// Values of the host as `[pictures, channels, h, w]` or `[pictures, units]`, off the autodiff device.
pub(super) fn to_device(data: TensorData, dims: &[usize], state: &TrainState) -> Activation {
    let flat = ops::from_data::<1>(data, &state.plain_device());
    match *dims {
        [pictures, channels, h, w] => {
            let maps = flat.reshape([pictures, h, w, channels]);
            Activation::Map(maps.permute([0, 3, 1, 2]))
        }
        [pictures, units] => Activation::Flat(flat.reshape([pictures, units])),
        _ => unreachable!("{dims:?}: activations are maps or vectors"),
    }
}
