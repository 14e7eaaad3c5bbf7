//! The networks: what they are made of (`architecture`, `summary`), and what computes
//! (`layers`, `net`, `parameters`). Knows no data set and nothing of training.

mod architecture;
mod layers;
mod net;
mod norms;
mod parameters;
mod summary;

pub use architecture::{Architecture, CLASSES, Layer, PoolKind, Shape, Stage};
pub use net::{Flow, Net, ParameterError};
pub(crate) use norms::Norm;
pub use parameters::Parameter;
pub use summary::{Summary, SummaryRow};
