//! Pictures and the files they come in: CIFAR-10 and CIFAR-100 as they are published (`cifar`, over
//! `archive` and `pickle`), MNIST and what has its format (`idx`), folders of other pictures (`folder`, over `picture_file`, of files as `archive` lists
//! them), shards and their manifest, and the data set that a run trains on. No burn, no file system:
//! bytes come from a driver, so this room compiles for `data-prep` and for the page alike.

pub mod archive;
pub mod caveats;
pub mod cifar;
mod class_names;
pub mod dataset;
pub mod folder;
pub mod idx;
pub mod loader;
pub mod manifest;
pub mod pack;
mod philox;
mod pickle;
pub mod picture_file;
mod picture_shape;
pub mod pictures;
pub mod rng;
pub mod shard;
pub mod verify;
