//! `cargo xtask dist`: the site as a folder that any static host can serve, from any path and
//! with no special headers. The wasm is optimised with binaryen on the way.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{execute, node, output, say};
use crate::project::Project;
use crate::site::Site;
use crate::{data, package, setup};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: data::Choice,
    /// The folder to write; one that dist wrote earlier is replaced
    #[arg(long, value_name = "DIR", default_value = "dist")]
    out: PathBuf,
}

/// Marks a folder as ours, so that no other is ever replaced.
const MARK: &str = ".tabgrad-dist";

/// What rustc's wasm and our flags use, so that binaryen accepts it.
const WASM_FEATURES: [&str; 10] = [
    "--enable-simd",
    "--enable-relaxed-simd",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-call-indirect-overlong",
];

/// Builds the site beside `--out`, then puts it in place.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let out = &arguments.out;
    let name =
        out.file_name().with_context(|| format!("--out {} names no folder", out.display()))?;
    refuse_foreign(out)?;
    setup::wasm_target(project)?;
    setup::npm_packages(project, setup::Packages::All)?;
    let data = arguments.data.folder(project)?;
    package::build_all(project)?;

    let mut beside = name.to_owned();
    beside.push(".new");
    let fresh = out.with_file_name(beside);
    refuse_foreign(&fresh)?;
    remove(&fresh)?;
    let site = Site::new(project, &data)?;
    let files = site.files()?;
    // Type declarations help whoever works on the page, not whoever opens it.
    let files: Vec<_> = files.into_iter().filter(|(url, _)| !url.ends_with(".ts")).collect();
    say(&format!("Copying {} files", files.len()));
    write(&fresh.join(MARK), |path| std::fs::write(path, ""))?;
    for (url, from) in &files {
        write(&fresh.join(url), |path| std::fs::copy(from, path).map(drop))?;
    }
    for (url, _) in files.iter().filter(|(url, _)| url.ends_with(".wasm")) {
        say(&format!("Optimising {url}"));
        // What launches the GPU's kernels is downloaded more than it is run; the CPU's are run.
        let for_gpu = url.split('/').any(|part| part == package::GPU.name);
        optimise(project, &fresh.join(url), if for_gpu { "-Oz" } else { "-O3" })?;
    }
    for (url, _) in &files {
        append(&fresh.join(url), &site.ending(Path::new(url)))?;
    }
    remove(out)?;
    std::fs::rename(&fresh, out).with_context(|| format!("could not write {}", out.display()))?;
    say("Measuring");
    print!("\n{}", sizes(project, out, &files)?);
    println!("\n{} is ready for any static host, at any path.", out.display());
    Ok(())
}

/// Refuses to replace anything that is not a site of ours or an empty folder.
fn refuse_foreign(out: &Path) -> Result<()> {
    let empty = || out.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if !out.exists() || out.join(MARK).is_file() || empty() {
        return Ok(());
    }
    bail!(
        "{} exists and was not written by dist, so it is left alone. Name another folder with \
         --out, or remove it yourself",
        out.display()
    )
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)
            .with_context(|| format!("could not remove {}", folder.display()))?;
    }
    Ok(())
}

/// Makes the folder of `path`, then lets `writer` write the file.
fn write(path: &Path, writer: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
    path.parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| writer(path))
        .with_context(|| format!("could not write {}", path.display()))
}

fn append(path: &Path, ending: &[u8]) -> Result<()> {
    if ending.is_empty() {
        return Ok(());
    }
    let opened = std::fs::OpenOptions::new().append(true).open(path);
    opened
        .and_then(|mut file| file.write_all(ending))
        .with_context(|| format!("could not write {}", path.display()))
}

fn optimise(project: &Project, wasm: &Path, level: &str) -> Result<()> {
    let wasm = wasm.canonicalize()?;
    let mut command = node(project);
    command.arg(project.npm_package("binaryen").join("bin/wasm-opt")).arg(level);
    command.args(WASM_FEATURES).arg(&wasm).arg("-o").arg(&wasm);
    execute(&mut command, "wasm-opt could not optimise the WebAssembly")
}

/// Prints one line per file named: bytes, gzip bytes, brotli bytes. Node is here anyway and
/// compresses as web hosts do.
const MEASURE: &str = "
import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
for (const file of process.argv.slice(1)) {
  const bytes = readFileSync(file);
  console.log(bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length);
}";

/// A table of what a visitor downloads, by part of the site. The data is left out: pictures as
/// bytes hardly compress, and hosts do not try.
fn sizes(project: &Project, out: &Path, files: &[(String, PathBuf)]) -> Result<String> {
    let out = out.canonicalize()?;
    let code: Vec<&String> =
        files.iter().map(|(url, _)| url).filter(|url| part(url) != DATA).collect();
    let mut command = node(project);
    command.args(["--input-type=module", "--eval", MEASURE, "--"]);
    command.args(code.iter().map(|url| out.join(url)));
    let measured = output(&mut command, "node could not measure the files")?;
    let mut rows = vec![("page", [0; 3])];
    for (url, line) in code.into_iter().zip(measured.lines()) {
        let part = part(url);
        let index = rows.iter().position(|(name, _)| *name == part).unwrap_or_else(|| {
            rows.push((part, [0; 3]));
            rows.len() - 1
        });
        for (sum, number) in rows[index].1.iter_mut().zip(line.split(' ')) {
            *sum += number.parse::<u64>().with_context(|| format!("node measured {line:?}"))?;
        }
    }
    Ok(table(&rows))
}

/// The part of the site that holds pictures.
const DATA: &str = "data";

/// The part of the site that `url` belongs to, for the table of sizes.
fn part(url: &str) -> &str {
    match url.split('/').next() {
        Some("pkg") => url,
        Some(DATA) => DATA,
        _ => "page",
    }
}

fn table(rows: &[(&str, [u64; 3])]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = format!("{:width$}  {:>12}{:>12}{:>12}\n", "", "bytes", "gzip", "brotli");
    for (name, [raw, gzip, brotli]) in rows {
        text += &format!("{name:width$}  {raw:>12}{gzip:>12}{brotli:>12}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_summed_by_part() {
        assert_eq!(part("views/chart.js"), "page");
        assert_eq!(part("vendor/uPlot.esm.js"), "page");
        assert_eq!(part("pkg/cpu/tabgrad_bg.wasm"), "pkg/cpu/tabgrad_bg.wasm");
        assert_eq!(part("data/train-000.tgs"), "data");
    }

    #[test]
    fn a_folder_that_is_not_ours_is_left_alone() {
        let folder = std::env::temp_dir().join(format!("tabgrad-dist-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        let when_empty = refuse_foreign(&folder).is_ok();
        std::fs::write(folder.join("thesis.txt"), "").expect("file");
        let when_foreign = refuse_foreign(&folder).is_err();
        std::fs::write(folder.join(MARK), "").expect("file");
        let when_ours = refuse_foreign(&folder).is_ok();
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!((when_empty, when_foreign, when_ours), (true, true, true));
    }
}
