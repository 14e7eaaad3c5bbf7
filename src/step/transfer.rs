//! Reading tensors back from the device: many in one transfer, because each transfer waits for
//! everything that the device was given before it.

use burn::tensor::{Tensor, TensorData, Transaction};

use crate::nn::Parameter;

/// Tensors that did not arrive on the host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The device could not be read: {0}. Start the run again.")]
pub struct TransferError(String);

/// The values of one transfer, tensor by tensor in the order of registration.
#[derive(Debug)]
pub(crate) struct HostTensors(std::vec::IntoIter<Vec<f32>>);

impl HostTensors {
    /// All values of the next tensor.
    pub(crate) fn tensor(&mut self) -> Result<Vec<f32>, TransferError> {
        let missing = || TransferError("it gave back fewer tensors than it was asked for".into());
        self.0.next().ok_or_else(missing)
    }

    /// The one value of the next tensor, such as a mean loss.
    pub(crate) fn scalar(&mut self) -> Result<f32, TransferError> {
        match self.tensor()?.as_slice() {
            [value] => Ok(*value),
            other => {
                Err(TransferError(format!("it gave back {} values instead of one", other.len())))
            }
        }
    }

    /// The tensors that are left.
    pub(crate) fn rest(self) -> Vec<Vec<f32>> {
        self.0.collect()
    }
}

/// Waits for the tensors of a transfer.
///
/// # Errors
/// [`TransferError`] where the device does not give them back.
pub(crate) async fn read(transfer: Transaction) -> Result<HostTensors, TransferError> {
    let values: Result<Vec<Vec<f32>>, TransferError> = execute(transfer)
        .await?
        .into_iter()
        .map(|data| data.try_into_vec().map_err(|error| failed(format!("{error:?}"))))
        .collect();
    Ok(HostTensors(values?.into_iter()))
}

/// Waits for the one tensor `x`, and leaves its values in the memory that they came in.
///
/// # Errors
/// As [`read`].
pub(crate) async fn read_in_place<const D: usize>(
    x: Tensor<D>,
) -> Result<TensorData, TransferError> {
    let found = execute(Transaction::default().register(x)).await?.pop();
    found.ok_or_else(|| failed("it gave back no tensor".to_owned()))
}

async fn execute(transfer: Transaction) -> Result<Vec<TensorData>, TransferError> {
    transfer.execute_async().await.map_err(|error| failed(error.to_string()))
}

fn failed(reason: String) -> TransferError {
    TransferError(reason.trim_end_matches('.').to_owned())
}

/// Waits for the one tensor `x`.
///
/// # Errors
/// As [`read`].
pub(crate) async fn read_tensor<const D: usize>(x: Tensor<D>) -> Result<Vec<f32>, TransferError> {
    read(Transaction::default().register(x)).await?.tensor()
}

/// The tensors of `transfer`, and `parameters` with their values, in one transfer.
///
/// # Errors
/// As [`read`].
pub(crate) async fn read_with_parameters(
    transfer: Transaction,
    parameters: Vec<Parameter<Tensor<1>>>,
) -> Result<(HostTensors, Vec<Parameter>), TransferError> {
    let add = |transfer: Transaction, parameter: &Parameter<Tensor<1>>| {
        transfer.register(parameter.values.clone())
    };
    let transfer = parameters.iter().fold(transfer, add);
    let mut tensors = read(transfer).await?.rest();
    let first = tensors.len().checked_sub(parameters.len());
    let first = first.ok_or_else(|| {
        let (found, expected) = (tensors.len(), parameters.len());
        TransferError(format!("it gave back {found} tensors for {expected} parameters"))
    })?;
    let values = tensors.split_off(first);
    let parameters = parameters.into_iter().zip(values).map(|(parameter, values)| {
        let Parameter { layer, name, shape, .. } = parameter;
        Parameter { layer, name, shape, values }
    });
    Ok((HostTensors(tensors.into_iter()), parameters.collect()))
}

/// The parameters alone.
///
/// # Errors
/// As [`read`].
pub(crate) async fn read_parameters(
    parameters: Vec<Parameter<Tensor<1>>>,
) -> Result<Vec<Parameter>, TransferError> {
    Ok(read_with_parameters(Transaction::default(), parameters).await?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_that_is_missing_is_an_error() {
        let mut tensors = HostTensors(vec![vec![0.5], vec![1.0, 2.0]].into_iter());
        assert_eq!(tensors.scalar(), Ok(0.5));
        let error = tensors.scalar().expect_err("two values").to_string();
        assert_eq!(
            error,
            "The device could not be read: it gave back 2 values instead of one. Start the run again."
        );
        let error = tensors.tensor().expect_err("no third tensor").to_string();
        assert!(error.contains("fewer tensors than it was asked for"), "{error}");
    }
}
