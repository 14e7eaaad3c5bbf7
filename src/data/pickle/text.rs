//! The strings of protocol 0, which are lines of text with escapes.

use std::borrow::Cow;

/// A string literal of Python 2 or bytes without their `b`: quoted, with escapes such as `\x0a`
/// and `\n`.
pub(super) fn quoted(line: &[u8]) -> Option<Cow<'_, [u8]>> {
    let line = line.trim_ascii_end();
    let (&quote, rest) = line.split_first().filter(|(quote, _)| matches!(quote, b'\'' | b'"'))?;
    let (&end, inner) = rest.split_last()?;
    if end != quote {
        return None;
    }
    if !inner.contains(&b'\\') {
        return Some(Cow::Borrowed(inner));
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let (&code, after) = rest.split_first()?;
        rest = after;
        bytes.push(match code {
            b'\\' | b'\'' | b'"' => code,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'v' => 11,
            b'x' => u8::try_from(hexadecimal(&mut rest, 2)?).ok()?,
            b'0'..=b'7' => {
                // One to three octal digits.
                let mut value = u32::from(code - b'0');
                for _ in 0..2 {
                    let Some((&digit @ b'0'..=b'7', after)) = rest.split_first() else {
                        break;
                    };
                    (value, rest) = (8 * value + u32::from(digit - b'0'), after);
                }
                u8::try_from(value).ok()?
            }
            _ => return None,
        });
    }
    Some(Cow::Owned(bytes))
}

/// Text in Python's encoding `raw-unicode-escape`: Latin-1, and `\u` and `\U` with digits for the
/// rest.
pub(super) fn raw_unicode(line: &[u8]) -> Option<Cow<'_, str>> {
    if line.is_ascii() && !line.contains(&b'\\') {
        return str::from_utf8(line).ok().map(Cow::Borrowed);
    }
    let mut text = String::with_capacity(line.len() + line.len() / 2);
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let digits = match (byte, rest.first()) {
            (b'\\', Some(b'u')) => 4,
            (b'\\', Some(b'U')) => 8,
            _ => {
                text.push(char::from(byte));
                continue;
            }
        };
        rest = rest.get(1..)?;
        text.push(char::from_u32(hexadecimal(&mut rest, digits)?)?);
    }
    Some(Cow::Owned(text))
}

/// As many hexadecimal digits, taken from the start of `rest`.
fn hexadecimal(rest: &mut &[u8], digits: usize) -> Option<u32> {
    let (digits, after) = rest.split_at_checked(digits)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    *rest = after;
    u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{quoted, raw_unicode};

    #[test]
    fn strings_are_read_as_python_reads_them() {
        let cases: [(&[u8], Option<&[u8]>); 8] = [
            (b"'labels'", Some(b"labels")),
            (b"\"it's\"", Some(b"it's")),
            (br"'a\x00\n\\\'\101\7'", Some(b"a\x00\n\\'A\x07")),
            (br"'\x0'", None),
            (br"'\400'", None),
            (br"'open", None),
            (b"'", None),
            (b"", None),
        ];
        for (line, expected) in cases {
            assert_eq!(quoted(line).as_deref(), expected, "{line:?}");
        }
    }

    #[test]
    fn texts_are_read_as_python_reads_them() {
        let cases: [(&[u8], Option<&str>); 6] = [
            (b"data", Some("data")),
            (b"\xe4\x00x", Some("ä\0x")),
            (br"a\u000ab\u732b\U0001f408", Some("a\nb猫🐈")),
            (br"back\x", Some(r"back\x")),
            (br"\ud800", None),
            (br"\u12", None),
        ];
        for (line, expected) in cases {
            assert_eq!(raw_unicode(line).as_deref(), expected, "{line:?}");
        }
    }
}
