//! Everything that data-prep promises, tested from outside: formats, damage, the command, the
//! download and the drawn pictures. No test touches the network or anything outside its own
//! temporary folder.
#![allow(clippy::unwrap_used)] // A test that cannot go on should stop.

mod cifar100;
mod cli;
mod containers;
mod damage;
mod download;
mod drawn;
mod folders;
mod formats;
mod idx;
mod official;
mod picture_files;
mod real;
mod support;
mod synthetic;
