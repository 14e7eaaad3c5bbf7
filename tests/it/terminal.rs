//! The `train` command, as somebody types it: what it refuses before it trains, what it leaves on the disk,
//! and that with `--json` every line is JSON.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tabgrad::backend::Backend;
use tabgrad::data::pack::{Meta, Packed};
use tabgrad::data::pictures::Pictures;
use tabgrad::train::trainer::Trainer;

use crate::support::{advance, dataset, device, pictures, short};

/// A folder of its own for a test, empty.
pub(crate) fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("terminal-{name}"));
    fs::remove_dir_all(&place).ok();
    fs::create_dir_all(&place).expect("a folder for the test");
    place
}

fn classes() -> Vec<String> {
    ('a'..='j').map(String::from).collect()
}

/// A data folder of these pictures.
pub(crate) fn folder(place: &Path, name: &str, train: Pictures, test: Pictures) -> PathBuf {
    let meta = Meta {
        name: "Squares".to_owned(),
        source: "Drawn by a test.".to_owned(),
        synthetic: true,
        classes: classes(),
    };
    let packed = Packed::new(meta, train, test, 100).expect("they fit");
    let folder = place.join(name);
    fs::create_dir_all(&folder).expect("a folder");
    for index in 0..packed.count() {
        let bytes = packed.bytes(index).expect("there is such a shard");
        fs::write(folder.join(packed.name(index).expect("a name")), bytes).expect("written");
    }
    fs::write(folder.join("manifest.json"), packed.manifest().to_json()).expect("written");
    folder
}

pub(crate) fn train(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_train")).args(arguments).output().expect("it starts")
}

pub(crate) fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

