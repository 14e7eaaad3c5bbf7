//! Which build a file of the site is of: a stamp at the end of every script and every wasm file, the same in all of
//! them. The page compares them (`www/builds.js`), since a browser's cache or a host that is just being changed may
//! mix files of two builds.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The one script that is no module, and so has no address of its own to be noted under.
const BOOT: &str = "boot.js";
/// The custom section that holds the stamp of a wasm file.
const SECTION: &str = "tabgrad-build";

/// What tells one build from another.
pub(crate) struct Stamp(String);

impl Stamp {
    /// The stamp of a site with these files: another one as soon as a name or a byte differs. Which
    /// hash it is does not matter, nor that another Rust may compute another.
    pub(crate) fn of(files: &[(String, PathBuf)]) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for (name, path) in files {
            let bytes = std::fs::read(path)
                .with_context(|| format!("could not read {}", path.display()))?;
            for part in [name.as_bytes(), &bytes] {
                hasher.write_usize(part.len());
                hasher.write(part);
            }
        }
        Ok(Self(format!("{:016x}", hasher.finish())))
    }

    /// What is added at the end of the file called `path`; nothing to most.
    pub(crate) fn ending(&self, path: &Path) -> Vec<u8> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension {
            Some("js") if !path.ends_with(BOOT) => format!(
                "\n(globalThis.tabgradBuilds ??= new Map()).set(import.meta.url, \"{}\");\n",
                self.0
            )
            .into_bytes(),
            Some("wasm") => section(SECTION.as_bytes(), self.0.as_bytes()),
            _ => Vec::new(),
        }
    }
}

/// A custom section of a wasm file. Both lengths must be below 128, of which a byte is enough.
fn section(name: &[u8], content: &[u8]) -> Vec<u8> {
    let length = |length: usize| u8::try_from(length).ok().filter(|byte| *byte < 0x80);
    let (Some(all), Some(own)) = (length(1 + name.len() + content.len()), length(name.len()))
    else {
        unreachable!("the name and the stamp are short");
    };
    [&[0, all, own], name, content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_changes_the_stamp() {
        let folder = std::env::temp_dir().join(format!("tabgrad-stamp-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        let path = folder.join("a.js");
        let stamp_of = |name: &str, words: &str| {
            std::fs::write(&path, words).expect("written");
            Stamp::of(&[(name.to_owned(), path.clone())]).expect("stamped").0
        };
        let stamps = [
            stamp_of("a.js", "1"),
            stamp_of("a.js", "1"),
            stamp_of("a.js", "2"),
            stamp_of("b.js", "1"),
        ];
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(stamps[0], stamps[1]);
        assert!(stamps[0] != stamps[2] && stamps[0] != stamps[3]);
    }

    #[test]
    fn modules_and_wasm_files_are_stamped_and_nothing_else() {
        let stamp = Stamp("0123456789abcdef".to_owned());
        let script = String::from_utf8(stamp.ending(Path::new("worker/worker.js"))).expect("text");
        assert!(script.starts_with('\n') && script.contains("\"0123456789abcdef\""), "{script}");
        let wasm = stamp.ending(Path::new("pkg/cpu/tabgrad_bg.wasm"));
        assert_eq!(wasm[..3], [0, 30, 13]);
        assert_eq!(wasm.len(), 32);
        assert!(wasm.ends_with(b"tabgrad-build0123456789abcdef"));
        for other in ["boot.js", "index.html", "all.css", "tabgrad.d.ts", "data/train-000.tgs"] {
            assert!(stamp.ending(Path::new(other)).is_empty(), "{other}");
        }
    }
}
