//! Packages of Debian, installed where that may be done without asking: as root, with apt-get.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::command::execute;

/// Root on a Debian-like system: a container or a CI machine.
pub(crate) fn may_install() -> bool {
    let root = std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| effective_user(&status) == Some(0));
    root && Path::new("/usr/bin/apt-get").is_file()
}

/// The effective user in the text of `/proc/self/status`, whose line is `Uid: real effective ...`.
fn effective_user(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Installs `packages`, without asking.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        execute(&mut command, &format!("apt-get could not install {}", packages.join(" and ")))
    };
    apt(&["update", "-q"])?;
    apt(&[&["install", "-y", "-q", "--no-install-recommends"], packages].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effective_user_is_the_second_number() {
        assert_eq!(effective_user("Name:\txtask\nUid:\t1000\t0\t0\t0\n"), Some(0));
        assert_eq!(effective_user("Name:\txtask\n"), None);
    }
}
