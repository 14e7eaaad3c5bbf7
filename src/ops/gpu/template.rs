//! Repeats lines of a WGSL text for tiles of registers, which the language has no loop for: sums in an
//! array would lie in memory.
//!
//! A line `@for r in 0..ROWS {` repeats the lines up to its `@}`, `@if POOL > 0 {` (or `==`) keeps
//! them or not, and `#{2 * r + 1}` becomes the number. Loops may be nested; names are those of loops
//! and of a kernel's constants. `@read x, info: u32` and `@write y` declare buffers, of `f32` where no
//! type is named, which are bound in the order in which they stand.

/// `text` with its loops written out.
///
/// # Panics
/// If a directive is not as described: texts are part of the program, and every one is tested.
pub(super) fn unrolled(text: &str, constants: &[(&str, i64)]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut names: Vec<(String, i64)> =
        constants.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let mut written = String::with_capacity(text.len());
    write(&lines, &mut names, &mut 0, &mut written);
    written
}

fn write(lines: &[&str], names: &mut Vec<(String, i64)>, bound: &mut usize, to: &mut String) {
    let mut next = 0;
    while let Some(line) = lines.get(next) {
        next += 1;
        let Some(directive) = line.trim().strip_prefix('@').filter(|rest| is_directive(rest))
        else {
            match buffers(line) {
                Some((access, buffers)) => declare(access, buffers, names, bound, to),
                None => *to += &(filled(line, names) + "\n"),
            }
            continue;
        };
        let body = &lines[next..next + length(&lines[next..])];
        next += body.len() + 1;
        let words = directive.trim_end_matches('{').trim();
        if let Some(condition) = words.strip_prefix("if ") {
            if holds(condition, names) {
                write(body, names, bound, to);
            }
        } else {
            let (name, range) =
                words["for ".len()..].split_once(" in ").expect("`for name in range`");
            let (from, until) = range.split_once("..").expect("a range");
            for value in number(from, names)..number(until, names) {
                names.push((name.to_owned(), value));
                write(body, names, bound, to);
                names.pop();
            }
        }
    }
}

/// The access and the buffers of a line that declares some.
fn buffers(line: &str) -> Option<(&'static str, &str)> {
    let line = line.split("//").next().unwrap_or(line).trim();
    let read = line.strip_prefix("@read ").map(|buffers| ("read", buffers));
    read.or_else(|| Some(("read_write", line.strip_prefix("@write ")?)))
}

/// Declares `buffers`, of which `bound` stand before.
fn declare(
    access: &str,
    buffers: &str,
    names: &[(String, i64)],
    bound: &mut usize,
    to: &mut String,
) {
    for buffer in buffers.split(',') {
        let (name, element) = buffer.split_once(':').unwrap_or((buffer, "f32"));
        let (name, element) = (filled(name.trim(), names), element.trim());
        *to += &format!(
            "@group(0) @binding({bound}) var<storage, {access}> {name}: array<{element}>;\n"
        );
        *bound += 1;
    }
}

fn is_directive(rest: &str) -> bool {
    rest.starts_with("for ") || rest.starts_with("if ")
}

/// How many lines there are before the `@}` that ends them.
fn length(lines: &[&str]) -> usize {
    let mut depth = 0;
    for (index, line) in lines.iter().enumerate() {
        match line.trim().strip_prefix('@') {
            Some("}") if depth == 0 => return index,
            Some("}") => depth -= 1,
            Some(rest) if is_directive(rest) => depth += 1,
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

    fn lines(text: &str) -> Vec<String> {
        unrolled(text, &[("ROWS", 2), ("POOL", 1)]).lines().map(str::to_owned).collect()
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
