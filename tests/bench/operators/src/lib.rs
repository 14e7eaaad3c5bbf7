//! Measures the kernels, each operator of the ten models alone, against what the same machine can do in
//! the same build: multiply and add in registers, copy memory. What is timed is in `cases`, and in `general` what no
//! model has.

mod cases;
mod general;

use std::hint::black_box;

use cases::{Case, Cost};
use serde_json::json;
use tabgrad::kernels::simd::F32x4;

/// What one measurement goes on for, in milliseconds, and how many of them there are: the least one
/// counts, because whatever else the machine does only adds.
const LASTING: f64 = 8.0;
const TIMES: usize = 12;

/// Values that no cache holds.
const MANY: usize = 1 << 23;

/// What the machine can do.
struct Limits {
    /// Multiplications and additions a second, in 1e9.
    gflops: f64,
    /// Bytes read and written a second, in 1e9.
    gbytes: f64,
}

/// Measures everything in a build of that name by `clock`, in milliseconds; each operator becomes a
/// JSON object that is told.
pub fn measure(build: &str, clock: &dyn Fn() -> f64, tell: &mut dyn FnMut(&str)) {
    let limits = limits(clock);
    let told = json!({ "build": build, "limit": true, "gflops": limits.gflops, "gbytes_per_s": limits.gbytes });
    tell(&told.to_string());
    let mut visit = |case: Case<'_>| {
        let Case { name, models, direction, pictures, cost, run } = case;
        let seconds = least(clock, run);
        let mut told =
            json!({ "build": build, "operator": name, "models": models, "direction": direction });
        let time = if pictures.is_some() { "us_per_picture" } else { "us_per_step" };
        told[time] = json!(seconds / pictures.unwrap_or(1) as f64 * 1e6);
        let (rate, key, limit) = match cost {
            Cost::Flops(count) => (count / seconds / 1e9, "gflops", limits.gflops),
            Cost::Bytes(count) => (count / seconds / 1e9, "gbytes_per_s", limits.gbytes),
            Cost::Both { flops, bytes } => {
                let limit = limits.gflops.min(flops / bytes * limits.gbytes);
                (flops / seconds / 1e9, "gflops", limit)
            }
        };
        told[key] = json!(rate);
        told["share_of_limit"] = json!(rate / limit);
        tell(&told.to_string());
    };
    cases::each(&mut visit);
    general::each(&mut visit);
}

/// The least seconds that a call takes.
fn least(clock: &dyn Fn() -> f64, run: &mut dyn FnMut()) -> f64 {
    let mut calls = 1_u32;
    let mut timed = |calls: u32| {
        let began = clock();
        (0..calls).for_each(|_| run());
        clock() - began
    };
    // Meanwhile the browser compiles what is called often once more.
    while timed(calls) < LASTING {
        calls *= 2;
    }
    let least = (0..TIMES).map(|_| timed(calls)).fold(f64::INFINITY, f64::min);
    least / f64::from(calls) / 1e3
}

fn limits(clock: &dyn Fn() -> f64) -> Limits {
    const ROUNDS: usize = 1000;
    let (factor, term) = (black_box(F32x4::splat(0.999)), black_box(F32x4::splat(0.001)));
    let mut registers = || {
        let mut sums = [F32x4::splat(1.0); 8];
        for _ in 0..ROUNDS {
            // Each waits for itself only.
            sums = sums.map(|sum| sum.mul_acc(factor, term));
        }
        black_box(sums);
    };
    let flops = (ROUNDS * 8 * 4 * 2) as f64;
    let gflops = flops / least(clock, &mut registers) / 1e9;
    let (from, mut to) = (vec![1.0_f32; MANY], vec![0.0_f32; MANY]);
    let mut copy = || black_box(&mut to).copy_from_slice(black_box(&from));
    let gbytes = (MANY * 8) as f64 / least(clock, &mut copy) / 1e9;
    Limits { gflops, gbytes }
}

/// The same for a browser.
#[cfg(target_family = "wasm")]
mod browser {
    use wasm_bindgen::prelude::*;

    /// Measures everything; gives JSON lines. `clock` tells milliseconds.
    #[must_use]
    #[wasm_bindgen]
    pub fn measure(build: &str, clock: &js_sys::Function) -> String {
        let now =
            || clock.call0(&JsValue::NULL).ok().and_then(|now| now.as_f64()).unwrap_or(f64::NAN);
        let mut lines = String::new();
        super::measure(build, &now, &mut |line| {
            lines += line;
            lines.push('\n');
        });
        lines
    }
}
