//! Which file answers which address: the one table behind `demo` and `dist`, so that both serve
//! the same site. No address leads to a file outside its folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project::Project;
use crate::stamp::Stamp;

/// The files of npm packages that the page uses: its address below `vendor/`, the package, and where
/// in it the file lies.
const VENDOR: [(&str, &str, &str); 3] = [
    ("uPlot.esm.js", "uplot", "dist/uPlot.esm.js"),
    ("uPlot.min.css", "uplot", "dist/uPlot.min.css"),
    ("idb.js", "idb", "build/index.js"),
];

/// What lies under an address.
enum Shown {
    /// Everything in a folder.
    Folder(PathBuf),
    /// These files, by name.
    Files(Vec<(&'static str, PathBuf)>),
}

/// Files and the address they appear under.
struct Mount {
    /// First segment of the address; empty for the page itself.
    at: &'static str,
    shown: Shown,
}

/// Everything the page can ask for.
pub(crate) struct Site {
    mounts: Vec<Mount>,
    /// Of the build that the page is of; none where a folder is served as it is.
    stamp: Option<Stamp>,
}

impl Site {
    /// The page, its wasm, its libraries and the pictures in `data`. All that there is of the first three
    /// is one build from now on.
    pub(crate) fn new(project: &Project, data: &Path) -> Result<Self> {
        let folder = |at, folder| Mount { at, shown: Shown::Folder(folder) };
        let vendor = VENDOR
            .iter()
            .map(|(name, package, file)| (*name, project.npm_package(package).join(file)))
            .collect();
        let mut site = Self {
            mounts: vec![
                folder("", project.root.join("www")),
                folder("pkg", project.root.join("pkg")),
                Mount { at: "vendor", shown: Shown::Files(vendor) },
            ],
            stamp: None,
        };
        site.stamp = Some(Stamp::of(&site.files()?)?);
        site.mounts.push(folder("data", data.to_owned()));
        Ok(site)
    }

    /// What is added at the end of a file of the site.
    pub(crate) fn ending(&self, path: &Path) -> Vec<u8> {
        self.stamp.as_ref().map(|stamp| stamp.ending(path)).unwrap_or_default()
    }

    /// One folder, for tests of what serves it.
    #[cfg(test)]
    pub(crate) fn of_folder(folder: PathBuf) -> Self {
        Self { mounts: vec![Mount { at: "", shown: Shown::Folder(folder) }], stamp: None }
    }

    /// The file that answers `url` (path and query as they stand in the request), if there is one.
    pub(crate) fn find(&self, url: &str) -> Option<PathBuf> {
        let segments = segments(url)?;
        let (mount, rest) = match segments.split_first() {
            Some((first, rest)) => match self.mounts.iter().find(|mount| mount.at == first) {
                Some(mount) => (mount, rest),
                None => (self.mounts.first()?, segments.as_slice()),
            },
            None => (self.mounts.first()?, [].as_slice()),
        };
        let folder = match &mount.shown {
            Shown::Folder(folder) => folder,
            Shown::Files(files) => {
                let (_, path) = files.iter().find(|(name, _)| matches!(rest, [r] if r == name))?;
                return path.is_file().then(|| path.clone());
            }
        };
        let mut path = folder.clone();
        path.extend(rest);
        if rest.is_empty() {
            path.push("index.html");
        }
        // A link inside a folder must not lead out of it.
        let (path, folder) = (path.canonicalize().ok()?, folder.canonicalize().ok()?);
        (path.starts_with(folder) && path.is_file()).then_some(path)
    }

    /// Every file of the site: its address, relative and with `/`, and where it lies. Sorted.
    pub(crate) fn files(&self) -> Result<Vec<(String, PathBuf)>> {
        let mut files = Vec::new();
        for mount in &self.mounts {
            match &mount.shown {
                Shown::Folder(folder) => list(folder, mount.at, &mut files)
                    .with_context(|| format!("could not list {}", folder.display()))?,
                Shown::Files(named) => files.extend(
                    named.iter().map(|(name, path)| (format!("{}/{name}", mount.at), path.clone())),
                ),
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Collects the files below `folder`, under the address `at`, leaving out hidden ones.
fn list(folder: &Path, at: &str, into: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.starts_with('.') {
            continue;
        }
        let address = if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
        if path.is_dir() {
            list(&path, &address, into)?;
        } else {
            into.push((address, path));
        }
    }
    Ok(())
}

/// The decoded segments of an address, or nothing when one of them could name something other
/// than a plain file below a folder: parents, hidden files, separators, drive letters.
fn segments(url: &str) -> Option<Vec<String>> {
    let path = url.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Some(Vec::new());
    }
    path.split('/')
        .map(|segment| {
            let segment = percent_decoded(segment)?;
            let plain = !segment.is_empty()
                && !segment.starts_with('.')
                && !segment.contains(['/', '\\', ':', '\0']);
            plain.then_some(segment)
        })
        .collect()
}

/// Undoes percent encoding; nothing when it is malformed or not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        decoded.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(decoded).ok()
}

/// The media type a browser needs to accept a file. Module scripts and wasm are refused without
/// the right one.
pub(crate) fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("ico") => "image/vnd.microsoft.icon",
        Some("webmanifest") => "application/manifest+json",
        Some("txt" | "md" | "ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(url: &str) -> Option<String> {
        segments(url).map(|segments| segments.join("/"))
    }

    #[test]
    fn addresses_become_segments() {
        assert_eq!(decoded("/").as_deref(), Some(""));
        assert_eq!(decoded("/views/chart.js?v=2#top").as_deref(), Some("views/chart.js"));
        assert_eq!(decoded("/data/two%20words.tgs").as_deref(), Some("data/two words.tgs"));
        assert_eq!(decoded("/data/").as_deref(), Some("data"));
    }

    #[test]
    fn addresses_that_lead_elsewhere_are_refused() {
        for url in [
            "",
            "index.html",
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/a/../../b",
            "/a//b",
            "/./a",
            "/.git/config",
            "/..%2fCargo.toml",
            "/%5c..%5cCargo.toml",
            "/C:/Windows",
            "/a%00b",
            "/%zz",
            "/%f",
            "/%ff",
            "http://elsewhere/",
        ] {
            assert_eq!(decoded(url), None, "{url}");
        }
    }

    #[test]
    fn only_the_named_files_of_the_library_are_found() {
        let folder = std::env::temp_dir().join(format!("tabgrad-site-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("www")).expect("folder");
        for name in ["www/index.html", "chart.js", "other.js"] {
            std::fs::write(folder.join(name), "").expect("file");
        }
        let named = vec![("uPlot.esm.js", folder.join("chart.js"))];
        let site = Site {
            mounts: vec![
                Mount { at: "", shown: Shown::Folder(folder.join("www")) },
                Mount { at: "vendor", shown: Shown::Files(named) },
            ],
            stamp: None,
        };
        let addresses: Vec<_> =
            site.files().expect("listed").into_iter().map(|(address, _)| address).collect();
        let found = ["/", "/vendor/uPlot.esm.js"].map(|url| site.find(url).is_some());
        let refused = ["/vendor/other.js", "/vendor/", "/vendor/chart.js", "/missing.js"]
            .map(|url| site.find(url).is_none());
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(addresses, ["index.html", "vendor/uPlot.esm.js"]);
        assert_eq!(found, [true; 2]);
        assert_eq!(refused, [true; 4]);
    }

    #[test]
    fn media_types_are_those_browsers_insist_on() {
        let of = |name: &str| media_type(Path::new(name));
        assert_eq!(of("tabgrad_bg.wasm"), "application/wasm");
        assert_eq!(of("main.js"), "text/javascript; charset=utf-8");
        assert_eq!(of("train-000.tgs"), "application/octet-stream");
    }
}
