//! Which of some files are CIFAR-10, by their names and sizes: the official ones, wherever they lie
//! among others, or files of records by other names; and what else people give in their place.

use super::CifarError;
use super::import::{Import, Part, Wanted};
use super::records::layout;
use crate::data::archive::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// More files of records than this, and they are something else.
const MOST_FILES: usize = 64;

/// What is to be read of these files, if they are CIFAR-10 or in its formats; nothing if they are
/// something else, such as pictures. `name` is the archive or folder, for errors.
///
/// # Errors
/// [`CifarError`] if they are known, and cannot be read here.
pub fn find(name: &str, entries: &[Entry]) -> Result<Option<Import>, CifarError> {
    let files: Vec<File<'_>> = entries
        .iter()
        .enumerate()
        .map(|(index, Entry { path, bytes })| File { index, path, bytes: *bytes })
        .filter(|file| !file.is_hidden())
        .collect();
    let official: Vec<(&File<'_>, Role)> = files
        .iter()
        .filter_map(|file| Some((file, Role::official(file.lower_name().as_str())?)))
        .collect();
    let has_pictures = files.iter().any(File::is_picture);
    // Beside pictures, a file called `test` says nothing.
    let is_sure = |file: &File<'_>| !has_pictures || file.lower_name().contains("_batch");
    if official.iter().any(|(file, role)| role.is_batch() && is_sure(file)) {
        return choose(name, &official).map(Some);
    }
    if has_pictures {
        return Ok(None);
    }
    let others = by_other_names(&files);
    if let Some(wanted) = others {
        return Ok(Some(Import::new(name, wanted, false)));
    }
    explain(name, &files).map_or(Ok(None), Err)
}

struct File<'a> {
    index: usize,
    path: &'a str,
    bytes: u64,
}

impl File<'_> {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    fn lower_name(&self) -> String {
        self.name().to_lowercase()
    }

    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What systems leave lying about.
    fn is_hidden(&self) -> bool {
        self.path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
    }

    fn ending(&self) -> Option<String> {
        let (stem, ending) = self.name().rsplit_once('.')?;
        (!stem.is_empty()).then(|| ending.to_lowercase())
    }

    fn is_picture(&self) -> bool {
        const PICTURES: [&str; 12] = [
            "png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "tif", "tiff", "avif",
            "heic",
        ];
        self.ending().is_some_and(|ending| PICTURES.contains(&ending.as_str()))
    }
}

/// What an official file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// A training batch, from 1, of the binary version or the Python version.
    Train {
        number: u32,
        binary: bool,
    },
    Test {
        binary: bool,
    },
    Names {
        binary: bool,
    },
    /// Names of the twenty coarse classes of CIFAR-100, beside the binary version.
    Coarse,
}

impl Role {
    fn official(name: &str) -> Option<Self> {
        Some(match name {
            "batches.meta.txt" | "fine_label_names.txt" => Self::Names { binary: true },
            "coarse_label_names.txt" => Self::Coarse,
            "batches.meta" | "meta" => Self::Names { binary: false },
            // CIFAR-100 has one batch for each split.
            "train" => Self::Train { number: 1, binary: false },
            "test" => Self::Test { binary: false },
            "train.bin" => Self::Train { number: 1, binary: true },
            "test.bin" => Self::Test { binary: true },
            _ => {
                let (stem, binary) =
                    name.strip_suffix(".bin").map_or((name, false), |stem| (stem, true));
                match stem.strip_prefix("data_batch_") {
                    _ if stem == "test_batch" => Self::Test { binary },
                    Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                        let number =
                            digits.parse().ok().filter(|number| (1..=999).contains(number))?;
                        Self::Train { number, binary }
                    }
                    _ => return None,
                }
            }
        })
    }

    fn is_batch(self) -> bool {
        matches!(self, Self::Train { .. } | Self::Test { .. })
    }

    fn is_binary(self) -> bool {
        match self {
            Self::Train { binary, .. } | Self::Test { binary } | Self::Names { binary } => binary,
            Self::Coarse => true,
        }
    }
}

