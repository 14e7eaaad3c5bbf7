//! A data set as it arrives: a manifest, then its shards one by one, verified. The bytes come
//! from a driver; this knows no file system and no network.

use std::rc::Rc;

use crate::data::dataset::Dataset;
use crate::data::manifest::{Manifest, ManifestError, Split};
use crate::data::pictures::Pictures;
use crate::data::shard::Shard;
use crate::data::verify::{DataError, sha256};

/// A data set, all of it or the part that has arrived.
#[derive(Debug)]
pub struct Loader {
    manifest: Manifest,
    /// Shards taken, of each split.
    taken: [usize; 2],
    data: Rc<Dataset>,
}

/// A shard that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// It is not what the manifest says.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Out of order.
    #[error(
        "{file} is shard {found} of its split, counted from 0, but shard {expected} is next. \
         Load each shard once, in the manifest's order."
    )]
    Order {
        /// The file.
        file: String,
        /// Its place.
        found: usize,
        /// The place that is next.
        expected: usize,
    },
    /// Asked for, but not here.
    #[error("{file} has not arrived. Load it first.")]
    Missing {
        /// The file.
        file: String,
    },
}

impl Loader {
    /// A data set of which nothing has arrived but its manifest.
    ///
    /// # Errors
    /// [`ManifestError`] with the first thing that is wrong.
    pub fn new(manifest: &str) -> Result<Self, ManifestError> {
        let manifest = Manifest::parse(manifest)?;
        let (classes, shape) = (manifest.classes.clone(), manifest.picture);
        let mut data = Dataset::new(Pictures::new(shape), Pictures::new(shape), classes);
        data.fingerprint = Some(fingerprint(&manifest));
        Ok(Self { manifest, taken: [0, 0], data: Rc::new(data) })
    }

    /// What was promised.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the shards' own, in hexadecimal: data of the same pictures in the same shards has
    /// the same.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.manifest)
    }

    /// Takes the bytes of the shard called `file`, the next of its split.
    ///
    /// # Errors
    /// [`LoadError`] if it is not that shard or is damaged; what has arrived stays as it was.
    pub fn add(&mut self, file: &str, bytes: &[u8]) -> Result<Split, LoadError> {
        let verified = self.manifest.verify(file, bytes)?;
        let taken = &mut self.taken[verified.split as usize];
        if verified.index != *taken {
            let (found, expected) = (verified.index, *taken);
            return Err(LoadError::Order { file: file.to_owned(), found, expected });
        }
        *taken += 1;
        let promised = self.manifest.files(verified.split).shards.iter();
        let promised = promised.map(|entry| entry.count as usize).sum();
        let data = Rc::make_mut(&mut self.data);
        let of_split = match verified.split {
            Split::Train => &mut data.train,
            Split::Test => &mut data.test,
        };
        of_split.make_room(promised);
        of_split.extend_from(verified.shard.labels(), verified.shard.pixels());
        Ok(verified.split)
    }

    /// The bytes of the shard called `file`, made again from its pictures.
    ///
    /// # Errors
    /// [`LoadError::Missing`] if it has not arrived.
    pub fn shard(&self, file: &str) -> Result<Vec<u8>, LoadError> {
        let missing = || LoadError::Missing { file: file.to_owned() };
        let entry = self.manifest.shards().find(|(_, _, entry)| entry.file == file);
        let (split, index, entry) = entry.ok_or_else(missing)?;
        if index >= self.taken[split as usize] {
            return Err(missing());
        }
        let earlier = &self.manifest.files(split).shards[..index];
        let start: usize = earlier.iter().map(|entry| entry.count as usize).sum();
        let range = start..start + entry.count as usize;
        // Verified when it was taken: its labels are classes, of which there are at most 256.
        let classes = self.data.classes.len() as u16;
        let shard = Shard::of(self.data.split(split), range, classes).map_err(|_| missing())?;
        Ok(shard.to_bytes())
    }

    /// Whether every shard has arrived.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.taken[Split::Train as usize] == self.manifest.train.shards.len()
            && self.taken[Split::Test as usize] == self.manifest.test.shards.len()
    }

    /// What has arrived.
    #[must_use]
    pub fn data(&self) -> &Rc<Dataset> {
        &self.data
    }
}

fn fingerprint(manifest: &Manifest) -> String {
    let sums: Vec<&[u8]> = manifest.shards().map(|(_, _, entry)| entry.sha256.as_bytes()).collect();
    sha256(&sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pack::{Meta, Packed};
    use crate::data::pictures::PictureShape;

    #[test]
    fn a_shard_that_has_arrived_is_made_again_byte_for_byte() {
        for (height, width, channels) in [(32, 32, 3), (12, 20, 1), (64, 64, 3)] {
            again(PictureShape::new(height, width, channels).expect("a shape"));
        }
    }

    fn again(shape: PictureShape) {
        let mut pictures = Pictures::new(shape);
        for n in 0..7 {
            pictures.push(n % 3, &vec![n; shape.bytes()]);
        }
        let meta = Meta {
            name: "Seven".to_owned(),
            source: "a test".to_owned(),
            synthetic: true,
            classes: ["a", "b", "c"].map(str::to_owned).to_vec(),
        };
        let packed = Packed::new(meta, pictures.clone(), pictures, 3).expect("they fit");
        let mut loader = Loader::new(&packed.manifest().to_json()).expect("a manifest");
        for index in 0..packed.count() {
            let (file, bytes) = (packed.name(index).expect("a name"), packed.bytes(index));
            let bytes = bytes.expect("bytes");
            let missing = LoadError::Missing { file: file.to_owned() };
            assert_eq!(loader.shard(file), Err(missing));
            loader.add(file, &bytes).expect("whole");
            assert_eq!(loader.shard(file), Ok(bytes));
        }
        assert!(loader.is_complete());
        let again = Loader::new(&packed.manifest().to_json()).expect("a manifest");
        assert_eq!(loader.fingerprint(), again.fingerprint());
        assert_eq!(loader.fingerprint().len(), 64);
        assert!(matches!(loader.shard("train-999.tgs"), Err(LoadError::Missing { .. })));
    }
}