pub(crate) fn as_str(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// Every line of the output as JSON.
pub(crate) fn lines(output: &Output) -> Vec<Value> {
    let text = words(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// Files in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_run_that_diverges_is_saved_with_its_last_good_weights() {
    let place = place("diverged");
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    let out = place.join("out");
    fs::create_dir(&out).expect("a folder");
    let file = out.join("run.safetensors");
    let settings = ["--model", "cnn-max-4", "--lr", "1e20", "--batch", "8", "--epochs", "2"];
    for json in [false, true] {
        let mut arguments = settings.to_vec();
        arguments.extend(["--data", as_str(&data), "--save", as_str(&file)]);
        if json {
            arguments.push("--json");
        }
        fs::remove_file(&file).ok();
        let run = train(&arguments);
        assert_eq!(run.status.code(), Some(1), "{}", words(&run.stderr));
        assert!(words(&run.stderr).contains("The last good weights are kept"));
        assert_eq!(names(&out), ["run.safetensors"], "and nothing beside it");
        if json {
            let lines = lines(&run);
            let types: Vec<_> = lines.iter().map(|line| line["type"].as_str()).collect();
            assert_eq!(types[types.len() - 2..], [Some("diverged"), Some("saved")], "{types:?}");
        } else {
            assert!(words(&run.stdout).contains("run.safetensors"), "{}", words(&run.stdout));
        }
        let again = train(&["--resume", as_str(&file), "--data", as_str(&data), "--json"]);
        assert!(again.status.success(), "{}", words(&again.stderr));
    }
}

#[test]
fn a_place_that_cannot_be_written_to_is_refused_before_anything_is_trained() {
    let place = place("places");
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    let missing = place.join("none").join("run.safetensors");
    for file in [missing.as_path(), place.as_path(), Path::new("/")] {
        let settings = ["--model", "cnn-max-2", "--epochs", "1", "--data", as_str(&data)];
        let run = train(&[&settings[..], &["--save", as_str(file)]].concat());
        assert_eq!(run.status.code(), Some(1));
        assert_eq!(words(&run.stdout), "", "nothing was trained for {}", file.display());
        assert!(words(&run.stderr).contains("--save a file"), "{}", words(&run.stderr));
    }
    assert_eq!(names(&place), ["data"], "trying leaves nothing");
}

#[test]
fn other_pictures_are_refused_by_their_hash_and_an_old_file_says_that_it_has_none() {
    let place = place("hash");
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    let others = folder(&place, "others", pictures(16, 3), pictures(8, 2));
    let file = place.join("run.safetensors");
    let start = ["--model", "cnn-max-2", "--batch", "8", "--epochs", "2", "--json"];
    let run = train(&[&start[..], &["--data", as_str(&data), "--save", as_str(&file)]].concat());
    assert!(run.status.success(), "{}", words(&run.stderr));
    let resume =
        |data: &Path| train(&["--resume", as_str(&file), "--data", as_str(data), "--json"]);
    assert!(resume(&data).status.success());
    let refused = resume(&others);
    assert_eq!(refused.status.code(), Some(1));
    let error = words(&refused.stderr);
    assert!(error.contains("other pictures") && error.contains("Load the data"), "{error}");

    // A file of the first version, which knew only how many pictures there were.
    let config = tabgrad::spec::RunConfig { epochs: 2, ..short("cnn-max-2") };
    let mut old = Trainer::new(config, dataset(16, 8), &device(Backend::Flex)).expect("they fit");
    let _ = advance(&mut old, 1);
    fs::write(&file, pollster::block_on(old.snapshot()).expect("finite")).expect("written");
    let resumed = resume(&data);
    assert!(resumed.status.success(), "{}", words(&resumed.stderr));
    let remarks: Vec<Value> =
        lines(&resumed).into_iter().filter(|line| line["type"] == "remark").collect();
    assert_eq!(remarks.len(), 1);
    let remark = remarks[0]["message"].as_str().expect("a sentence");
    assert!(remark.contains("does not say which pictures"), "{remark}");
}

#[test]
fn a_check_prints_json_where_that_is_asked_for() {
    let check = train(&["--model", "cnn-max-2", "--check", "--json"]);
    assert!(check.status.success(), "{}", words(&check.stderr));
    let lines = lines(&check);
    assert!(lines.len() > 5 && lines.iter().all(|line| line["check"]["passed"] == true));
}

#[test]
fn how_a_run_learns_is_typed_and_told() {
    let place = place("learning");
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    let typed = "--model cae --epochs 1 --batch 8 --json --optimizer sgd --momentum 0.9 --nesterov \
                 --weight-decay 0.01 --clipnorm 1 --schedule cosine --alpha 0.1 --warmup 2 \
                 --warmup-from 1e-5 --loss huber --huber-delta 0.5 --restore-best-weights \
                 --min-delta 0.001 --patience 2";
    let typed: Vec<&str> = typed.split_whitespace().collect();
    let run = train(&[&typed[..], &["--data", as_str(&data)]].concat());
    assert!(run.status.success(), "{}", words(&run.stderr));
    let lines = lines(&run);
    let config = &lines[0]["plan"]["config"];
    let optimizer = serde_json::json!({
        "type": "sgd", "momentum": 0.9, "nesterov": true, "weight_decay": 0.01, "clipnorm": 1.0
    });
    let schedule = serde_json::json!({"type": "cosine", "alpha": 0.1});
    assert_eq!((&config["optimizer"], &config["schedule"]), (&optimizer, &schedule));
    assert_eq!(config["loss"], "huber");
    assert_eq!((&config["huberDelta"], &config["warmupFrom"]), (&0.5.into(), &1e-5.into()));
    assert_eq!((&config["warmupSteps"], &config["minDelta"]), (&2.into(), &0.001.into()));
    let restored = lines.iter().find(|line| line["type"] == "restored").expect("it says so");
    assert_eq!(restored["bestEpoch"], 1);

    let typed = "--model cnn-max-2 --epochs 2 --batch 8 --json --beta-1 0.8 --class-weights 0=2,3=0.5 \
                 --label-smoothing 0.1 --top-k 2 --reduce-on-plateau --plateau-patience 3 --min-delta 0";
    let typed: Vec<&str> = typed.split_whitespace().collect();
    let run = train(&[&typed[..], &["--data", as_str(&data)]].concat());
    assert!(run.status.success(), "{}", words(&run.stderr));
    let lines = self::lines(&run);
    let config = &lines[0]["plan"]["config"];
    assert_eq!(config["optimizer"], serde_json::json!({"type": "adam", "beta_1": 0.8}));
    assert_eq!(config["classWeights"], serde_json::json!({"0": 2.0, "3": 0.5}));
    assert_eq!(config["reduceOnPlateau"], serde_json::json!({"patience": 3}));
    assert!(config["schedule"].is_null() && config["minDelta"].is_null(), "defaults: {config}");
    let epoch = lines.iter().find(|line| line["type"] == "epoch").expect("an epoch");
    assert_eq!(epoch["valTopK"]["k"], 2);
    assert_eq!(epoch["valClassAccuracy"].as_array().map(Vec::len), Some(10));

    let help = words(&train(&["--help"]).stdout);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "--optimizer <WORD>",
        "sgd (Stochastic gradient descent",
        "[default: adam]",
        "(adam, adamw, lion: 0.99): 0 to",
        "--global-clipnorm <NUMBER>",
        "one-cycle (Up and down",
        "--plateau-min-lr <NUMBER>",
        "categorical-hinge",
        "[default: 0.999]",
    ] {
        assert!(help.contains(part), "{part:?} should be in {help}");
    }
}

#[test]
fn augmentation_is_typed_told_stored_and_gone_on_with() {
    let place = place("augmentation");
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    let stored = place.join("run.safetensors");
    let typed = "--model cnn-max-2 --epochs 2 --batch 8 --json --flip horizontal --shift 0.125 \
                 --rotation 0.05 --crop 0.8 --fill-mode constant --brightness 0.1 --contrast 0.2 \
                 --cutout 0.25 --mixup 0.2";
    let typed: Vec<&str> = typed.split_whitespace().collect();
    let files = ["--data", as_str(&data), "--save", as_str(&stored)];
    let run = train(&[&typed[..], &files].concat());
    assert!(run.status.success(), "{}", words(&run.stderr));
    let augmentation = serde_json::json!({
        "flip": "horizontal", "shift": 0.125, "rotation": 0.05, "crop": 0.8, "fill_mode": "constant",
        "brightness": 0.1, "contrast": 0.2, "cutout": 0.25, "mixup": 0.2
    });
    assert_eq!(lines(&run)[0]["plan"]["config"]["augmentation"], augmentation);
    let again = ["--resume", as_str(&stored), "--data", as_str(&data), "--json"];
    let again = train(&again);
    assert!(again.status.success(), "{}", words(&again.stderr));
    assert_eq!(lines(&again)[0]["plan"]["config"]["augmentation"], augmentation);

    // What is typed comes before what a file has, setting by setting.
    let file = place.join("run.json");
    let settings = r#"{"model": "cae", "augmentation": {"shift": 0.2, "flip": "vertical"}}"#;
    std::fs::write(&file, settings).expect("written");
    let run = train(&[
        "--run",
        as_str(&file),
        "--print-run",
        "--shift",
        "0.1",
        "--noise",
        "masking",
        "--noise-level",
        "0.2",
    ]);
    let told: Value = serde_json::from_str(&words(&run.stdout)).expect("JSON");
    let expected = serde_json::json!({"shift": 0.1, "flip": "vertical"});
    assert_eq!((&told["augmentation"], &told["noise"]), (&expected, &"masking".into()));
    // A run without has none in its JSON.
    let run = train(&["--model", "cae", "--print-run"]);
    assert!(!words(&run.stdout).contains("augmentation"));

    let help = words(&train(&["--help"]).stdout);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Augmentation of training pictures: --flip <WORD>",
        "horizontal, vertical or horizontal_and_vertical. [default: none]",
        "--crop <NUMBER>",
        "0.05 to 1. [default: 1.0]",
        "reflect, constant or nearest. [default: reflect]",
        "(Keras' RandomRotation): 0 to 1. [default: 0.0]",
    ] {
        assert!(help.contains(part), "{part:?} should be in {help}");
    }
}

