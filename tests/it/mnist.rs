//! MNIST end to end, as somebody does it: IDX files become a data folder, and the `train` command learns from
//! it and tells the network's sizes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tabgrad::data::archive::Entry;
use tabgrad::data::idx::{Choices, HEAD_BYTES, Survey};
use tabgrad::data::pack::{Meta, Packed, shard_size};
use tabgrad::data::pictures::{PictureShape, Pictures, ShapeRequest, Size};

use crate::support::pictures_of;

fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mnist-{name}"));
    fs::remove_dir_all(&place).ok();
    fs::create_dir_all(&place).expect("a folder for the test");
    place
}

/// An IDX file of bytes.
fn idx(dims: &[usize], values: &[u8]) -> Vec<u8> {
    let lengths = dims.iter().flat_map(|&length| (length as u32).to_be_bytes());
    [0, 0, 8, dims.len() as u8].into_iter().chain(lengths).chain(values.iter().copied()).collect()
}

/// A data folder of MNIST's four files with these pictures in them, read as `choices` say.
fn data(place: &Path, [train, test]: [&Pictures; 2], choices: Choices) -> PathBuf {
    let files: Vec<(String, Vec<u8>)> = [("train", train), ("t10k", test)]
        .into_iter()
        .flat_map(|(split, of)| {
            let [height, width, _] = of.shape().dims();
            let images = idx(&[of.len(), height, width], of.pixels());
            [
                (format!("{split}-images-idx3-ubyte"), images),
                (format!("{split}-labels-idx1-ubyte"), idx(&[of.len()], of.labels())),
            ]
        })
        .collect();
    let entries: Vec<Entry> = files
        .iter()
        .map(|(path, bytes)| Entry { path: path.clone(), bytes: bytes.len() as u64 })
        .collect();
    let mut survey = Survey::new("mnist", &entries);
    for index in survey.wanted().to_vec() {
        let bytes = &files[index].1;
        survey.see(index, &bytes[..bytes.len().min(HEAD_BYTES)]);
    }
    let mut import = survey.import(choices).expect("it is told").expect("it is MNIST");
    for index in import.wanted().collect::<Vec<_>>() {
        import.add(index, &files[index].1).expect("whole files");
    }
    let found = import.finish().expect("a data set");
    let meta =
        Meta { name: found.name, source: found.source, synthetic: true, classes: found.classes };
    let size = shard_size(found.train.shape());
    let packed = Packed::new(meta, found.train, found.test, size).expect("they fit");
    let folder = place.join("data");
    fs::create_dir_all(&folder).expect("a folder");
    for index in 0..packed.count() {
        let bytes = packed.bytes(index).expect("there is such a shard");
        fs::write(folder.join(packed.name(index).expect("a name")), bytes).expect("written");
    }
    fs::write(folder.join("manifest.json"), packed.manifest().to_json()).expect("written");
    folder
}

fn train(folder: &Path, model: &str, more: &[&str]) -> std::process::Output {
    let folder = folder.to_str().expect("a plain path");
    let arguments = ["--data", folder, "--model", model, "--json", "--epochs", "1", "--batch", "8"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_train"));
    command.args(arguments).args(more).output().expect("it starts")
}

fn lines(output: &std::process::Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

fn epoch(told: &[Value]) -> &Value {
    told.iter().find(|line| line["type"] == "epoch").expect("an epoch")
}

#[test]
fn digits_train_a_classifier_and_an_autoencoder() {
    let place = place("digits");
    let grey = PictureShape::new(28, 28, 1).expect("a shape");
    let splits = [&pictures_of(grey, 80, 1), &pictures_of(grey, 20, 2)];
    let folder = data(&place, splits, Choices::default());
    let told = lines(&train(&folder, "cnn-max-2", &[]));
    let end = epoch(&told);
    assert!(end["valAccuracy"].as_f64().is_some_and(|share| share > 0.1), "{end}");
    assert_eq!(end["ssim"], Value::Null);

    // 28 cannot be halved three times: a sentence says which size can.
    let refused = train(&folder, "cae", &[]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(error.contains("Pictures of 28x28x1") && error.contains("--size 24x24"), "{error}");

    let shape = ShapeRequest { size: Some(Size { width: 32, height: 32 }), channels: None };
    let folder = data(&place, splits, Choices { shape, ..Choices::default() });
    let told = lines(&train(&folder, "cae", &[]));
    let end = epoch(&told);
    assert!(
        end["ssim"].as_f64().is_some() && end["mse"].as_f64().is_some_and(|mse| mse < 0.2),
        "{end}"
    );
}
