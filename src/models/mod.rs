//! The networks: what they are made of (`architecture`, `summary`), and what computes
//! (`layers`, `net`). Knows no data set and nothing of training.

mod architecture;
mod layers;
mod net;
mod summary;

pub use architecture::{Architecture, CLASSES, Layer, PoolKind, Shape, Stage};
pub use net::{Flow, Net};
pub use summary::{Summary, SummaryRow};
