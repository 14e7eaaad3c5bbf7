//! The rules of the house that a glance at the source can check; `ARCHITECTURE.md` gives their
//! reasons.

use std::fs;
use std::path::{Path, PathBuf};

/// Longer files are two rooms waiting to be told apart.
const LONGEST: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` whose names end in one of `endings`, but for generated ones.
fn files(folder: &str, endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "node_modules", "corpus", "artifacts"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).expect("source is text");
                let path = path.strip_prefix(root()).expect("below the root").to_owned();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "no files in {folder}: the check would check nothing");
    found.sort();
    found
}

/// All Rust, JavaScript, Python and WGSL that people write here.
fn sources() -> Vec<(PathBuf, String)> {
    ["src", "tests", "data-prep", "xtask", "www"]
        .into_iter()
        .flat_map(|folder| files(folder, &[".rs", ".js", ".mjs", ".py", ".wgsl"]))
        .collect()
}

/// Code lines of `text`, numbered: comments do not count.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_code = |line: &&str| {
        let line = line.trim_start();
        !(line.starts_with("//") || line.starts_with('*') || line.starts_with("/*"))
    };
    text.lines().enumerate().map(|(n, line)| (n + 1, line)).filter(move |(_, line)| is_code(line))
}

/// Fails where a file of `folder`, other than `except`, has one of `words` in its code.
#[track_caller]
fn absent(folder: &str, endings: &[&str], except: &[&str], words: &[&str]) {
    let mut wrong = Vec::new();
    for (path, text) in files(folder, endings) {
        if except.iter().any(|except| path.starts_with(except)) {
            continue;
        }
        for (n, line) in code(&text) {
            if words.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{n}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{words:?} belong only in {except:?}:\n{}", wrong.join("\n"));
}

#[test]
fn only_one_room_knows_javascript() {
    let words = ["wasm_bindgen", "js_sys", "web_sys", "JsValue"];
    absent("src", &[".rs"], &["src/wasm"], &words);
}

/// The files of an operator that know the GPU: `gpu.rs` in its folder. What they share is `ops/gpu`.
fn gpu_files() -> Vec<PathBuf> {
    let files = files("src/ops", &["gpu.rs"]).into_iter().map(|(path, _)| path);
    let of_an_operator = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name == "gpu.rs") && path.iter().count() == 4
    };
    files.filter(of_an_operator).chain([PathBuf::from("src/ops/gpu")]).collect()
}

#[test]
fn only_operators_know_the_gpu_and_each_in_one_file() {
    let words = ["burn_cubecl", "wgsl", "CubeTensor"];
    let except = gpu_files();
    let except: Vec<&str> = except.iter().filter_map(|path| path.to_str()).collect();
    absent("src", &[".rs"], &except, &words);
}

#[test]
fn every_kernel_of_the_gpu_is_checked_without_one() {
    let read = |name| fs::read_to_string(root().join("src/ops/gpu").join(name)).expect("a file");
    let (checks, launch) = (read("checks.rs"), read("launch.rs"));
    for (path, _) in files("src", &[".wgsl"]) {
        let folder = path.parent().and_then(Path::file_name).expect("a folder").to_string_lossy();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let kernels = checks.split_once(&format!("    {folder:?}: ")).map_or("", |(_, rest)| rest);
        let (kernels, _) = kernels.split_once(';').unwrap_or_default();
        // What kernels include is checked with them.
        let found = kernels.contains(&format!("{name:?}"))
            || launch.contains(&format!("    \"{folder}/{name}\","));
        assert!(found, "{} is neither a text of src/ops/gpu/checks.rs nor shared", path.display());
    }
}

#[test]
fn only_one_file_names_a_backend() {
    let words = ["Device::flex", "Device::ndarray", "Device::wgpu", "Device::default"];
    absent("src", &[".rs"], &["src/backend.rs"], &words);
}

#[test]
fn the_library_has_no_clock_file_thread_or_console() {
    let words = ["std::fs", "std::time", "std::thread", "std::net", "println!", "eprintln!"];
    absent("src", &[".rs"], &["src/bin"], &words);
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    for (path, text) in sources() {
        let first = text.lines().next().unwrap_or_default();
        let says = ["//", "/*", "#!", "\"\"\""].iter().any(|start| first.starts_with(start));
        assert!(says, "{} should begin by saying what it is", path.display());
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines, over {LONGEST}", path.display());
    }
}

/// cargo reads no lock file that two branches were merged into by halves, and nothing else reads that of the fuzz
/// targets in every run.
#[test]
fn lock_files_name_every_package_once() {
    for path in ["Cargo.lock", "tests/fuzz/Cargo.lock"] {
        let text = fs::read_to_string(root().join(path)).expect("a lock file");
        let mut packages: Vec<String> = text
            .split("[[package]]")
            .skip(1)
            .map(|package| {
                package
                    .lines()
                    .filter(|line| line.starts_with("name =") || line.starts_with("version ="))
                    .collect()
            })
            .collect();
        assert!(packages.len() > 10, "{path} has {} packages", packages.len());
        packages.sort();
        let twice = packages.windows(2).find(|pair| pair[0] == pair[1]);
        assert!(twice.is_none(), "{path}: {twice:?}");
    }
}

#[test]
fn nothing_is_left_unfinished() {
    // Put together, so that this file does not find itself.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("unimple", "mented!")];
    for (path, text) in sources() {
        for word in words {
            assert!(!text.contains(word), "{} has a {word}", path.display());
        }
    }
}

/// The rooms of `src`, each of which may use itself and those before it.
const ROOMS: [&str; 12] = [
    "data", "kernels", "backend", "ops", "optim", "nn", "spec", "step", "parallel", "train",
    "inspect", "wasm",
];

/// The rooms that `text` names in paths from the crate's root, with the numbers of the lines. Comments
/// do not count, so that documentation may link upwards.
fn rooms_used(text: &str) -> Vec<(usize, String)> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let without_comments: String = text
        .lines()
        .map(|line| line.split_once("//").map_or(line, |(code, _)| code).to_owned() + "\n")
        .collect();
    let mut found = Vec::new();
    for (at, prefix) in without_comments.match_indices("crate::") {
        let line = without_comments[..at].matches('\n').count() + 1;
        let path = &without_comments[at + prefix.len()..];
        // In a group, a name at the first level that follows the brace or a comma.
        let mut names = vec![path];
        if let Some(group) = path.strip_prefix('{') {
            names = vec![group];
            let mut depth = 1;
            for (at, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => names.push(&group[at + 1..]),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        for name in names {
            let name = name.trim_start();
            let room = &name[..name.find(|c| !is_name(c)).unwrap_or(name.len())];
            if ROOMS.contains(&room) {
                found.push((line, room.to_owned()));
            }
        }
    }
    found
}

/// Imports of `text`, a file of `room`, that go to a later room.
fn upward(room: &str, text: &str) -> Vec<String> {
    let floor = |room: &str| ROOMS.iter().position(|one| *one == room).expect("a room");
    rooms_used(text)
        .into_iter()
        .filter(|(_, used)| floor(used) > floor(room))
        .map(|(n, used)| format!("{n}: {room} uses {used}"))
        .collect()
}

#[test]
fn rooms_import_one_way() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", &[".rs"]) {
        let room = path.components().nth(1).expect("below src").as_os_str().to_string_lossy();
        let room = room.trim_end_matches(".rs");
        if room == "bin" || room == "lib" {
            continue;
        }
        assert!(ROOMS.contains(&room), "{} is in no room: give it one", path.display());
        wrong.extend(upward(room, &text).iter().map(|edge| format!("{}:{edge}", path.display())));
    }
    assert!(wrong.is_empty(), "rooms may only use earlier ones:\n{}", wrong.join("\n"));
}

#[test]
fn the_check_of_imports_finds_what_goes_up() {
    let text = "\
use crate::data::rng::Rng;
use crate::train::trainer::Trainer;
use crate::{data::manifest::Split, step::batch};
use crate::{
    kernels::{norm, wasm::no_room},
    inspect::{self, pca},
};
// use crate::wasm::Session;
//! [`crate::wasm`]
fn f() -> crate::parallel::Error { crate::ops::f(crate::nn::net()) }
pub(in crate::ops) fn g() {}
pub(crate) fn h() {} // crate::wasm
";
    assert_eq!(
        upward("ops", text),
        [
            "2: ops uses train",
            "3: ops uses step",
            "4: ops uses inspect",
            "10: ops uses parallel",
            "10: ops uses nn",
        ]
    );
    assert_eq!(upward("wasm", text), Vec::<String>::new());
    assert_eq!(upward("nn", "use crate::{nn, step};"), ["1: nn uses step"]);
}
