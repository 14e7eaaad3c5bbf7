//! The three commands, each from its arguments to what it prints at the end.

use crate::args::{Args, Cifar10, Command, Inspect, Synthetic};
#[cfg(feature = "download")]
use crate::download;
#[cfg(feature = "pictures")]
use crate::sheet;
use crate::source::{self, Source, Wish};
use crate::terminal::{note, say};
use crate::{inspect, output, progress, subset, synthetic};
#[cfg(feature = "pictures")]
use anyhow::Context;
use anyhow::{Result, bail};
use std::path::Path;
#[cfg(feature = "download")]
use std::time::Duration;
use tabgrad::data::cifar;
#[cfg(feature = "pictures")]
use tabgrad::data::loader::Loader;
use tabgrad::data::manifest::Split;
use tabgrad::data::pack::{self, Meta, Packed};

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
    remarks.iter().for_each(|remark| note(remark));
    let whole = (train.len(), test.len());
    if args.train.is_some() || args.test.is_some() {
        source += &format!(" A random part of it, chosen with seed {}.", args.seed);
    }
    let train = subset::choose(train, Split::Train, args.train, args.seed)?;
    let test = subset::choose(test, Split::Test, args.test, args.seed)?;
    let name = match name {
        None => cifar::name(train.len(), test.len()).into(),
        // Of what is known by a name, a part is a subset.
        Some(name) if name.ends_with(" subset") || name == source::OWN => name,
        Some(name) if (train.len(), test.len()) == whole => name,
        Some(name) => format!("{name} subset"),
    };
    let meta = Meta { name, source, synthetic: false, classes };
    let shard_size = args.shard_size.unwrap_or_else(|| pack::shard_size(train.shape()));
    write(&args.out, &Packed::new(meta, train, test, shard_size)?)
}

fn read(args: &Cifar10) -> Result<Source> {
    let wish = Wish { shape: args.shape(), labels: args.labels(), dataset: args.dataset };
    #[cfg(feature = "download")]
    if args.download {
        let request = download::Request {
            url: args.url.as_deref(),
            md5: args.md5.as_deref(),
            silence: args.timeout.map(Duration::from_secs),
        };
        let archive = download::fetch(&args.out, request)?;
        return source::read(&[archive], wish);
    }
    match (args.from.as_slice(), &args.from_train, &args.from_test) {
        (paths @ [_, ..], ..) => source::read(paths, wish),
        ([], Some(train), Some(test)) => source::record_files(train, test, wish),
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
    say(format_args!(
        "{}: {} training and {} test pictures in {} shards, written to {}",
        manifest.name,
        manifest.train.count,
        manifest.test.count,
        packed.count(),
        out.display()
    ))?;
    Ok(())
}

fn examine(args: &Inspect) -> Result<()> {
    let folder = inspect::read(&args.dir)?;
    say(format_args!("{}", inspect::report(&folder).trim_end()))?;
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
    say(format_args!("Contact sheet: {}, a row per class in the order above", file.display()))?;
    Ok(())
}
