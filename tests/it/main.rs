//! The library's behaviour, natively and in a browser: all that is public here runs in both.

// Test functions are public so that wasm-bindgen-test finds them; their names say it all.
#![allow(missing_docs, unreachable_pub)]

pub mod augmentation;
#[cfg(not(target_family = "wasm"))]
mod batches;
// With relaxed SIMD they are others.
#[cfg(not(target_feature = "relaxed-simd"))]
pub mod bits;
pub mod data_parallel;
pub mod diagnosis;
pub mod divergence;
pub mod inspect;
pub mod keras;
pub mod keras_layers;
pub mod keras_maps;
pub mod keras_random;
pub mod keras_variational;
pub mod kernels;
pub mod laws;
mod layers;
#[cfg(not(target_family = "wasm"))]
mod learning;
#[cfg(all(not(target_family = "wasm"), feature = "cli"))]
mod mnist;
pub mod models;
#[cfg(not(target_family = "wasm"))]
mod operators;
#[cfg(feature = "ndarray")]
mod oracle;
#[cfg(not(target_family = "wasm"))]
mod random_specs;
#[cfg(not(target_family = "wasm"))]
mod shapes;
pub mod snapshot;
#[cfg(not(target_family = "wasm"))]
mod spec;
#[cfg(not(target_family = "wasm"))]
mod spec_json;
mod support;
#[cfg(all(not(target_family = "wasm"), feature = "cli"))]
mod terminal;
#[cfg(all(not(target_family = "wasm"), feature = "cli"))]
mod terminal_models;
#[cfg(not(target_family = "wasm"))]
mod tidy;
#[cfg(not(target_family = "wasm"))]
mod variational;

#[cfg(target_family = "wasm")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
