//! The three commands, each from its arguments to what it prints at the end.
// The command's results belong on the terminal, and what was left out beside them.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use crate::args::{Args, Cifar10, Command, Inspect, Synthetic};
#[cfg(feature = "download")]
use crate::download;
#[cfg(feature = "pictures")]
use crate::sheet;
use crate::source::{self, Source};
use crate::{inspect, output, progress, subset, synthetic};
#[cfg(feature = "pictures")]
use anyhow::Context;
use anyhow::{Result, bail};
use std::path::Path;
#[cfg(feature = "pictures")]
use tabgrad::data::loader::Loader;
use tabgrad::data::manifest::Split;
use tabgrad::data::pack::{Meta, Packed};

/// Does what the arguments ask for.
///
/// # Errors
/// In sentences, for people.
pub fn run(args: &Args) -> Result<()> {
    match &args.command {
        Command::Cifar10(args) => cifar10(args),
        Command::Synthetic(args) => draw(args),
        Command::Inspect(args) => examine(args),
    }
}

fn cifar10(args: &Cifar10) -> Result<()> {
    output::check(&args.out)?;
    let Source { train, test, name, classes, mut source, remarks } = read(args)?;
    remarks.iter().for_each(|remark| eprintln!("{remark}"));
    if args.train.is_some() || args.test.is_some() {
        source += &format!(" A random part of it, chosen with seed {}.", args.seed);
    }
    let train = subset::choose(train, Split::Train, args.train, args.seed)?;
    let test = subset::choose(test, Split::Test, args.test, args.seed)?;
    let name = name.unwrap_or_else(|| match (train.len(), test.len()) {
        (50_000, 10_000) => "CIFAR-10".into(),
        _ => "CIFAR-10 subset".into(),
    });
    let meta = Meta { name, source, synthetic: false, classes };
    write(&args.out, &Packed::new(meta, train, test, args.shard_size)?)
}

fn read(args: &Cifar10) -> Result<Source> {
    #[cfg(feature = "download")]
    if args.download {
        let archive = download::fetch(&args.out, args.url.as_deref(), args.md5.as_deref())?;
        return source::path(&archive);
    }
    match (&args.from, &args.from_train, &args.from_test) {
        (Some(path), ..) => source::path(path),
        (None, Some(train), Some(test)) => source::record_files(train, test),
        _ => bail!(
            "Nothing to read was given. Give --from PATH, or --from-train FILE --from-test FILE."
        ),
    }
}

fn draw(args: &Synthetic) -> Result<()> {
    output::check(&args.out)?;
    let bar = progress::things("Drawing", args.train + args.test);
    let train = synthetic::draw(args.seed, Split::Train, args.train, || bar.inc(1));
    let test = synthetic::draw(args.seed, Split::Test, args.test, || bar.inc(1));
    bar.finish_and_clear();
    write(&args.out, &Packed::new(synthetic::meta(args.seed), train, test, args.shard_size)?)
}

fn write(out: &Path, packed: &Packed) -> Result<()> {
    output::write(out, packed)?;
    let manifest = packed.manifest();
    println!(
        "{}: {} training and {} test pictures in {} shards, written to {}",
        manifest.name,
        manifest.train.count,
        manifest.test.count,
        packed.count(),
        out.display()
    );
    Ok(())
}

fn examine(args: &Inspect) -> Result<()> {
    let folder = inspect::read(&args.dir)?;
    print!("{}", inspect::report(&folder));
    #[cfg(feature = "pictures")]
    contact_sheet(args, &folder)?;
    Ok(())
}

#[cfg(feature = "pictures")]
fn contact_sheet(args: &Inspect, folder: &Loader) -> Result<()> {
    let file = args.sheet.clone().unwrap_or_else(|| args.dir.join(output::SHEET_NAME));
    let sheet = sheet::draw(&folder.data().train, folder.manifest().classes.len());
    sheet
        .save(&file)
        .with_context(|| format!("The contact sheet cannot be written to {}", file.display()))?;
    println!("Contact sheet: {}, a row per class in the order above", file.display());
    Ok(())
}