/// Of the official files those that go together: of one version, each once. Where batches are
/// there more than once, one folder is taken.
fn choose(name: &str, official: &[(&File<'_>, Role)]) -> Result<Import, CifarError> {
    let of_version = |binary: bool| -> Vec<(&File<'_>, Role)> {
        official.iter().filter(|(_, role)| role.is_binary() == binary).copied().collect()
    };
    // The binary version is looked at first, and both need a batch.
    let versions = [of_version(true), of_version(false)];
    let mut group = versions
        .into_iter()
        .find(|files| files.iter().any(|(_, role)| role.is_batch()))
        .unwrap_or_default();
    let batches = |group: &[(&File<'_>, Role)]| {
        group.iter().filter(|(_, role)| role.is_batch()).map(|&(_, role)| role).collect::<Vec<_>>()
    };
    let mut elsewhere = Vec::new();
    let all = batches(&group);
    if all.iter().collect::<BTreeSet<_>>().len() < all.len() {
        let folders: BTreeSet<&str> = group
            .iter()
            .filter(|(_, role)| role.is_batch())
            .map(|(file, _)| file.folder())
            .collect();
        let inside = |folder: &str| {
            group.iter().filter(|(file, _)| file.folder() == folder).copied().collect::<Vec<_>>()
        };
        // The one with the most batches; of equals the one that comes first and is no copy.
        let best = folders
            .iter()
            .max_by_key(|folder| (batches(&inside(folder)).len(), std::cmp::Reverse(**folder)))
            .copied()
            .unwrap_or_default();
        elsewhere =
            folders.iter().filter(|folder| **folder != best).map(|s| (*s).to_owned()).collect();
        group = inside(best);
        let chosen = batches(&group);
        if chosen.iter().collect::<BTreeSet<_>>().len() < chosen.len() {
            // The same name in another case.
            let file = group.first().map_or(name, |(file, _)| file.path);
            return Err(CifarError::Twice { file: file.into() });
        }
    }
    let order: BTreeMap<Role, usize> = group
        .iter()
        .map(|&(_, role)| role)
        .filter(|role| matches!(role, Role::Train { .. }))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .enumerate()
        .map(|(place, role)| (role, place))
        .collect();
    let wanted = group
        .iter()
        .filter_map(|&(file, role)| {
            let part = match role {
                Role::Train { .. } => Part::Train(order.get(&role).copied()?),
                Role::Test { .. } => Part::Test,
                Role::Names { .. } => Part::Names,
                Role::Coarse => Part::CoarseNames,
            };
            Some(file.wanted(part))
        })
        .collect();
    let is_named_cifar =
        [name, group.first().map_or("", |(file, _)| file.path)].into_iter().any(says_cifar10);
    let mut import = Import::new(name, wanted, is_named_cifar);
    import.expect_batches(&all_numbers(&group));
    for folder in elsewhere {
        let folder = if folder.is_empty() { "the top".into() } else { format!("`{folder}`") };
        import.remark(format!("There are batches in {folder} too; they were passed over."));
    }
    Ok(import)
}

fn all_numbers(group: &[(&File<'_>, Role)]) -> Vec<u32> {
    group
        .iter()
        .filter(|(file, _)| file.lower_name().starts_with("data_batch_"))
        .filter_map(|(_, role)| match role {
            Role::Train { number, .. } => Some(*number),
            _ => None,
        })
        .collect()
}

/// Whether a path speaks of CIFAR-10, and not of CIFAR-100.
pub(super) fn says_cifar10(path: &str) -> bool {
    let plain: String = path.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    plain.match_indices("cifar10").any(|(at, found)| !plain[at + found.len()..].starts_with('0'))
}

impl File<'_> {
    fn wanted(&self, part: Part) -> Wanted {
        Wanted { index: self.index, path: self.path.into(), part }
    }
}

/// Files of records, or pickles, that somebody gave other names: the test file is told by its name.
fn by_other_names(files: &[File<'_>]) -> Option<Vec<Wanted>> {
    let is_names = |file: &File<'_>| {
        let name = file.lower_name();
        matches!(Role::official(&name), Some(Role::Names { .. }))
    };
    let is_records = |file: &File<'_>| match file.ending().as_deref() {
        Some("bin") => true,
        Some("dat" | "data") => layout(file.bytes).is_some(),
        Some("pkl" | "pickle" | "p") => true,
        None => {
            let name = file.lower_name();
            let is_named = |word: &&str| name.contains(*word);
            ["batch", "train", "test", "val", "cifar"].iter().any(is_named) && !is_mnist(&name)
        }
        _ => false,
    };
    let mut records: Vec<&File<'_>> =
        files.iter().filter(|file| is_records(file) && !is_names(file)).collect();
    if records.is_empty() || records.len() > MOST_FILES {
        return None;
    }
    records.sort_by_key(|file| file.path);
    let is_test = |file: &File<'_>| {
        let name = file.lower_name();
        name.contains("test") || name.contains("val")
    };
    let tests = records.iter().filter(|file| is_test(file)).count();
    let mut place = 0;
    let mut wanted: Vec<Wanted> = records
        .iter()
        .map(|file| {
            // Where all are for the test, none is: a file that is given alone.
            if is_test(file) && tests < records.len() {
                return file.wanted(Part::Test);
            }
            place += 1;
            file.wanted(Part::Train(place - 1))
        })
        .collect();
    wanted.extend(files.iter().filter(|file| is_names(file)).map(|file| file.wanted(Part::Names)));
    Some(wanted)
}

/// Whether a file is called as those of MNIST are: `train-images-idx3-ubyte`, with a dot for some.
fn is_mnist(name: &str) -> bool {
    name.ends_with("-ubyte") || name.ends_with(".ubyte") || name.ends_with("idx3-ubyte.bin")
}

/// What files are that are neither CIFAR-10 nor pictures, if they are known by their names.
fn explain(name: &str, files: &[File<'_>]) -> Option<CifarError> {
    const MATLAB: &str = "mat";
    let other = |what: String| Some(CifarError::Other { file: name.into(), what });
    let batches_of_matlab = files.iter().find(|file| {
        let name = file.lower_name();
        name.starts_with("data_batch_") && name.ends_with(".mat") || name == "test_batch.mat"
    });
    if batches_of_matlab.is_some() {
        return other(
            "is the Matlab version of CIFAR-10, which is not read here. Give the binary version (cifar-10-binary.tar.gz) or the Python version from the same page."
                .into(),
        );
    }
    for file in files {
        let what = match file.ending().as_deref() {
            Some(
                "zip" | "tar" | "gz" | "tgz" | "7z" | "rar" | "xz" | "txz" | "bz2" | "tbz2" | "zst",
            ) => {
                return other(format!(
                    "holds another archive, `{}`. Unpack it, and give the archive or folder that the pictures themselves are in.",
                    file.path
                ));
            }
            Some(MATLAB) => "Matlab",
            Some("npy" | "npz") => "NumPy",
            Some("h5" | "hdf5") => "HDF5",
            Some("parquet" | "arrow") => "table",
            Some("tfrecord" | "tfrecords") => "TensorFlow",
            Some("pt" | "pth") => "PyTorch",
            _ if is_mnist(&file.lower_name()) => {
                return other(format!(
                    "holds a file that is called like one of MNIST (`{}`), but is not in its format (IDX). Get it again.",
                    file.path
                ));
            }
            _ => continue,
        };
        return other(format!(
            "holds {what} files (`{}`), which are not read here. Give CIFAR-10's binary or Python version, or a folder of pictures for each class.",
            file.path
        ));
    }
    None
}
