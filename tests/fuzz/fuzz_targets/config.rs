//! Any text is the settings of a run, or a sentence; settings that were accepted are valid and survive
//! being written.
#![no_main]

#[allow(dead_code)] // Other targets use more of it.
mod edits;

use libfuzzer_sys::fuzz_target;
use tabgrad::data::pictures::PictureShape;
use tabgrad::spec::RunConfig;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check(&text);
    // Past the syntax: the defaults with lines replaced.
    let Ok(defaults) = RunConfig::named("cae") else { panic!("a preset") };
    let whole = serde_json::to_string_pretty(&defaults).unwrap();
    check(&edits::replace_values(&whole, &text));
});

fn check(text: &str) {
    match RunConfig::from_json(text) {
        Ok(config) => {
            assert!(config.validate().is_ok());
            let again = RunConfig::from_json(&serde_json::to_string(&config).unwrap()).unwrap();
            assert_eq!(again, config);
            let _ = config.model(PictureShape::CIFAR, 10);
        }
        Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
    }
}
