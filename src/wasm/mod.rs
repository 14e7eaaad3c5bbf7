//! What the page's worker calls, and the only room that knows JavaScript. Two modules of wasm are made of it.
//! The trainer, with the feature `page`: [`session`] has the data and the runs, `queries` asks them about
//! pictures, `data_parallel` trains them on several workers (`messages` is what those send each other),
//! [`models`] are the models that there are, and [`devices`] tests backends. And with the feature `intake`,
//! what only visitors with files of their own need: [`archives`] reads them, and [`intake`] the pictures among
//! them. What is answered crosses as plain objects (`records`), values as typed arrays, pictures as images
//! (`atlas`), and every failure as an `Error` whose `name` is stable and whose `message` is a sentence.

#[cfg(feature = "intake")]
pub mod archives;
#[cfg(feature = "page")]
pub mod atlas;
#[cfg(feature = "page")]
mod data_parallel;
#[cfg(feature = "page")]
pub mod devices;
mod failure;
mod image;
#[cfg(feature = "intake")]
pub mod intake;
#[cfg(feature = "page")]
mod messages;
#[cfg(feature = "page")]
pub mod models;
#[cfg(feature = "page")]
mod queries;
#[cfg(feature = "page")]
pub mod records;
#[cfg(feature = "page")]
pub mod session;

use wasm_bindgen::prelude::*;

/// Panics become readable in the console.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
