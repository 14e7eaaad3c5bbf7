//! Browsers: opens the page in the user's, and finds or installs those that run the tests.

use std::path::PathBuf;
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
    if let Some(found) = find() {
        return Ok(found);
    }
    if debian::may_install() {
        say("Installing Chromium and its driver with apt-get");
        if let Err(error) = debian::install(&["chromium", "chromium-driver"]) {
            return Err(format!("{error:#}"));
        }
        if let Some(found) = find() {
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

fn find() -> Option<Tested> {
    let chromium = named("CHROMIUM").or_else(|| {
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
            .iter()
            .find_map(|name| on_path(name))
            .or_else(|| APPLICATIONS.iter().map(PathBuf::from).find(|path| path.is_file()))
    })?;
    let driver = named("CHROMEDRIVER").or_else(|| on_path("chromedriver"))?;
    Some(Tested { chromium, driver })
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
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
}
