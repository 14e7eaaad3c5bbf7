//! The real CIFAR-10 subset, where it is at hand; it is not part of the repository.

use crate::support::{Folder, contents, run_well, two_files};
use std::io::Write;
use std::path::{Path, PathBuf};
use tabgrad::data::cifar::CLASSES;
use tabgrad::data::pictures::Pictures;

/// The folder with the subset: `TABGRAD_SHARED_DATA`, or `shared/data` beside the repository.
fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("TABGRAD_SHARED_DATA").map_or_else(beside, PathBuf::from);
    folder.join("cifar10-subset-train.bin").is_file().then_some(folder)
}

#[test]
fn the_subset_is_packed_as_it_is() {
    let Some(shared) = shared() else {
        // Not by a macro, whose output a test that ends well never shows. `cargo xtask test`
        // counts this line as a test that was not run.
        let reason = "no cifar10-subset-train.bin in ../shared/data or $TABGRAD_SHARED_DATA";
        writeln!(std::io::stdout(), "not run: {reason}").unwrap();
        return;
    };
    let file = |name: &str| shared.join(name).to_str().unwrap().to_owned();
    let (train, test) = (file("cifar10-subset-train.bin"), file("cifar10-subset-test.bin"));
    let folder = Folder::new("real");
    for name in ["one", "two"] {
        run_well(&two_files(&train, &test, &folder.join(name)));
    }
    let one = folder.join("one");
    assert_eq!(contents(&one), contents(&folder.join("two")));
    let folder = data_prep::inspect::read(one.as_ref()).unwrap();
    let data = folder.data();
    let first = |pictures: &Pictures| pictures.labels()[..10].to_vec();
    assert_eq!((data.train.len(), data.test.len()), (5_085, 1_017));
    assert_eq!(first(&data.train), [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]);
    assert_eq!(first(&data.test), [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
    assert_eq!(folder.manifest().train.shards.len(), 3);
    // Known by its first pictures, whatever it is called, and not taken for the whole.
    assert_eq!(folder.manifest().classes, CLASSES);
    assert_eq!(folder.manifest().name, "CIFAR-10 subset");
    assert_eq!(folder.manifest().source, "A part of CIFAR-10.");
}
