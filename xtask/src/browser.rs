//! Browsers: opens the page in the user's, and finds or installs those that run the tests.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::command::say;
use crate::debian;

/// Opens `url` in the user's browser. The address has been printed already, so a machine
/// without a browser is no error.
pub(crate) fn open(url: &str) {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", "", url]);
        command
    } else {
        let mut command = Command::new(if cfg!(target_os = "macos") { "open" } else { "xdg-open" });
        command.arg(url);
        command
    };
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if quiet.spawn().is_err() {
        println!("No browser could be opened from here: open the address yourself.");
    }
}

/// A Chromium or Chrome and the driver of the same version.
pub(crate) struct Tested {
    /// The browser.
    pub(crate) chromium: PathBuf,
    /// Its WebDriver server.
    pub(crate) driver: PathBuf,
}

/// Finds the browser for the tests, installing it where that may be done without asking. Tells
/// what to do when there is none.
pub(crate) fn for_tests() -> Result<Tested, String> {
    if let Some(found) = find()? {
        return Ok(found);
    }
    if debian::may_install() {
        say("Installing Chromium and its driver with apt-get");
        if let Err(error) = debian::install(&["chromium", "chromium-driver"]) {
            return Err(format!("{error:#}"));
        }
        if let Some(found) = find()? {
            return Ok(found);
        }
    }
    Err(format!("no Chromium with a chromedriver was found. {HOW_TO_INSTALL}"))
}

/// Sees to it that there is a Firefox for the tests, where one may be installed without asking; where
/// there is none, the tests say that they did not run in it.
pub(crate) fn firefox_for_tests() {
    let there = named("FIREFOX").is_some()
        || ["firefox-esr", "firefox"].iter().any(|name| on_path(name).is_some());
    if there || !debian::may_install() {
        return;
    }
    say("Installing Firefox with apt-get");
    if let Err(error) = debian::install(&["firefox-esr"]) {
        say(&format!("{error:#}"));
    }
}

const HOW_TO_INSTALL: &str = if cfg!(windows) {
    "Install Chrome and a chromedriver of its version (npm install --global chromedriver), \
     and set CHROMIUM and CHROMEDRIVER to the two programs"
} else if cfg!(target_os = "macos") {
    "Run `brew install --cask chromium chromedriver`, or set CHROMIUM and CHROMEDRIVER to the \
     two programs"
} else {
    "Install them (Debian: apt install chromium chromium-driver; Fedora: dnf install chromium \
     chromedriver), or set CHROMIUM and CHROMEDRIVER to the two programs"
};

/// Nothing where one of them is missing; an error where they are there and do not fit.
fn find() -> Result<Option<Tested>, String> {
    let chromium = named("CHROMIUM").or_else(|| {
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
            .iter()
            .find_map(|name| on_path(name))
            .or_else(|| APPLICATIONS.iter().map(PathBuf::from).find(|path| path.is_file()))
    });
    let Some(chromium) = chromium else { return Ok(None) };
    let drivers = match named("CHROMEDRIVER") {
        Some(driver) => vec![driver],
        None => all_on_path("chromedriver"),
    };
    let versions = drivers.into_iter().map(|driver| (version(&driver), driver)).collect();
    let driver = fitting(&chromium, version(&chromium).as_ref(), versions)?;
    Ok(driver.map(|driver| Tested { chromium, driver }))
}

/// The first driver of the browser's version. Where a version is not known, as Chrome's on Windows,
/// nothing can be compared.
fn fitting(
    chromium: &Path,
    wanted: Option<&Version>,
    drivers: Vec<(Option<Version>, PathBuf)>,
) -> Result<Option<PathBuf>, String> {
    let Some(wanted) = wanted else {
        return Ok(drivers.into_iter().next().map(|(_, driver)| driver));
    };
    let fits = |found: &Version| found.major == wanted.major;
    let others: Vec<String> = drivers
        .iter()
        .filter_map(|(found, driver)| Some((found.as_ref()?, driver)))
        .map(|(found, driver)| format!("{} is {}", driver.display(), found.full))
        .collect();
    let first = drivers.into_iter().find(|(found, _)| found.as_ref().is_none_or(fits));
    match first {
        Some((_, driver)) => Ok(Some(driver)),
        None if others.is_empty() => Ok(None),
        None => Err(format!(
            "no chromedriver is of the browser's version: {} is {}, but {}. Install the \
             chromedriver of version {}, or set CHROMIUM and CHROMEDRIVER to two programs that fit",
            chromium.display(),
            wanted.full,
            others.join(", "),
            wanted.major
        )),
    }
}

/// What a program says its version is.
#[derive(Debug, PartialEq)]
struct Version {
    major: u32,
    full: String,
}

fn version(program: &Path) -> Option<Version> {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null());
    version_in(&String::from_utf8_lossy(&command.output().ok()?.stdout))
}

/// The first word that is a version: "Chromium 148.0.7778.167 built on Debian".
fn version_in(words: &str) -> Option<Version> {
    words.split_whitespace().find_map(|word| {
        let (major, _) = word.split_once('.')?;
        Some(Version { major: major.parse().ok()?, full: word.to_owned() })
    })
}

/// Where browsers are that are not on the PATH.
const APPLICATIONS: [&str; 3] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

fn on_path(name: &str) -> Option<PathBuf> {
    all_on_path(name).into_iter().next()
}

/// Every program of that name, in the order of the PATH.
fn all_on_path(name: &str) -> Vec<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .filter(|file| file.is_file())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Option<Version> {
        version_in(words)
    }

    #[test]
    fn versions_are_read_from_what_programs_print() {
        let chromium = of("Chromium 148.0.7778.167 built on Debian GNU/Linux 12 (bookworm)\n");
        assert_eq!(chromium.map(|found| found.major), Some(148));
        let driver = of("ChromeDriver 120.0.6099.109 (3419140ab665596f21b385ce136419fde0924272)\n");
        assert_eq!(driver.expect("a version").full, "120.0.6099.109");
        assert_eq!(of(""), None);
        assert_eq!(of("Opening in existing browser session."), None);
    }

    #[test]
    fn the_driver_of_the_browsers_version_is_taken_wherever_it_is_on_the_path() {
        let chromium = Path::new("/usr/bin/chromium");
        let wanted = of("148.0.1");
        let older = || (of("120.0.1"), PathBuf::from("/home/me/bin/chromedriver"));
        let same = || (of("148.0.2"), PathBuf::from("/usr/bin/chromedriver"));
        let silent = || (None, PathBuf::from("/opt/chromedriver"));
        let choose = |drivers| fitting(chromium, wanted.as_ref(), drivers);
        assert_eq!(choose(vec![older(), same()]), Ok(Some(same().1)));
        assert_eq!(choose(vec![silent()]), Ok(Some(silent().1)));
        assert_eq!(choose(vec![]), Ok(None));
        assert_eq!(fitting(chromium, None, vec![older()]), Ok(Some(older().1)));
        let refused = choose(vec![older()]).expect_err("another version");
        for part in ["/home/me/bin/chromedriver is 120.0.1", "/usr/bin/chromium is 148.0.1"] {
            assert!(refused.contains(part), "{refused}");
        }
    }
}
