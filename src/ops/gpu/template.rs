//! Writes out a WGSL text. Tiles of registers repeat its lines, for which the language has no loop: sums
//! in an array would lie in memory. And kernels share pieces of text, for which it has no modules.
//!
//! A line `@for r in 0..ROWS {` repeats the lines up to its `@}`, `@if POOL > 0 {` (or `==`) keeps
//! them or not, and `#{2 * r + 1}` becomes the number. Loops may be nested; names are those of loops
//! and of a kernel's constants. `@read x, info: u32` and `@write y` declare buffers, of `f32` where no
//! type is named, which are bound in the order in which they stand. `@include gpu/lanes` stands for the
//! lines of that file below `ops`, which may have directives of their own; what a text includes again, by
//! itself or by what it includes, is written once, where it stands first.

/// `text` written out, which may include the `shared` texts by their names.
///
/// # Panics
/// If a directive is not as described, or includes what is not shared: texts are part of the program, and
/// every one is tested.
pub(super) fn written_out(
    text: &str,
    shared: &[(&str, &str)],
    constants: &[(&str, i64)],
) -> String {
    let mut writer = Writer {
        shared,
        included: Vec::new(),
        names: constants.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
        bound: 0,
        written: String::with_capacity(text.len()),
    };
    writer.write(text);
    writer.written
}

struct Writer<'a> {
    shared: &'a [(&'a str, &'a str)],
    /// Names of the shared texts that are written.
    included: Vec<&'a str>,
    /// Numbers by name, the innermost last.
    names: Vec<(String, i64)>,
    /// Buffers declared.
    bound: usize,
    written: String,
}

impl Writer<'_> {
    fn write(&mut self, text: &str) {
        self.write_lines(&text.lines().collect::<Vec<_>>());
    }

    fn write_lines(&mut self, lines: &[&str]) {
        let mut next = 0;
        while let Some(line) = lines.get(next) {
            next += 1;
            let Some(directive) = line.trim().strip_prefix('@').filter(|rest| is_block(rest))
            else {
                self.write_line(line);
                continue;
            };
            let body = &lines[next..next + length(&lines[next..])];
            next += body.len() + 1;
            let words = directive.trim_end_matches('{').trim();
            if let Some(condition) = words.strip_prefix("if ") {
                if holds(condition, &self.names) {
                    self.write_lines(body);
                }
            } else {
                let (name, range) =
                    words["for ".len()..].split_once(" in ").expect("`for name in range`");
                let (from, until) = range.split_once("..").expect("a range");
                for value in number(from, &self.names)..number(until, &self.names) {
                    self.names.push((name.to_owned(), value));
                    self.write_lines(body);
                    self.names.pop();
                }
            }
        }
    }

    /// Writes a line that no other ends.
    fn write_line(&mut self, line: &str) {
        let code = line.split("//").next().unwrap_or(line).trim();
        if let Some(buffers) = code.strip_prefix("@read ") {
            self.declare("read", buffers);
        } else if let Some(buffers) = code.strip_prefix("@write ") {
            self.declare("read_write", buffers);
        } else if let Some(name) = code.strip_prefix("@include ") {
            self.include(name.trim());
        } else {
            self.written += &(filled(line, &self.names) + "\n");
        }
    }

    fn declare(&mut self, access: &str, buffers: &str) {
        for buffer in buffers.split(',') {
            let (name, element) = buffer.split_once(':').unwrap_or((buffer, "f32"));
            let (name, element) = (filled(name.trim(), &self.names), element.trim());
            self.written += &format!(
                "@group(0) @binding({}) var<storage, {access}> {name}: array<{element}>;\n",
                self.bound
            );
            self.bound += 1;
        }
    }

    fn include(&mut self, name: &str) {
        let found = self.shared.iter().find(|(known, _)| *known == name);
        let &(name, text) = found.unwrap_or_else(|| panic!("`@include {name}` names no text"));
        if !self.included.contains(&name) {
            self.included.push(name);
            self.write(text);
        }
    }
}

/// Whether a directive has lines up to a `@}`.
fn is_block(rest: &str) -> bool {
    rest.starts_with("for ") || rest.starts_with("if ")
}

/// How many lines there are before the `@}` that ends them.
fn length(lines: &[&str]) -> usize {
    let mut depth = 0;
    for (index, line) in lines.iter().enumerate() {
        match line.trim().strip_prefix('@') {
            Some("}") if depth == 0 => return index,
            Some("}") => depth -= 1,
            Some(rest) if is_block(rest) => depth += 1,
            _ => {}
        }
    }
    panic!("a loop of a kernel's text does not end");
}

fn holds(condition: &str, names: &[(String, i64)]) -> bool {
    match condition.split_once("==") {
        Some((left, right)) => number(left, names) == number(right, names),
        None => {
            let (left, right) = condition.split_once('>').expect("a comparison");
            number(left, names) > number(right, names)
        }
    }
}

/// `line` with numbers for what is in `#{}`.
fn filled(line: &str, names: &[(String, i64)]) -> String {
    let mut pieces = line.split("#{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (sum, rest) = piece.split_once('}').expect("an end of `#{`");
        filled += &number(sum, names).to_string();
        filled += rest;
    }
    filled
}

/// What an expression comes to.
fn number(text: &str, names: &[(String, i64)]) -> i64 {
    let mut rest = text.trim();
    let value = shifted(&mut rest, names);
    assert!(rest.is_empty(), "`{text}` ends before `{rest}`");
    value
}

