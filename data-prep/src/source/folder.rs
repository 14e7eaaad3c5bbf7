//! A folder of pictures: `train/CLASS/*.png|jpg` and `test/CLASS/*`. Classes are numbered in the
//! alphabetical order of their names, which for CIFAR-10 is the official order.

use super::Source;
use crate::progress;
use anyhow::{Context, Result, bail};
use image::imageops::FilterType;
use image::{DynamicImage, ImageReader};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tabgrad::data::cifar::CLASSES;
use tabgrad::data::pictures::{PICTURE_BYTES, Pictures, SIDE};

/// Reads both splits.
pub(super) fn read(dir: &Path) -> Result<Source> {
    let splits = ["train", "test"].map(|split| dir.join(split));
    let mut classes = BTreeSet::new();
    for split in &splits {
        classes.extend(
            children(split)?.iter().filter(|path| path.is_dir()).filter_map(|path| name(path)),
        );
    }
    if classes.is_empty() || classes.len() > 256 {
        bail!(
            "{} has {} folders of classes; there must be 1 to 256, each with pictures.",
            splits[0].display(),
            classes.len()
        );
    }
    let classes: Vec<String> = classes.into_iter().collect();
    let [train, test] = splits.map(|split| pictures(&split, &classes));
    let is_cifar = classes == CLASSES;
    Ok(Source {
        train: train?,
        test: test?,
        name: (!is_cifar).then(|| "Own pictures".into()),
        classes,
        source: if is_cifar { "A folder of CIFAR-10 pictures." } else { "A folder of pictures." }
            .into(),
    })
}

fn pictures(split: &Path, classes: &[String]) -> Result<Pictures> {
    let mut files = Vec::new();
    for (label, class) in (0_u8..=255).zip(classes) {
        let dir = split.join(class);
        if dir.is_dir() {
            let pictures = children(&dir)?.into_iter().filter(|path| is_picture(path));
            files.extend(pictures.enumerate().map(|(place, file)| (place, label, file)));
        }
    }
    // The first of every class, then the second: so every shard has something of all of them.
    files.sort();
    let mut pictures = Pictures::with_capacity(files.len());
    let bar = progress::things("Reading", files.len());
    for (_, label, file) in files {
        pictures.push(label, &picture(&file)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(pictures)
}

fn picture(file: &Path) -> Result<[u8; PICTURE_BYTES]> {
    let open = || -> Result<DynamicImage> {
        Ok(ImageReader::open(file)?.with_guessed_format()?.decode()?)
    };
    let mut picture =
        open().with_context(|| format!("{} cannot be read as a picture", file.display()))?;
    let side = SIDE as u32;
    if (picture.width(), picture.height()) != (side, side) {
        // Fills the square and cuts what sticks out. The triangle filter is plain arithmetic, so
        // it gives the same bytes on every machine.
        picture = picture.resize_to_fill(side, side, FilterType::Triangle);
    }
    let pixels = picture.into_rgb8().into_raw();
    pixels.try_into().ok().with_context(|| format!("{} has no pixels", file.display()))
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ["png", "jpg", "jpeg"].contains(&extension.as_str())
}

fn children(dir: &Path) -> Result<Vec<PathBuf>> {
    let list =
        || fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>();
    let mut children = list().with_context(|| format!("{} cannot be read", dir.display()))?;
    children.sort();
    Ok(children)
}

/// The last component, unless it is hidden or not Unicode.
fn name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    (!name.starts_with('.')).then(|| name.to_owned())
}
