//! Progress bars that look alike.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts `total` things; hidden where the output is not a terminal.
pub(crate) fn things(what: &'static str, total: usize) -> ProgressBar {
    bar(what, total as u64, "{msg:<9} {bar:32} {human_pos}/{human_len} {eta}")
}

/// A bar that counts bytes.
#[cfg(feature = "download")]
pub(crate) fn bytes(what: &'static str, total: u64) -> ProgressBar {
    bar(what, total, "{msg:<9} {bar:32} {bytes}/{total_bytes} {bytes_per_sec} {eta}")
}

fn bar(what: &'static str, total: u64, template: &str) -> ProgressBar {
    // A template that does not parse would show the plain bar; it is a constant that does.
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style).with_message(what)
}