fn shifted(rest: &mut &str, names: &[(String, i64)]) -> i64 {
    let mut value = sum(rest, names);
    while take(rest, "<<") {
        value <<= sum(rest, names);
    }
    value
}

fn sum(rest: &mut &str, names: &[(String, i64)]) -> i64 {
    let mut value = product(rest, names);
    loop {
        if take(rest, "+") {
            value += product(rest, names);
        } else if take(rest, "-") {
            value -= product(rest, names);
        } else {
            return value;
        }
    }
}

fn product(rest: &mut &str, names: &[(String, i64)]) -> i64 {
    let mut value = atom(rest, names);
    loop {
        if take(rest, "*") {
            value *= atom(rest, names);
        } else if take(rest, "/") {
            value /= atom(rest, names);
        } else if take(rest, "%") {
            value %= atom(rest, names);
        } else {
            return value;
        }
    }
}

fn atom(rest: &mut &str, names: &[(String, i64)]) -> i64 {
    if take(rest, "(") {
        let value = shifted(rest, names);
        assert!(take(rest, ")"), "a bracket ends before `{rest}`");
        return value;
    }
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    *rest = after.trim_start();
    // The innermost loop of a name counts.
    let named = names.iter().rev().find(|(name, _)| name == word).map(|(_, value)| *value);
    named.or_else(|| word.parse().ok()).unwrap_or_else(|| panic!("`{word}` is no number"))
}

/// Whether `rest` goes on with `sign`, which is passed over.
fn take(rest: &mut &str, sign: &str) -> bool {
    let after = rest.strip_prefix(sign).map(str::trim_start);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARED: &[(&str, &str)] = &[
        ("gpu/rows", "@for r in 0..ROWS {\nrow#{r}\n@}"),
        ("gpu/buffers", "@read shared"),
        ("gpu/both", "both\n@include gpu/rows\n@include gpu/buffers"),
        ("gpu/itself", "again\n@include gpu/itself"),
    ];

    fn lines(text: &str) -> Vec<String> {
        let constants = [("ROWS", 2), ("POOL", 1)];
        written_out(text, SHARED, &constants).lines().map(str::to_owned).collect()
    }

    #[test]
    fn loops_are_written_out_from_the_outside_in() {
        let text =
            "@for r in 0..ROWS {\nrow#{r}\n  @for p in 1..3 {\n  x#{r}_#{p + r}\n  @}\n@}\nend";
        let expected = ["row0", "  x0_1", "  x0_2", "row1", "  x1_2", "  x1_3", "end"];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn conditions_keep_lines_or_not() {
        let text = "@if POOL > 0 {\na\n@}\n@if POOL == 0 {\nb\n@}\n@if ROWS + 1 == 3 {\nc\n@}";
        assert_eq!(lines(text), ["a", "c"]);
    }

    #[test]
    fn expressions_follow_the_usual_order() {
        let text =
            "@for r in 3..4 {\n#{2 + r * 2} #{(r + 1) / 2 % 2} #{1 << r % 2 * 2 + 1} #{9-r-1}\n@}";
        assert_eq!(lines(text), ["8 0 8 5"]);
    }

    #[test]
    fn buffers_are_bound_in_the_order_in_which_they_stand() {
        let text = "@read a, b: u32\n@if POOL > 1 {\n@write none\n@}\n@for r in 0..ROWS {\n\
                    @write c_#{r}: vec4<f32>\n@}\n@read info: u32 // rows";
        let buffer = |at: usize, access: &str, name: &str, element: &str| {
            format!("@group(0) @binding({at}) var<storage, {access}> {name}: array<{element}>;")
        };
        let expected = [
            buffer(0, "read", "a", "f32"),
            buffer(1, "read", "b", "u32"),
            buffer(2, "read_write", "c_0", "vec4<f32>"),
            buffer(3, "read_write", "c_1", "vec4<f32>"),
            buffer(4, "read", "info", "u32"),
        ];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn what_is_included_stands_where_it_is_first_named() {
        let text =
            "first\n  @include gpu/rows // twice\nlast\n@include gpu/both\n@include gpu/rows";
        let binding = "@group(0) @binding(0) var<storage, read> shared: array<f32>;";
        assert_eq!(lines(text), ["first", "row0", "row1", "last", "both", binding]);
        assert_eq!(lines("@include gpu/itself"), ["again"]);
    }

    #[test]
    fn what_is_included_declares_the_next_buffer() {
        let text = "@read a\n@include gpu/buffers\n@write b";
        let bound = lines(text).into_iter().map(|line| line[..22].to_owned());
        let expected = [0, 1, 2].map(|binding| format!("@group(0) @binding({binding}) "));
        assert_eq!(bound.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_include_that_is_left_out_can_stand_later() {
        let text = "@if POOL == 0 {\n@include gpu/rows\n@}\nmiddle\n@include gpu/rows";
        assert_eq!(lines(text), ["middle", "row0", "row1"]);
    }

    #[test]
    #[should_panic(expected = "`@include gpu/none` names no text")]
    fn an_unknown_include_is_refused() {
        lines("@include gpu/none");
    }

    #[test]
    fn what_the_language_itself_says_stays() {
        let text = "@group(0) @binding(#{ROWS}) var<storage> x: array<f32>;\nif (a) { b; }";
        let expected = ["@group(0) @binding(2) var<storage> x: array<f32>;", "if (a) { b; }"];
        assert_eq!(lines(text), expected);
    }

    #[test]
    #[should_panic(expected = "`q` is no number")]
    fn an_unknown_name_is_refused() {
        lines("#{q}");
    }
}