#[test]
fn settings_out_of_range_are_refused_in_a_sentence() {
    let place = place("settings");
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    for (setting, value, part) in [
        ("--lr", "nan", "learning rate is NaN"),
        ("--lr", "inf", "learning rate is inf"),
        ("--lr", "0", "learning rate is 0"),
        ("--lr", "1e39", "learning rate is 1"),
        ("--lr", "1e-60", "learning rate is 0.000"),
        ("--noise-level", "nan", "noise level is NaN"),
        ("--noise-level", "1.5", "noise level is 1.5"),
        ("--batch", "0", "batch size is 0"),
        ("--batch", "18446744073709551615", "batch size is 18446744073709551615"),
        ("--epochs", "0", "epochs is 0"),
        ("--epochs", "4294967295", "epochs is 4294967295"),
        ("--patience", "0", "patience"),
        ("--optimizer", "sgdd", "there is no optimizer `sgdd`; use one of adam, sgd"),
        ("--rho", "0.5", "the optimizer adam has no setting `rho`"),
        ("--beta-1", "2", "`beta_1` of the optimizer is 2, but must be 0 to"),
        ("--beta-1", "nan", "--beta-1 is nan, but must be a number."),
        ("--clipvalue", "-1", "`clipvalue` of the optimizer is -1, but must be"),
        ("--schedule", "linear", "there is no schedule `linear`"),
        ("--decay-steps", "9", "the schedule constant has no setting `decay_steps`"),
        ("--warmup", "1.5", "--warmup is 1.5, but must be a whole number."),
        ("--class-weights", "1,x", "--class-weights is 1,x, but must be numbers with commas"),
        ("--class-weights", "1,2", "only the losses of classifiers have them"),
        ("--top-k", "0", "`topK` of the run is 0"),
        ("--plateau-factor", "1", "`factor` of the reduceOnPlateau is 1"),
        ("--shift", "1.5", "`shift` of the augmentation is 1.5, but must be 0 to 1."),
        ("--rotation", "-0.1", "`rotation` of the augmentation is -0.1, but must be 0 to 1."),
        ("--crop", "0", "`crop` of the augmentation is 0, but must be 0.05 to 1."),
        ("--cutout", "big", "--cutout is big, but must be a number."),
        ("--flip", "sideways", "`flip` of the augmentation: unknown variant `sideways`, expected"),
        ("--fill-mode", "wrap", "`fill_mode` of the augmentation: unknown variant `wrap`"),
        ("--mixup", "0.2", "cannot have the mixup 0.2: only the loss cross-entropy"),
        ("--loss", "hinge", "autoencoders use binary-cross-entropy, mean-squared-error"),
        ("--seed", "18446744073709551615", "seed is 18446744073709551615"),
    ] {
        let run = train(&["--model", "cae-denoise", "--data", as_str(&data), setting, value]);
        let error = words(&run.stderr);
        assert_eq!(run.status.code(), Some(1), "{setting} {value}: {error}");
        assert!(error.contains(part) && error.trim_end().ends_with('.'), "{setting}: {error}");
        assert_eq!(words(&run.stdout), "");
    }
    let run = train(&["--model", "cnn-max-2", "--data", as_str(&data), "--class-weights", "1,2"]);
    let error = words(&run.stderr);
    assert!(error.contains("a list of 2 weights, and the data has 10 classes"), "{error}");
}

