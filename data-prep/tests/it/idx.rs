//! MNIST and what has its format, as people have it: packed or not, in folders and archives, all four files
//! or some of them; and what is refused in a sentence.

use crate::official::{Files, gzip, tar, zip};
use crate::support::{Folder, run_badly, run_told, run_well};
use data_prep::inspect;
use tabgrad::data::archive::Entry;
use tabgrad::data::idx::{Choices, HEAD_BYTES, Idx, Import, Known, Survey};
use tabgrad::data::pictures::{PictureShape, Pictures, ShapeRequest, Size};
use tabgrad::data::rng::{Purpose, Rng};

/// Random pictures of this size with these labels.
pub(crate) fn digits(labels: &[u8], height: usize, width: usize, seed: u64) -> Pictures {
    let mut rng = Rng::new(seed, Purpose::Noise, 4);
    let mut pictures = Pictures::new(PictureShape::new(height, width, 1).unwrap());
    for &label in labels {
        let pixels: Vec<u8> = (0..height * width).map(|_| rng.bits() as u8).collect();
        pictures.push(label, &pixels);
    }
    pictures
}

/// An IDX file of bytes.
fn idx(dims: &[usize], values: &[u8]) -> Vec<u8> {
    let lengths = dims.iter().flat_map(|&length| (length as u32).to_be_bytes());
    [0, 0, 8, dims.len() as u8].into_iter().chain(lengths).chain(values.iter().copied()).collect()
}

fn images(of: &Pictures) -> Vec<u8> {
    idx(&[of.len(), of.shape().height(), of.shape().width()], of.pixels())
}

fn labels(of: &Pictures) -> Vec<u8> {
    idx(&[of.len()], of.labels())
}

/// The four files of a data set as they are published, without `.gz`.
fn four(train: &Pictures, test: &Pictures) -> Files {
    [
        ("train-images-idx3-ubyte", images(train)),
        ("train-labels-idx1-ubyte", labels(train)),
        ("t10k-images-idx3-ubyte", images(test)),
        ("t10k-labels-idx1-ubyte", labels(test)),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .to_vec()
}

fn packed(files: &Files) -> Files {
    files.iter().map(|(name, bytes)| (format!("{name}.gz"), gzip(bytes))).collect()
}

fn inside(folder: &str, files: &Files) -> Files {
    files.iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes.clone())).collect()
}

fn find(name: &str, files: &Files, choices: Choices) -> Result<Option<Import>, String> {
    let entries: Vec<Entry> = files
        .iter()
        .map(|(path, bytes)| Entry { path: path.clone(), bytes: bytes.len() as u64 })
        .collect();
    let mut survey = Survey::new(name, &entries);
    for index in survey.wanted().to_vec() {
        let bytes = &files[index].1;
        survey.see(index, &bytes[..bytes.len().min(HEAD_BYTES)]);
    }
    survey.import(choices).map_err(|error| error.to_string())
}

fn read_as(name: &str, files: &Files, choices: Choices) -> Result<Idx, String> {
    let mut import = find(name, files, choices)?.ok_or("nothing was found")?;
    // In whatever order they come.
    let wanted: Vec<usize> = import.wanted().collect();
    for index in wanted.into_iter().rev() {
        import.add(index, &files[index].1).map_err(|error| error.to_string())?;
    }
    import.finish().map_err(|error| error.to_string())
}

fn read(name: &str, files: &Files) -> Result<Idx, String> {
    read_as(name, files, Choices::default())
}

fn remarked(idx: &Idx, part: &str) -> bool {
    idx.remarks.iter().any(|remark| remark.contains(part))
}

/// Two of each digit, beginning as MNIST does.
fn some_digits() -> Pictures {
    digits(&[5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 6, 7, 8, 5, 0, 9, 2, 3, 6, 7, 8], 28, 28, 1)
}

