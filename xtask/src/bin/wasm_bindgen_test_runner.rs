//! Runs the wasm tests in a browser: wasm-bindgen's own runner, built from the pinned crate.
//! Built as a program of ours, which `.cargo/config.toml` names, so that a plain
//! `cargo test --target wasm32-unknown-unknown` works with nothing installed but a browser.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
