//! The arguments of the command line.

use clap::{Args as Arguments, Parser, Subcommand};
use std::path::PathBuf;
use tabgrad::data::pack::SHARD_SIZE;

/// Makes data folders for tabgrad: shards of pictures and a manifest.json.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Packs CIFAR-10, or pictures of your own, for training.
    Cifar10(Cifar10),
    /// Draws ten shapes, so that everything works without real pictures.
    Synthetic(Synthetic),
    /// Checks a data folder, counts its pictures and draws a contact sheet of them.
    Inspect(Inspect),
}

/// Packs CIFAR-10, or pictures of your own.
#[derive(Debug, Arguments)]
#[command(group = clap::ArgGroup::new("input").required(true).multiple(false))]
pub struct Cifar10 {
    /// cifar-10-binary.tar.gz, cifar-10-python.tar.gz or either unpacked; files of records or Python
    /// batches of your own; or pictures (PNG, JPEG, WebP, GIF, BMP, TIFF): CLASS/*, or train/CLASS/* and
    /// test/CLASS/*. A folder, a zip, a .tar or .tar.gz, or some files. Folders may also be called
    /// training, testing, valid, val or validation, in any case; without them one in six of each class is
    /// kept for the test. Deeper folders belong to their class.
    #[arg(long, value_name = "PATH", group = "input", num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// A file of training records, with --from-test.
    #[arg(long, value_name = "FILE", group = "input", requires = "from_test")]
    pub from_train: Option<PathBuf>,
    /// A file of test records, with --from-train.
    #[arg(long, value_name = "FILE", requires = "from_train")]
    pub from_test: Option<PathBuf>,
    /// Fetch the official archive (170 MB); an interrupted download is continued.
    #[cfg(feature = "download")]
    #[arg(long, group = "input")]
    pub download: bool,
    /// Where to download from instead.
    #[cfg(feature = "download")]
    #[arg(long, requires = "download")]
    pub url: Option<String>,
    /// The MD5 the download must have instead of the official ones.
    #[cfg(feature = "download")]
    #[arg(long, requires = "download", value_name = "HEX")]
    pub md5: Option<String>,
    /// Seconds that the server may be silent before the next try, of five in all [default: 30].
    #[cfg(feature = "download")]
    #[arg(long, requires = "download", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: Option<u64>,
    /// The folder to make or replace.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How many training pictures: a random choice, in their original order [default: all].
    #[arg(long, value_name = "N")]
    pub train: Option<usize>,
    /// How many test pictures, likewise [default: all].
    #[arg(long, value_name = "N")]
    pub test: Option<usize>,
    /// Pictures per shard.
    #[arg(long, value_name = "N", default_value_t = SHARD_SIZE)]
    pub shard_size: usize,
    /// The seed of the random choice.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// Draws ten shapes.
#[derive(Debug, Arguments)]
pub struct Synthetic {
    /// The folder to make or replace.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How many training pictures.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub train: usize,
    /// How many test pictures.
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub test: usize,
    /// Pictures per shard.
    #[arg(long, value_name = "N", default_value_t = SHARD_SIZE)]
    pub shard_size: usize,
    /// Other seeds give other pictures.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// Checks a data folder.
#[derive(Debug, Arguments)]
pub struct Inspect {
    /// The folder.
    pub dir: PathBuf,
    /// Where to write the contact sheet [default: contact-sheet.png in the folder].
    #[cfg(feature = "pictures")]
    #[arg(long, value_name = "FILE")]
    pub sheet: Option<PathBuf>,
}
