//! Has the linker export what runs the module's constructors, of which burn's GPU compiler has many.
//! Without that, it calls them whenever anything is called from outside, and a step on the GPU does so
//! hundreds of times: half of the step's time. Who loads the package calls them once.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-cdylib=--export-if-defined=__wasm_call_ctors");
    }
}
