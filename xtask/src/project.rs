//! Where things are: the repository, cargo's target folder and what we keep inside it.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// The folders every command starts from.
pub(crate) struct Project {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the user has put it.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Reads the repository from cargo's environment and the target folder from where this
    /// program lies in it (`TARGET/debug/xtask`), which also holds when a cargo configuration
    /// file has moved it.
    pub(crate) fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().context("xtask has no folder above it")?;
        let program = std::env::current_exe().context("this program's own path is not known")?;
        let target = program.ancestors().nth(2).context("xtask does not lie in a target folder")?;
        Ok(Self { root: root.to_owned(), target: target.to_owned() })
    }

    /// What these commands make and may remake: data folders, stamps. Removing it loses nothing.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("tabgrad")
    }

    /// The npm package `name`, installed or not.
    pub(crate) fn npm_package(&self, name: &str) -> PathBuf {
        self.root.join("node_modules").join(name)
    }
}
