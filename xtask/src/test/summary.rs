//! Reads the closing lines of test runners and writes our own.

use std::fmt;
use std::ops::AddAssign;

use super::runners::Stop;

/// What became of some tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// One check that passed.
    pub(crate) const PASS: Self = Self { passed: 1, failed: 0, skipped: 0 };
    /// One check that failed.
    pub(crate) const FAILURE: Self = Self { passed: 0, failed: 1, skipped: 0 };
    /// One test that could not run.
    pub(crate) const SKIP: Self = Self { passed: 0, failed: 0, skipped: 1 };

    /// What one line of a runner's output adds; nothing for lines that are no summary.
    pub(crate) fn in_line(line: &str) -> Self {
        let plain = without_colours(line);
        let line = plain.trim_end();
        if let Some(rest) = line.strip_prefix("test result: ") {
            return cargo(rest);
        }
        // Node marks its totals with an information sign, or with a hash when it writes TAP.
        if let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            return node(rest);
        }
        ours(line).unwrap_or_default()
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// `ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
fn cargo(text: &str) -> Counts {
    let mut counts = Counts::default();
    for part in text.split([';', '.']) {
        let Some((number, word)) = numbered(part) else { continue };
        match word {
            "passed" => counts.passed += number,
            "failed" => counts.failed += number,
            "ignored" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

/// `pass 5`; a cancelled test did not pass, and one marked as to be done was not checked.
fn node(text: &str) -> Counts {
    let mut counts = Counts::default();
    let number = |number: &str| number.parse().unwrap_or(0);
    match text.split_once(' ') {
        Some(("pass", n)) => counts.passed = number(n),
        Some(("fail" | "cancelled", n)) => counts.failed = number(n),
        Some(("skipped" | "todo", n)) => counts.skipped = number(n),
        _ => {}
    }
    counts
}

/// `5 passed, 0 failed` or `5 passed, 0 failed, 1 skipped`, and nothing else on the line.
fn ours(line: &str) -> Option<Counts> {
    let mut parts = line.split(", ").map(numbered);
    let (Some((passed, "passed")), Some((failed, "failed"))) =
        (parts.next()??.into(), parts.next()??.into())
    else {
        return None;
    };
    let skipped = match parts.next() {
        None => 0,
        Some(Some((skipped, "skipped"))) => skipped,
        Some(_) => return None,
    };
    parts.next().is_none().then_some(Counts { passed, failed, skipped })
}

/// A number and the one word after it.
fn numbered(text: &str) -> Option<(u64, &str)> {
    let (number, word) = text.trim().split_once(' ')?;
    Some((number.parse().ok()?, word))
}

/// The line without its terminal colours (`ESC [ ... m`).
fn without_colours(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}

/// One step, done.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) seconds: f64,
    pub(crate) result: Result<Counts, Stop>,
}

/// All steps. Displayed, it is the table and the closing line that other programs read.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// Whether anything failed.
    pub(crate) fn failed(&self) -> bool {
        self.total().failed > 0
    }

    fn total(&self) -> Counts {
        let mut total = Counts::default();
        for row in &self.rows {
            total += row.counts();
        }
        total
    }
}

impl Row {
    /// A step that failed as a whole is one failure, one that could not run is one skipped test.
    fn counts(&self) -> Counts {
        match &self.result {
            Ok(counts) => *counts,
            Err(Stop::Failed(_) | Stop::DoesNotCompile) => Counts::FAILURE,
            Err(Stop::CouldNotRun(_)) => Counts::SKIP,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
        writeln!(f, "{:width$}  seconds  result", "step")?;
        for row in &self.rows {
            write!(f, "{:width$}  {:>7.1}  ", row.name, row.seconds)?;
            match &row.result {
                Ok(Counts { passed: 1, failed: 0, skipped: 0 }) => writeln!(f, "passed")?,
                Ok(counts) => writeln!(f, "{counts}")?,
                Err(Stop::Failed(reason)) => writeln!(f, "FAILED: {reason}")?,
                Err(Stop::DoesNotCompile) => writeln!(f, "FAILED: it does not compile")?,
                Err(Stop::CouldNotRun(reason)) => writeln!(f, "skipped: {reason}")?,
            }
        }
        writeln!(f, "\n{}", self.total())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (u64, u64, u64) {
        let mut counts = Counts::default();
        text.lines().for_each(|line| counts += Counts::in_line(line));
        (counts.passed, counts.failed, counts.skipped)
    }

    #[test]
    fn cargo_and_wasm_bindgen_are_read() {
        let text = "running 3 tests\ntest a ... ok\n\
            test result: ok. 41 passed; 0 failed; 2 ignored; 0 measured; 7 filtered out; finished in 1.25s\n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 filtered out; finished in 0.10s\n";
        assert_eq!(counted(text), (44, 1, 2));
    }

    #[test]
    fn node_is_read_in_both_of_its_forms() {
        let totals =
            ["tests 9", "suites 1", "pass 5", "fail 1", "cancelled 1", "skipped 1", "todo 1"];
        for mark in ["ℹ", "#", "\u{1b}[34mℹ"] {
            let text: String =
                totals.iter().map(|total| format!("{mark} {total}\u{1b}[39m\n")).collect();
            assert_eq!(counted(&text), (5, 2, 2), "{mark}");
        }
    }

    #[test]
    fn our_own_line_is_read_and_nothing_like_it() {
        assert_eq!(counted("7 passed, 1 failed\n2 passed, 0 failed, 3 skipped\n"), (9, 1, 3));
        assert_eq!(
            counted("7 passed\n7 passed, 1 failed, 2 late\nall 7 passed, 0 failed\n"),
            (0, 0, 0)
        );
    }

    #[test]
    fn the_report_counts_failures_and_what_could_not_run() {
        let row = |name, result| Row { name, seconds: 1.0, result };
        let report = Report {
            rows: vec![
                row("format", Ok(Counts::PASS)),
                row("native", Ok(Counts { passed: 40, failed: 2, skipped: 0 })),
                row("lint", Err(Stop::Failed("see above".to_owned()))),
                row("page", Err(Stop::CouldNotRun("no browser".to_owned()))),
            ],
        };
        let text = report.to_string();
        assert!(report.failed());
        assert!(text.contains("format      1.0  passed\n"), "{text}");
        assert!(text.contains("skipped: no browser\n"), "{text}");
        assert!(text.ends_with("\n\n41 passed, 3 failed, 1 skipped\n"), "{text}");
    }
}
