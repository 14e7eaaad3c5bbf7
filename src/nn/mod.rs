//! Layers with weights, and the network that runs them one after another.

mod layers;
mod net;
mod norms;
mod parameters;

pub use net::{Activation, Net, ParameterError};
pub(crate) use norms::Norm;
pub use parameters::Parameter;
