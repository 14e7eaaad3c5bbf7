//! Optimizers.

pub mod adam;
