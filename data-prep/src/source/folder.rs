//! A folder of pictures: `train/CLASS/*.png|jpg` and `test/CLASS/*`. Classes are numbered in the
//! alphabetical order of their names, which for CIFAR-10 is the official order.

use super::Source;
use crate::input::Input;
use crate::progress;
use anyhow::{Context, Result, bail};
use image::imageops::FilterType;
use image::{DynamicImage, ImageReader};
use std::collections::BTreeSet;
use std::io::Cursor;
use tabgrad::data::cifar::CLASSES;
use tabgrad::data::pictures::{PICTURE_BYTES, Pictures, SIDE};

/// Longer files are no pictures.
const MOST_BYTES: u64 = 64_000_000;

/// Reads both splits.
pub(super) fn read(input: &mut Input) -> Result<Source> {
    let mut files = Vec::new();
    for (index, entry) in input.entries().iter().enumerate() {
        let parts: Vec<&str> = entry.path.split('/').collect();
        let hidden = parts.iter().any(|part| part.starts_with('.'));
        if let [.., split @ ("train" | "test"), class, name] = parts[..]
            && !hidden
            && is_picture(name)
        {
            files.push((split == "test", class.to_owned(), index));
        }
    }
    let classes: BTreeSet<&String> = files.iter().map(|(_, class, _)| class).collect();
    let classes: Vec<String> = classes.into_iter().cloned().collect();
    if classes.is_empty() || classes.len() > 256 {
        bail!(
            "{} holds neither CIFAR-10 (data_batch_1.bin or data_batch_1) nor the folders train and test with 1 to 256 folders of pictures, one for each class; there are {}.",
            input.name(),
            classes.len()
        );
    }
    let train = pictures(input, &files, false, &classes)?;
    let test = pictures(input, &files, true, &classes)?;
    let is_cifar = classes == CLASSES;
    Ok(Source {
        train,
        test,
        name: (!is_cifar).then(|| "Own pictures".into()),
        classes,
        source: if is_cifar { "A folder of CIFAR-10 pictures." } else { "A folder of pictures." }
            .into(),
        remarks: Vec::new(),
    })
}

fn pictures(
    input: &mut Input,
    files: &[(bool, String, usize)],
    test: bool,
    classes: &[String],
) -> Result<Pictures> {
    let mut chosen = Vec::new();
    for (label, class) in (0_u8..=255).zip(classes) {
        let of_class = files.iter().filter(|(split, of, _)| *split == test && of == class);
        chosen.extend(of_class.enumerate().map(|(place, (_, _, index))| (place, label, *index)));
    }
    // The first of every class, then the second: so every shard has something of all of them.
    chosen.sort_unstable();
    let mut by_index: Vec<(usize, usize)> =
        chosen.iter().enumerate().map(|(place, (_, _, index))| (*index, place)).collect();
    by_index.sort_unstable();
    let mut read = vec![[0; PICTURE_BYTES]; chosen.len()];
    let bar = progress::things("Reading", chosen.len());
    for (index, place) in by_index {
        read[place] = picture(input, index)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut pictures = Pictures::with_capacity(chosen.len());
    chosen.iter().zip(&read).for_each(|((_, label, _), pixels)| pictures.push(*label, pixels));
    Ok(pictures)
}

fn picture(input: &mut Input, index: usize) -> Result<[u8; PICTURE_BYTES]> {
    let name = input.entries()[index].path.clone();
    let content = input.read(index, MOST_BYTES)?;
    let open = || -> Result<DynamicImage> {
        Ok(ImageReader::new(Cursor::new(content)).with_guessed_format()?.decode()?)
    };
    let mut picture = open().with_context(|| format!("{name} cannot be read as a picture"))?;
    let side = SIDE as u32;
    if (picture.width(), picture.height()) != (side, side) {
        // Fills the square and cuts what sticks out. The triangle filter is plain arithmetic, so
        // it gives the same bytes on every machine.
        picture = picture.resize_to_fill(side, side, FilterType::Triangle);
    }
    let pixels = picture.into_rgb8().into_raw();
    pixels.try_into().ok().with_context(|| format!("{name} has no pixels"))
}

fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| ["png", "jpg", "jpeg"].contains(&ending.as_str()))
}
