//! Reads a data folder back, checking everything, and says what is in it.

use crate::progress;
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use tabgrad::data::loader::Loader;
use tabgrad::data::manifest;
use tabgrad::data::pictures::Pictures;

/// Reads a folder, all of it, and verifies every checksum in it.
///
/// # Errors
/// If a file is missing or not the one the manifest names.
pub fn read(dir: &Path) -> Result<Loader> {
    let file = dir.join(manifest::FILE_NAME);
    let text = fs::read_to_string(&file)
        .with_context(|| format!("{} is no data folder that can be read", dir.display()))?;
    let mut loader = Loader::new(&text).with_context(|| file.display().to_string())?;
    let names: Vec<String> =
        loader.manifest().shards().map(|(_, _, entry)| entry.file.clone()).collect();
    let bar = progress::things("Checking", names.len());
    for name in names {
        let file = dir.join(&name);
        let bytes =
            fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        loader.add(&name, &bytes)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(loader)
}

/// What is in the folder, as text: names, counts per class, statistics.
#[must_use]
pub fn report(folder: &Loader) -> String {
    let manifest = folder.manifest();
    let (train, test) = (&folder.data().train, &folder.data().test);
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
    let list = |values: &[f64]| {
        values.iter().map(|value| format!("{value:.4}")).collect::<Vec<_>>().join(" ")
    };
    let (mean, deviation) = (list(&manifest.mean), list(&manifest.deviation));
    let _ = writeln!(text, "{} (height x width x channels)", manifest.picture);
    let _ = writeln!(text, "mean {mean}, deviation {deviation}");
    let _ = writeln!(text, "{} shards, all checksums right", manifest.shards().count());
    text
}
