//! Any text is the settings of a run, or a sentence; settings that were accepted are valid and survive
//! being written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tabgrad::spec::RunConfig;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check(&text);
    // Past the syntax: the defaults with lines replaced.
    let Ok(defaults) = RunConfig::named("cae") else { panic!("a preset") };
    let whole = serde_json::to_string_pretty(&defaults).unwrap();
    let mut lines: Vec<String> = whole.lines().map(String::from).collect();
    for piece in text.split('\n') {
        let mut characters = piece.chars();
        let line = characters.next().map_or(0, |first| first as usize) % lines.len();
        let line = &mut lines[line];
        let start = line.find(": ").map_or(0, |at| at + 2);
        let comma = if line.ends_with(',') { "," } else { "" };
        line.replace_range(start.., &format!("{}{comma}", characters.as_str()));
    }
    check(&lines.join("\n"));
});

fn check(text: &str) {
    match RunConfig::from_json(text) {
        Ok(config) => {
            assert!(config.validate().is_ok());
            let again = RunConfig::from_json(&serde_json::to_string(&config).unwrap()).unwrap();
            assert_eq!(again, config);
            let _ = config.model(10);
        }
        Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
    }
}
