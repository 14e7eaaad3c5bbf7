//! The arguments of the command line.

use clap::{Args as Arguments, Parser, Subcommand};
use std::path::PathBuf;
use tabgrad::data::cifar::Labels;
use tabgrad::data::idx::Known;
use tabgrad::data::pictures::{ShapeRequest, Size};

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
    /// Packs CIFAR-10, CIFAR-100, MNIST, Fashion-MNIST, or pictures of your own, for training.
    #[command(visible_alias = "pack")]
    Cifar10(Cifar10),
    /// Draws ten shapes, so that everything works without real pictures.
    Synthetic(Synthetic),
    /// Checks a data folder, counts its pictures and draws a contact sheet of them.
    Inspect(Inspect),
}

/// Packs CIFAR-10, CIFAR-100, MNIST, Fashion-MNIST, or pictures of your own.
#[derive(Debug, Arguments)]
#[command(group = clap::ArgGroup::new("input").required(true).multiple(false))]
pub struct Cifar10 {
    /// cifar-10-binary.tar.gz, cifar-10-python.tar.gz, those of CIFAR-100, or any of them unpacked; files
    /// of records or Python batches of your own; MNIST, Fashion-MNIST or other IDX files, packed with gzip
    /// or not, any of the four; or pictures (PNG, JPEG, WebP, GIF, BMP, TIFF): CLASS/*, or train/CLASS/* and
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
    /// The size of the pictures, 8 to 64: a side, or width and height, such as 48x32. Pictures are cut to
    /// that shape around their middle; larger ones are averaged, smaller ones interpolated [default: their
    /// own in CIFAR and MNIST; 32 for files of pictures].
    #[arg(long, value_name = "N|WxH")]
    pub size: Option<Size>,
    /// 1 for grey (Rec. 601 luma, as Pillow's "L"), 3 for red, green and blue [default: 1 for MNIST, 3 for
    /// the others].
    #[arg(long, value_name = "1|3", value_parser = clap::value_parser!(u8).range(1..=3))]
    pub channels: Option<u8>,
    /// The classes of CIFAR-100: fine (100) or coarse (20) [default: fine].
    #[arg(long, value_enum)]
    pub labels: Option<LabelsArgument>,
    /// What IDX files are, whose names do not say so: mnist, fashion-mnist or kmnist, which name the
    /// classes [default: by their first labels, or the names of files and folders].
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<Known>,
    /// The folder to make or replace.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How many training pictures: a random choice, in their original order [default: all].
    #[arg(long, value_name = "N")]
    pub train: Option<usize>,
    /// How many test pictures, likewise [default: all].
    #[arg(long, value_name = "N")]
    pub test: Option<usize>,
    /// Pictures per shard [default: 2500 of CIFAR's size, others as many as have so many bytes].
    #[arg(long, value_name = "N")]
    pub shard_size: Option<usize>,
    /// The seed of the random choice.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// The labels of CIFAR-100.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum LabelsArgument {
    /// A hundred classes.
    Fine,
    /// Twenty classes, of five fine ones each.
    Coarse,
}

impl Cifar10 {
    /// What is asked for of the pictures.
    #[must_use]
    pub fn shape(&self) -> ShapeRequest {
        ShapeRequest { size: self.size, channels: self.channels.map(usize::from) }
    }

    /// The labels of CIFAR-100 that are asked for.
    #[must_use]
    pub fn labels(&self) -> Labels {
        match self.labels {
            Some(LabelsArgument::Coarse) => Labels::Coarse,
            Some(LabelsArgument::Fine) | None => Labels::Fine,
        }
    }
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
    #[arg(long, value_name = "N", default_value_t = tabgrad::data::pack::SHARD_SIZE)]
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
