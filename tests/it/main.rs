//! The library's behaviour, natively and in a browser: every test body here runs in both.

pub mod divergence;
pub mod laws;
pub mod models;
mod support;

#[cfg(target_family = "wasm")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
