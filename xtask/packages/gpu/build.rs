//! Has the linker export what runs the module's constructors, of which burn's GPU compiler has
//! thousands. Without that, it calls them whenever anything is called from outside, and a step on the
//! GPU does so hundreds of times: half of the step's time. `www/worker/` calls them once, when it loads
//! the package.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-cdylib=--export-if-defined=__wasm_call_ctors");
    }
}
