//! What a model may be at most, so that one that is too large is refused before anything is reserved for it.

use serde::Serialize;

/// The most of each that a model may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Letters of its name, of its title, and of the name of a layer.
    pub name: usize,
    /// Layers; also, what fits into a stream of random numbers.
    pub layers: usize,
    /// Values that a layer gives for one picture.
    pub values: u64,
    /// Values that all layers give for one picture: training keeps them, and their gradients, of at least a
    /// microbatch of eight pictures, which then are a gigabyte.
    pub all_values: u64,
    /// Parameters: a quarter of a gigabyte, and three times that with Adam's moments.
    pub parameters: u64,
    /// Multiplications for one picture: a step is to end within a minute on a slow machine.
    pub multiply_adds: u64,
}

/// The limits of every model.
pub const LIMITS: Limits = Limits {
    name: 64,
    layers: 200,
    values: 1 << 20,
    all_values: 1 << 24,
    parameters: 1 << 26,
    multiply_adds: 20_000_000_000,
};
