//! What the settings of a run refuse, and in which words.

use super::*;

#[test]
fn left_out_fields_take_the_model_s_defaults() {
    let config = RunConfig::from_json(r#"{"model":"cae","epochs":3}"#).expect("valid");
    assert_eq!(config, RunConfig { epochs: 3, ..RunConfig::named("cae").expect("a preset") });
}

#[track_caller]
fn refused(json: &str, part: &str) {
    let error = RunConfig::from_json(json).expect_err("refused").to_string();
    assert!(error.contains(part), "{error:?} should contain {part:?}");
}

#[test]
fn numbers_that_are_none_and_those_out_of_range_are_refused_with_their_value() {
    let config = RunConfig::named("cae-denoise").expect("a preset");
    for learning_rate in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, -1.0, 1e-60, 1e39]
    {
        let error = RunConfig { learning_rate, ..config.clone() }.validate();
        let error = error.expect_err("out of range").to_string();
        assert!(error.starts_with(&format!("The learning rate is {learning_rate}, but must")));
    }
    for noise_level in [f64::NAN, f64::INFINITY, -0.1, 1.000_001] {
        let error = RunConfig { noise_level, ..config.clone() }.validate();
        let error = error.expect_err("out of range").to_string();
        assert!(error.starts_with(&format!("The noise level is {noise_level}, but must")));
    }
    for batch_size in [0, MAX_BATCH + 1, usize::MAX] {
        assert!(RunConfig { batch_size, ..config.clone() }.validate().is_err());
    }
    for epochs in [0, 100_001, u32::MAX] {
        assert!(RunConfig { epochs, ..config.clone() }.validate().is_err());
    }
    let patience = Some(u32::MAX);
    assert!(RunConfig { patience, learning_rate: 1e38, ..config }.validate().is_ok());
}

#[test]
fn bad_settings_are_sentences() {
    refused("", "cannot be read");
    refused("[]", "cannot be read");
    refused("{}", "`model` is missing");
    refused(r#"{"model":"vgg"}"#, "no model named `vgg`. Use one of: cnn-max-2");
    refused(r#"{"model":7}"#, "`model` is 7, but must be a preset's name or a model");
    refused(r#"{"model":"cae","learning_rate":1}"#, "Do you mean `learningRate`?");
    refused(r#"{"model":"cae","loss":"mse"}"#, "`loss` is \"mse\"");
    refused(r#"{"model":"cae","epochs":1.5}"#, "`epochs` is 1.5, but must be a whole number");
    refused(r#"{"model":"cae","learningRate":0}"#, "learning rate is 0");
    refused(r#"{"model":"cae","learningRate":1e999}"#, "cannot be read");
    refused(r#"{"model":"cae","batchSize":0}"#, "batch size is 0");
    refused(r#"{"model":"cae","batchSize":-1}"#, "cannot be read");
    refused(r#"{"model":"cae","epochs":0}"#, "epochs is 0");
    refused(r#"{"model":"cae","patience":0}"#, "patience");
    refused(r#"{"model":"cae","noiseLevel":2}"#, "noise level is 2");
    refused(r#"{"model":"cae","seed":9007199254740992}"#, "seed");
    refused(r#"{"model":"cae","loss":"cross-entropy"}"#, "autoencoders use");
    refused(r#"{"model":"cnn-max-2","loss":"mean-squared-error"}"#, "classifiers use");
    refused(r#"{"model":"cnn-max-2","output":"relu"}"#, "only autoencoders");
    refused(r#"{"model":"cae","padding":"same"}"#, "the option `padding`");
    refused(r#"{"model":"cae-classifier","padding":"same"}"#, "the option `padding`");
    refused(r#"{"model":"cae","noise":"gaussian"}"#, "The noise level is 0, but must be more");
    refused(r#"{"model":"cnn-max-2","noise":"gaussian"}"#, "only autoencoders see corrupted");
    refused(r#"{"model":"cae-denoise","noise":"none"}"#, "use gaussian");
    refused(r#"{"model":"cnn-max-3","padding":null}"#, "use valid or same");
}
