//! The `train` command with models and settings out of files, and what it prints of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::support::pictures;
use crate::terminal::{as_str, folder, lines, place, train, words};

/// A file of the test with this text.
fn written(place: &Path, name: &str, text: &str) -> PathBuf {
    let file = place.join(name);
    fs::write(&file, text).expect("written");
    file
}

const SPEC: &str = r#"{
  "name": "mine", "input": [32, 32, 3],
  "layers": [
    {"type": "Conv2D", "filters": 4, "kernel_size": 5, "strides": 2, "activation": "relu"},
    {"type": "Flatten"},
    {"type": "Dense", "units": "classes", "activation": "softmax"}
  ],
  "task": {"type": "classify"}
}"#;

#[test]
fn any_model_is_trained_from_its_file_stored_and_gone_on_with() {
    let place = place("spec");
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    let spec = written(&place, "model.json", SPEC);
    let run = written(&place, "run.json", r#"{"epochs": 3, "batchSize": 8, "seed": 4}"#);
    let stored = place.join("run.safetensors");
    let files = ["--spec", as_str(&spec), "--run", as_str(&run), "--data", as_str(&data)];
    let all = [&files[..], &["--json", "--epochs", "2", "--save", as_str(&stored)]].concat();
    let trained = train(&all);
    assert!(trained.status.success(), "{}", words(&trained.stderr));
    let lines = lines(&trained);
    let config = &lines[0]["plan"]["config"];
    assert_eq!(config["model"]["name"], "mine");
    let settings = ["epochs", "batchSize", "seed"].map(|key| config[key].as_u64());
    assert_eq!(settings, [2, 8, 4].map(Some), "what is typed comes before the file");
    let resumed = train(&["--resume", as_str(&stored), "--data", as_str(&data), "--json"]);
    assert!(resumed.status.success(), "{}", words(&resumed.stderr));

    // What `--print-run` writes is the run, whole.
    let printed = train(&[&files[..4], &["--print-run"]].concat());
    let printed = written(&place, "printed.json", &words(&printed.stdout));
    let again =
        train(&["--run", as_str(&printed), "--epochs", "2", "--data", as_str(&data), "--json"]);
    assert_eq!(epochs(&again), epochs(&trained));
}

/// The losses of a run's epochs.
fn epochs(run: &Output) -> Vec<Value> {
    assert!(run.status.success(), "{}", words(&run.stderr));
    let ends = lines(run).into_iter().filter(|line| line["type"] == "epoch");
    ends.map(|line| line["valLoss"].clone()).collect()
}

#[test]
fn a_variational_autoencoder_tells_what_its_loss_is_made_of() {
    let place = place("vae");
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/specs/vae.json");
    let table = words(&train(&["--spec", spec, "--summary"]).stdout);
    assert!(table.contains("code (Sampling)") && table.contains("(None, 32)"), "{table}");
    let arguments = ["--spec", spec, "--data", as_str(&data), "--epochs", "2", "--batch", "8"];
    let told = words(&train(&arguments).stdout);
    for word in ["  reconstruction 0.", "  KL ", "  val reconstruction 0.", "  val KL "] {
        assert_eq!(told.matches(word).count(), 2, "{word}: {told}");
    }
    let stored = place.join("vae.safetensors");
    let trained = train(&[&arguments[..], &["--json", "--save", as_str(&stored)]].concat());
    let lines = lines(&trained);
    let epoch = lines.iter().rfind(|line| line["type"] == "epoch").expect("an epoch");
    for (loss, terms) in [("loss", "lossTerms"), ("valLoss", "valLossTerms")] {
        let [loss, reconstruction, kl] =
            [&epoch[loss], &epoch[terms]["reconstruction"], &epoch[terms]["kl"]]
                .map(|number| number.as_f64().expect("a number"));
        assert!((loss - reconstruction - kl / 1024.0).abs() < 1e-5, "{epoch}");
    }
    let resumed = train(&["--resume", as_str(&stored), "--data", as_str(&data), "--json"]);
    assert!(resumed.status.success(), "{}", words(&resumed.stderr));
}

#[test]
fn a_model_is_summed_up_and_a_preset_is_where_another_begins() {
    let place = place("summary");
    let table = |arguments: &[&str]| {
        let printed = train(&[arguments, &["--summary"]].concat());
        assert!(printed.status.success(), "{}", words(&printed.stderr));
        words(&printed.stdout)
    };
    let cae = table(&["--model", "cae"]);
    assert!(cae.contains("Total parameters: 4,963"), "{cae}");
    let spec = words(&train(&["--model", "cae", "--print-spec"]).stdout);
    let spec = written(&place, "cae.json", &spec);
    let same = table(&["--spec", as_str(&spec)]);
    assert_eq!(same.replacen("Model: model", "Model: cae", 1), cae);
    // As many outputs as the data has classes, or as the model names.
    let data = folder(&place, "data", pictures(16, 1), pictures(8, 2));
    let mine = written(&place, "mine.json", SPEC);
    assert!(table(&["--spec", as_str(&mine), "--data", as_str(&data)]).contains("(None, 10)"));
    let seven = written(&place, "seven.json", &SPEC.replace("\"classes\"", "7"));
    assert!(table(&["--spec", as_str(&seven)]).contains("(None, 7)"));
    let no = train(&["--spec", as_str(&seven), "--data", as_str(&data)]);
    let error = words(&no.stderr);
    assert!(error.contains("its output is 7 and the data has 10 classes"), "{error}");
}

#[test]
fn files_that_are_no_models_and_no_settings_are_refused_in_a_sentence() {
    let place = place("files");
    let no_json = written(&place, "broken.json", "{\n  \"layers\": [,]\n}");
    let no_model = written(&place, "other.json", "{\"epochs\": 3}");
    let unknown = written(&place, "unknown.json", &SPEC.replace("Flatten", "Flaten"));
    let good = written(&place, "model.json", SPEC);
    let large = written(&place, "large.json", &" ".repeat(1_100_000));
    let latin = place.join("latin.json");
    fs::write(&latin, [0xff, 0xfe, 0x00]).expect("written");
    let list = written(&place, "list.json", "[1]");
    let missing = place.join("missing.json");
    for (flag, file, part) in [
        ("--spec", &missing, "missing.json cannot be read"),
        ("--spec", &place, "is a folder. Name a JSON file."),
        ("--spec", &large, "more than 1048576 bytes"),
        ("--spec", &latin, "is not text"),
        ("--spec", &no_json, "line 2 column 14"),
        ("--spec", &no_model, "`epochs` is no setting of it"),
        ("--spec", &unknown, "Do you mean `Flatten`?"),
        ("--run", &missing, "missing.json cannot be read"),
        ("--run", &no_json, "line 2 column 14"),
        ("--run", &list, "no object"),
        ("--run", &no_model, "Name a model with --model or --spec"),
        ("--run", &good, "Name a model with --model or --spec"),
    ] {
        let refused = train(&[flag, as_str(file), "--data", as_str(&place)]);
        let error = words(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{flag} {}: {error}", file.display());
        assert!(error.contains(part), "{flag} {}: {error}", file.display());
        assert_eq!(words(&refused.stdout), "");
    }
    let both = train(&["--spec", as_str(&good), "--model", "cae", "--data", as_str(&place)]);
    assert!(words(&both.stderr).contains("cannot be used with"), "{}", words(&both.stderr));
}

#[test]
fn the_help_shows_every_setting_with_its_choices_and_defaults() {
    let help = words(&train(&["--help"]).stdout);
    for setting in tabgrad::spec::settings::settings() {
        assert!(help.contains(&format!("--{} <", setting.flag)), "{}", setting.flag);
    }
    let squeezed = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "a whole number from 1 to 4096. [default: 32]",
        "[default: the model's own]",
        "cross-entropy, categorical-hinge, hinge, binary-cross-entropy",
        "cnn-max-2, cnn-avg-2",
    ] {
        assert!(squeezed.contains(part), "{part}: {help}");
    }
}
