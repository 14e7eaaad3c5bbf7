//! Maps on the host, where synchronised batch normalisation computes: `[picture][y][x][channel]`.

use burn::tensor::{Tensor, TensorData};

use crate::step::train_state::TrainState;
use crate::step::transfer::{TransferError, read_in_place};

/// The values of a map as `[picture][y][x][channel]`, the order that the CPU backend keeps them in, so
/// that nothing is moved.
pub(super) async fn to_host(map: Tensor<4>) -> Result<TensorData, TransferError> {
    let size = map.dims().iter().product::<usize>();
    let flat: Tensor<1> = map.permute([0, 2, 3, 1]).reshape([size]);
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

/// `[picture][y][x][channel]` as a map `[pictures, channels, h, w]` off the autodiff device.
pub(super) fn to_map(
    data: TensorData,
    [pictures, channels, h, w]: [usize; 4],
    state: &TrainState,
) -> Tensor<4> {
    let flat = Tensor::<1>::from_data(data, &state.plain_device());
    flat.reshape([pictures, h, w, channels]).permute([0, 3, 1, 2])
}
