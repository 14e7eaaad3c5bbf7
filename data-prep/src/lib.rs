//! Makes tabgrad data folders: reads CIFAR-10 in whatever form it is at hand, or draws pictures,
//! and writes shards and a manifest. What the bytes mean is decided in the `tabgrad` crate; here
//! are files, the network and the terminal.

pub mod args;
pub mod commands;
#[cfg(feature = "download")]
pub mod download;
pub mod input;
pub mod inspect;
pub mod output;
#[cfg(feature = "pictures")]
pub mod sheet;
pub mod source;
pub mod subset;
pub mod synthetic;
pub mod terminal;

mod progress;
