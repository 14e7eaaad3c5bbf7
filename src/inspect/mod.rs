//! Questions to a trained or training network: reconstructions, predictions, codes, activations, one
//! step in every number, and the comparison of a device with the CPU.

mod activations;
pub mod pca;
pub(crate) mod queries;
pub mod self_test;
mod step_trace;

pub use activations::{Code, LayerActivation};
pub use queries::{Reconstruction, Slope};
pub use step_trace::{StepTrace, TracedLayer, TracedNorms, TracedParameter};
