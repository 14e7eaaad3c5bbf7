//! The bench of operators on this machine, natively: JSON lines on the standard output. What is
//! measured is the library's.
#![allow(clippy::print_stdout)] // a command-line program speaks by printing

use std::time::Instant;

fn main() {
    let began = Instant::now();
    let clock = || began.elapsed().as_secs_f64() * 1e3;
    operators::measure("native", &clock, &mut |line| println!("{line}"));
}