#[test]
fn a_run_that_learns_nothing_is_told_in_words_and_as_json() {
    let place = place("sick");
    // Two test pictures, so that there are none of eight classes.
    let data = folder(&place, "data", pictures(40, 1), pictures(2, 2));
    let sick = ["--model", "cnn-max-3", "--lr", "10", "--batch", "4", "--epochs", "3"];
    let plain = train(&[&sick[..], &["--data", as_str(&data)]].concat());
    assert!(plain.status.success(), "{}", words(&plain.stderr));
    let text = words(&plain.stdout);
    assert!(text.contains("There are no test pictures of c, d, e, f, g and 3 more"), "{text}");
    assert!(text.contains("lower learning rate"), "{text}");
    let json = train(&[&sick[..], &["--data", as_str(&data), "--json"]].concat());
    let lines = lines(&json);
    assert_eq!(lines[0]["plan"]["caveats"][0]["kind"], "no-test-pictures");
    let told: Vec<_> = lines.iter().filter(|line| line["type"] == "diagnosis").collect();
    assert!(!told.is_empty());
    for finding in told.iter().flat_map(|line| line["findings"].as_array().expect("a list")) {
        assert!(finding["sign"].is_string() && finding["message"].is_string(), "{finding}");
    }
    let epochs = |lines: &[Value]| lines.iter().filter(|line| line["type"] == "epoch").count();
    assert_eq!(epochs(&lines), 3, "it is not stopped");
}
