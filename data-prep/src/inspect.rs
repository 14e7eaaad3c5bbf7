//! Reads a data folder back, checking everything, and says what is in it.

use crate::progress;
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use tabgrad::data::manifest::{self, Manifest, Split};
use tabgrad::data::pictures::Pictures;

/// A data folder that has been read.
#[derive(Debug)]
pub struct Data {
    /// What it says about itself.
    pub manifest: Manifest,
    /// Every training picture.
    pub train: Pictures,
    /// Every test picture.
    pub test: Pictures,
}

/// Reads a folder and verifies every checksum in it.
///
/// # Errors
/// If a file is missing or not the one the manifest names.
pub fn read(dir: &Path) -> Result<Data> {
    let file = dir.join(manifest::FILE_NAME);
    let text = fs::read_to_string(&file)
        .with_context(|| format!("{} is no data folder that can be read", dir.display()))?;
    let manifest = Manifest::parse(&text).with_context(|| file.display().to_string())?;
    let (mut train, mut test) = (Pictures::default(), Pictures::default());
    let bar = progress::things("Checking", manifest.shards().count());
    for (split, _, entry) in manifest.shards() {
        let file = dir.join(&entry.file);
        let bytes =
            fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let shard = manifest.verify(&entry.file, &bytes)?.shard;
        match split {
            Split::Train => train.extend(&shard.to_pictures()),
            Split::Test => test.extend(&shard.to_pictures()),
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Data { manifest, train, test })
}

/// What is in the folder, as text: names, counts per class, statistics.
#[must_use]
pub fn report(data: &Data) -> String {
    let Data { manifest, train, test } = data;
    let mut text = String::new();
    let kind = if manifest.synthetic { "synthetic" } else { "real" };
    let width =
        manifest.classes.iter().map(|class| class.chars().count()).max().unwrap_or(0).max(5);
    let of = |pictures: &Pictures, class: usize| {
        pictures.labels().iter().filter(|&&label| usize::from(label) == class).count()
    };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} ({kind})\n{}\n", manifest.name, manifest.source);
    let _ = writeln!(text, "{:<width$}  {:>7}  {:>7}", "class", "train", "test");
    for (class, name) in manifest.classes.iter().enumerate() {
        let _ = writeln!(text, "{name:<width$}  {:>7}  {:>7}", of(train, class), of(test, class));
    }
    let _ = writeln!(text, "{:<width$}  {:>7}  {:>7}\n", "total", train.len(), test.len());
    let list = |values: [f64; 3]| values.map(|value| format!("{value:.4}")).join(" ");
    let _ = writeln!(text, "mean {}, deviation {}", list(manifest.mean), list(manifest.deviation));
    let _ = writeln!(text, "{} shards, all checksums right", manifest.shards().count());
    text
}
