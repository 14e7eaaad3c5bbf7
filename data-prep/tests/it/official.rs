//! Makers of small files in the official formats, built byte by byte and opcode by opcode, so
//! that no opaque file has to be kept. The fuzz targets in `tests/fuzz` use it too.

// Where it lies whoever includes this file.
#[path = "pickler.rs"]
mod pickler;

pub(crate) use pickler::Python;

use flate2::Compression;
use flate2::write::GzEncoder;
use pickler::Pickler;
use std::io::{Cursor, Write};
use tabgrad::data::archive::{Archive, Entry, Limits};
use tabgrad::data::cifar::{CLASSES, Cifar, Import, MOST_BYTES, find};
use tabgrad::data::pictures::{PictureShape, Pictures};
use tabgrad::data::rng::{Purpose, Rng};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Random pictures with random labels below `classes`.
pub(crate) fn pictures(count: usize, classes: u32, seed: u64) -> Pictures {
    let mut rng = Rng::new(seed, Purpose::Noise, 0);
    let mut pictures = Pictures::new(PictureShape::CIFAR);
    for _ in 0..count {
        let label = rng.below(classes) as u8;
        pictures.push(label, &std::array::from_fn::<u8, 3072, _>(|_| rng.bits() as u8));
    }
    pictures
}

/// One picture as CIFAR-10 stores it: plane after plane.
pub(crate) fn planes(pixels: &[u8]) -> Vec<u8> {
    (0..3).flat_map(|channel| pixels.iter().skip(channel).step_by(3).copied()).collect()
}

/// A file of records.
pub(crate) fn record_file(pictures: &Pictures) -> Vec<u8> {
    pictures.iter().flat_map(|(label, pixels)| [vec![label], planes(pixels)].concat()).collect()
}

/// A Python batch.
pub(crate) fn python_batch(pictures: &Pictures, style: Python) -> Vec<u8> {
    python_batch_of(pictures, style, "labels")
}

/// A Python batch whose labels have this key.
pub(crate) fn python_batch_of(pictures: &Pictures, style: Python, key: &str) -> Vec<u8> {
    python_batch_with(pictures, style, &[(key, pictures.labels())])
}

/// A Python batch with lists of labels by their keys.
pub(crate) fn python_batch_with(
    pictures: &Pictures,
    style: Python,
    lists: &[(&str, &[u8])],
) -> Vec<u8> {
    let rows: Vec<Vec<u8>> = pictures.iter().map(|(_, pixels)| planes(pixels)).collect();
    let fortran = matches!(style, Python::TwoFortran);
    let data: Vec<u8> = if fortran {
        (0..3072).flat_map(|column| rows.iter().map(move |row| row[column])).collect()
    } else {
        rows.concat()
    };
    let mut out = Pickler::new(style);
    out.begin_dict();
    out.item("batch_label", |out| out.string("training batch 1 of 5"));
    for (key, labels) in lists {
        out.item(key, |out| out.labels(labels));
    }
    out.item("data", |out| out.array(&data, pictures.len(), fortran));
    out.end();
    out.out
}

/// `batches.meta` with these names, or CIFAR-100's `meta` with its key.
pub(crate) fn python_meta(names: &[&str], style: Python, key: &str) -> Vec<u8> {
    let mut out = Pickler::new(style);
    out.begin_dict();
    out.item(key, |out| {
        out.push(b"(");
        names.iter().for_each(|name| out.string(name));
        out.push(b"l");
    });
    out.end();
    out.out
}

/// Files in an archive.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// The official binary archive with these pictures in its batches; out of order, as it is.
pub(crate) fn binary_files(batches: &[Pictures; 6]) -> Files {
    let order = [0, 2, 3, 5, 4, 1];
    let mut files: Files = order
        .iter()
        .map(|&n| {
            let name =
                if n == 5 { "test_batch.bin".into() } else { format!("data_batch_{}.bin", n + 1) };
            (format!("cifar-10-batches-bin/{name}"), record_file(&batches[n]))
        })
        .collect();
    let names: String = CLASSES.map(|name| format!("{name}\n")).concat() + "\n";
    files.push(("cifar-10-batches-bin/batches.meta.txt".into(), names.into_bytes()));
    files.push(("cifar-10-batches-bin/readme.html".into(), b"<html>".to_vec()));
    files
}

/// The official Python archive.
pub(crate) fn python_files(batches: &[Pictures; 6], style: Python) -> Files {
    let mut files: Files = (0..6)
        .map(|n| {
            let name = if n == 5 { "test_batch".into() } else { format!("data_batch_{}", n + 1) };
            (format!("cifar-10-batches-py/{name}"), python_batch(&batches[n], style))
        })
        .collect();
    let meta = python_meta(&CLASSES, style, "label_names");
    files.push(("cifar-10-batches-py/batches.meta".into(), meta));
    files.reverse();
    files
}

/// Six batches of two pictures each, with something of all ten classes.
pub(crate) fn six_batches() -> [Pictures; 6] {
    std::array::from_fn(|batch| {
        let random = pictures(2, 10, batch as u64);
        let mut labelled = Pictures::new(PictureShape::CIFAR);
        for (place, (_, pixels)) in random.iter().enumerate() {
            labelled.push(((2 * batch + place) % 10) as u8, pixels);
        }
        labelled
    })
}

/// A tar of these files.
pub(crate) fn tar(files: &Files) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, content.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A zip of these files.
pub(crate) fn zip(files: &Files) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(path.as_str(), SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Gzip of these bytes.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// CIFAR-10 in an archive or in a file of records, as both programs read it; an error is a
/// sentence.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Cifar, String> {
    let opened = Archive::open(name, Cursor::new(bytes), Limits::PAGE);
    let Some(mut archive) = opened.map_err(|error| error.to_string())? else {
        return read_files(name, &[(name.to_owned(), bytes.to_vec())]);
    };
    let entries = archive.entries().to_vec();
    let mut import = found(name, &entries)?;
    for index in import.wanted().collect::<Vec<_>>() {
        let content = archive.read(index, MOST_BYTES).map_err(|error| error.to_string())?;
        import.add(index, &content).map_err(|error| error.to_string())?;
    }
    import.finish().map_err(|error| error.to_string())
}

/// CIFAR-10 in some files.
pub(crate) fn read_files(name: &str, files: &[(String, Vec<u8>)]) -> Result<Cifar, String> {
    let entry = |(path, content): &(String, Vec<u8>)| Entry {
        path: path.clone(),
        bytes: content.len() as u64,
    };
    let entries: Vec<Entry> = files.iter().map(entry).collect();
    let mut import = found(name, &entries)?;
    for index in import.wanted().collect::<Vec<_>>() {
        import.add(index, &files[index].1).map_err(|error| error.to_string())?;
    }
    import.finish().map_err(|error| error.to_string())
}

pub(crate) fn found(name: &str, entries: &[Entry]) -> Result<Import, String> {
    let found = find(name, entries).map_err(|error| error.to_string())?;
    found.ok_or_else(|| "It is something else.".into())
}