#[test]
fn the_four_files_give_the_same_packed_and_unpacked_in_any_place() {
    let (train, test) = (some_digits(), digits(&(0..10).collect::<Vec<_>>(), 28, 28, 2));
    let plain = four(&train, &test);
    let both: Files = plain.iter().cloned().chain(packed(&plain)).collect();
    // As Kaggle has them: each once with a dot, and once in a folder of its own name.
    let kaggle: Files = plain
        .iter()
        .flat_map(|(name, bytes)| {
            let dotted = name.replacen("-idx", ".idx", 1);
            [(dotted, bytes.clone()), (format!("{name}/{name}"), bytes.clone())]
        })
        .collect();
    for files in [
        plain.clone(),
        packed(&plain),
        both,
        inside("MNIST/raw", &plain),
        kaggle,
        plain.into_iter().rev().collect(),
    ] {
        let found = read("data", &files).unwrap();
        assert_eq!((&found.train, &found.test), (&train, &test));
        assert_eq!(found.classes, (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!((found.name.as_str(), found.remarks.len()), ("MNIST subset", 0), "{found:?}");
    }
}

#[test]
fn the_command_reads_a_folder_an_archive_and_files() {
    let folder = Folder::new("mnist");
    let (train, test) = (some_digits(), digits(&(0..10).collect::<Vec<_>>(), 28, 28, 2));
    let files = packed(&four(&train, &test));
    let paths: Vec<String> =
        files.iter().map(|(name, bytes)| folder.write(&format!("in/{name}"), bytes)).collect();
    let archive = folder.write("a.tar.gz", &gzip(&tar(&inside("x", &files))));
    let zipped = folder.write("a.zip", &zip(&files));
    let forms = [vec![folder.join("in")], vec![archive], vec![zipped], paths.clone()];
    for (n, form) in forms.iter().enumerate() {
        let out = folder.join(&format!("out{n}"));
        let from: Vec<&str> = form.iter().map(String::as_str).collect();
        run_well(&[&["cifar10", "--out", &out, "--from"], &from[..]].concat());
        let loader = inspect::read(out.as_ref()).unwrap();
        let manifest = loader.manifest();
        assert_eq!((manifest.version, manifest.picture), (2, train.shape()));
        assert_eq!((&loader.data().train, &loader.data().test), (&train, &test));
        assert!(std::path::Path::new(&out).join("train-000.tgs").exists());
        let said = run_well(&["inspect", &out]);
        assert!(said.contains("28x28x1 (height x width x channels)"), "{said}");
    }
    // One file alone, packed.
    let out = folder.join("alone");
    let said = run_told(&["cifar10", "--from", &paths[0], "--out", &out]);
    assert!(said.contains("all pictures are of one class"), "{said}");
    // And in another size, with colours.
    let out = folder.join("large");
    let from = folder.join("in");
    run_well(&["cifar10", "--from", &from, "--size", "32", "--channels", "3", "--out", &out]);
    let loader = inspect::read(out.as_ref()).unwrap();
    assert_eq!(loader.manifest().picture, PictureShape::CIFAR);
    assert!(loader.manifest().source.contains("made 32x32, by interpolation"));
    let oblong = folder.join("oblong");
    run_well(&["cifar10", "--from", &from, "--size", "20x12", "--out", &oblong]);
    let loader = inspect::read(oblong.as_ref()).unwrap();
    assert_eq!(loader.manifest().picture, PictureShape::new(12, 20, 1).unwrap());
}

#[test]
fn fashion_mnist_is_known_by_its_labels_its_name_or_when_it_is_said() {
    let begin = [9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 1, 4, 6, 8, 1, 4, 6, 8];
    let fashion = digits(&begin, 28, 28, 3);
    let other = digits(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 0], 28, 28, 4);
    let named = |name: &str, train: &Pictures, known| {
        let choices = Choices { known, ..Choices::default() };
        let found = read_as(name, &four(train, &other), choices).unwrap();
        (found.name, found.classes[9].clone())
    };
    let boots = ("Fashion-MNIST subset".to_owned(), "Ankle boot".to_owned());
    assert_eq!(named("data", &fashion, None), boots);
    assert_eq!(named("fashion-mnist.zip", &other, None), boots);
    assert_eq!(named("FashionMNIST", &other, None), boots);
    assert_eq!(named("data", &other, Some(Known::FashionMnist)), boots);
    assert_eq!(named("data", &other, None), ("Own pictures".into(), "9".into()));
    assert_eq!(named("KMNIST/raw", &other, None).1, "wo");
    let folder = Folder::new("fashion");
    for (name, bytes) in four(&other, &other) {
        folder.write(&format!("in/{name}"), &bytes);
    }
    let (from, out) = (folder.join("in"), folder.join("out"));
    run_well(&["cifar10", "--from", &from, "--dataset", "fashion-mnist", "--out", &out]);
    assert_eq!(inspect::read(out.as_ref()).unwrap().manifest().classes[1], "Trouser");
    let error = run_badly(&["cifar10", "--from", &from, "--dataset", "svhn", "--out", &out]);
    assert!(error.contains("Use mnist, fashion-mnist or kmnist"), "{error}");
}

#[test]
fn any_of_the_four_files_are_a_data_set_or_a_sentence() {
    let (train, test) =
        (some_digits(), digits(&(0..20).map(|n| n % 10).collect::<Vec<_>>(), 28, 28, 2));
    let all = four(&train, &test);
    let some = |places: &[usize]| -> Files { places.iter().map(|&at| all[at].clone()).collect() };
    // One split alone is divided.
    let found = read("x", &some(&[0, 1])).unwrap();
    assert_eq!(found.train.len() + found.test.len(), train.len());
    assert!(remarked(&found, "There are no test pictures: one in 6"), "{:?}", found.remarks);
    let found = read("x", &some(&[2, 3])).unwrap();
    assert_eq!(found.train.len() + found.test.len(), test.len());
    assert!(remarked(&found, "There are no training pictures"), "{:?}", found.remarks);
    // Pictures without labels beside others are passed over; alone they are of one class.
    let found = read("x", &some(&[0, 1, 2])).unwrap();
    assert_eq!(found.train.len() + found.test.len(), train.len());
    assert!(remarked(&found, "`t10k-images-idx3-ubyte` was passed over"), "{:?}", found.remarks);
    let found = read("x", &some(&[0, 2])).unwrap();
    assert_eq!((found.train.len(), found.test.len()), (train.len(), test.len()));
    assert_eq!(found.classes, ["pictures"]);
    let found = read("x", &some(&[0, 1, 3])).unwrap();
    assert!(remarked(&found, "`t10k-labels-idx1-ubyte` was passed over"), "{:?}", found.remarks);
    let error = read("x", &some(&[1, 3])).unwrap_err();
    assert!(error.contains("labels alone. Add the files of the pictures"), "{error}");
    // Labels beside pictures of another kind are theirs to read.
    let beside: Files = vec![all[1].clone(), ("train/1.png".into(), vec![0; 9])];
    assert!(find("x", &beside, Choices::default()).unwrap().is_none());
    // Of names that say nothing, the most are for training, and labels go with as many pictures.
    let plain: Files = ["a", "b", "c", "d"]
        .iter()
        .zip([3, 0, 2, 1])
        .map(|(name, at)| ((*name).to_owned(), all[at].1.clone()))
        .collect();
    let found = read("x", &plain).unwrap();
    assert_eq!((found.train, found.test), (train, test));
}

#[test]
fn of_two_data_sets_one_is_taken_and_the_other_named() {
    let (a, b) = (some_digits(), digits(&[1, 1, 2, 2, 3, 3], 28, 28, 9));
    let mut files = inside("MNIST/raw", &four(&a, &a));
    files.extend(inside("FashionMNIST/raw", &four(&b, &b)).into_iter().take(3));
    let found = read("data", &files).unwrap();
    assert_eq!(found.train, a);
    assert!(
        remarked(&found, "in `FashionMNIST/raw` too; they were passed over"),
        "{:?}",
        found.remarks
    );
    let twice: Files = vec![
        ("train-images-a-ubyte".into(), images(&a)),
        ("train-images-b-ubyte".into(), images(&b)),
        ("train-labels-ubyte".into(), labels(&a)),
    ];
    let error = read("x", &twice).unwrap_err();
    assert!(error.contains("are both training pictures. Give the one that you mean"), "{error}");
}

#[test]
fn other_sizes_types_and_channels() {
    let small = digits(&[0, 1, 0, 1, 2, 2], 20, 16, 5);
    let found = read("x", &four(&small, &small)).unwrap();
    assert_eq!(found.train, small);
    // Labels as whole numbers of 32 bits, of which QMNIST has eight of each picture.
    let wide: Vec<u8> = small
        .labels()
        .iter()
        .flat_map(|&label| [i32::from(label), 7, 7].map(i32::to_be_bytes))
        .flatten()
        .collect();
    let mut qmnist = idx(&[small.len(), 3], &wide);
    qmnist[2] = 0x0c;
    let files: Files = vec![
        ("train-images-ubyte".into(), images(&small)),
        ("train-labels-idx2-int".into(), qmnist),
    ];
    assert_eq!(read("x", &files).unwrap().classes, ["0", "1", "2"]);
    // Three channels, as the last dimension.
    let colours: Vec<u8> = (0..6 * 16 * 12 * 3).map(|at| (at % 253) as u8).collect();
    let files: Files = vec![
        ("train-images-ubyte".into(), idx(&[6, 16, 12, 3], &colours)),
        ("train-labels-ubyte".into(), labels(&small)),
    ];
    let found = read("x", &files).unwrap();
    assert_eq!(found.train.shape(), PictureShape::new(16, 12, 3).unwrap());
    // EMNIST's columns are rows.
    let files: Files = four(&small, &small)
        .into_iter()
        .map(|(name, bytes)| (format!("emnist-digits-{name}"), bytes))
        .collect();
    let found = read("x", &files).unwrap();
    assert_eq!(found.train.shape(), PictureShape::new(16, 20, 1).unwrap());
    let (_, lying) = small.get(0).unwrap();
    let (_, upright) = found.train.get(0).unwrap();
    assert_eq!((upright[1], upright[20]), (lying[16], lying[1]));
    // Pictures of a size that no data set has need another one.
    let large: Vec<u8> = vec![100; 6 * 100 * 70];
    let files: Files = vec![
        ("train-images-ubyte".into(), idx(&[6, 100, 70], &large)),
        ("train-labels-ubyte".into(), labels(&small)),
    ];
    let error = read("x", &files).unwrap_err();
    assert!(
        error.contains("70x100 (width x height)") && error.contains("Ask for another size"),
        "{error}"
    );
    let shape = ShapeRequest { size: Some(Size { width: 24, height: 32 }), channels: None };
    let found = read_as("x", &files, Choices { shape, ..Choices::default() }).unwrap();
    assert_eq!(found.train.get(0), Some((0, &[100; 768][..])));
}

#[test]
fn every_fault_has_a_sentence_and_no_bytes_panic() {
    let small = digits(&[0, 1, 0, 1, 2, 2], 12, 16, 5);
    let files = |images: Vec<u8>, labels: Vec<u8>| -> Files {
        vec![("train-images-idx3-ubyte".into(), images), ("train-labels-idx1-ubyte".into(), labels)]
    };
    let refused = |images: Vec<u8>, labels: Vec<u8>, part: &str| {
        let error = read("x", &files(images, labels)).unwrap_err();
        assert!(error.contains(part) && error.ends_with('.'), "{error}");
    };
    let (good, names) = (images(&small), labels(&small));
    refused(
        good[..good.len() - 1].to_vec(),
        names.clone(),
        "is cut off: by its header it has 1168 bytes",
    );
    refused([&good[..], &[0]].concat(), names.clone(), "is too long");
    refused(good.clone(), names[..9].to_vec(), "is cut off");
    refused(
        good.clone(),
        idx(&[5], &[0; 5]),
        "has 6 pictures and `train-labels-idx1-ubyte` 5 labels",
    );
    refused(idx(&[0, 12, 16], &[]), idx(&[0], &[]), "labels alone");
    refused(idx(&[1, 12, 16], &[0; 192]), idx(&[1], &[0]), "a single picture of each class");
    let mut negative = idx(&[6], &[255; 6]);
    negative[2] = 9;
    refused(good.clone(), negative, "Label 0 of `train-labels-idx1-ubyte` is -1");
    let gz = gzip(&good);
    let cut: Files = vec![
        ("train-images-idx3-ubyte.gz".into(), gz[..gz.len() - 20].to_vec()),
        ("train-labels-idx1-ubyte".into(), names.clone()),
    ];
    let error = read("x", &cut).unwrap_err();
    assert!(error.contains("cannot be unpacked"), "{error}");
    // A count of pictures of a pixel that would become more than there is memory.
    let dots = vec![1; 2_000_000];
    let shape = ShapeRequest { size: Some(Size { width: 64, height: 64 }), channels: Some(3) };
    let many = files(idx(&[2_000_000, 1, 1], &dots), idx(&[2_000_000], &vec![0; 2_000_000]));
    let error = read_as("x", &many, Choices { shape, ..Choices::default() }).unwrap_err();
    assert!(error.contains("more than there is room for at 64x64x3"), "{error}");
    // Damage of any kind.
    let all = four(&small, &small);
    for case in 0..600 {
        let mut rng = Rng::new(case, Purpose::Noise, 8);
        let mut damaged = if case % 3 == 0 { packed(&all) } else { all.clone() };
        for _ in 0..=rng.below(3) {
            let at = rng.below(4) as usize;
            let bytes = &mut damaged[at].1;
            if bytes.is_empty() {
                continue;
            }
            let place =
                rng.below(bytes.len().min(if case % 2 == 0 { 16 } else { 4000 }) as u32) as usize;
            bytes[place] = rng.bits() as u8;
            if rng.below(8) == 0 {
                bytes.truncate(place);
            }
        }
        if let Err(error) = read("x", &damaged) {
            assert!(error.ends_with('.') || error == "nothing was found", "{error}");
        }
    }
    // Files of other kinds are none.
    for other in
        [b"\0\0\x08\x01 and so on".to_vec(), vec![0; 4000], b"(dp0".to_vec(), gzip(b"hello")]
    {
        let files: Files = vec![("train".into(), other.clone()), ("data.bin".into(), other)];
        assert!(find("x", &files, Choices::default()).unwrap().is_none());
    }
}
