//! What the input of a target does to a good one, so that it gets past the syntax.

/// Bytes with those replaced, inserted and taken out that `edits` names: two bytes of a place, a mark, a
/// value. `place` makes a place within bytes of that length out of the two bytes and the mark.
pub fn edit(
    mut bytes: Vec<u8>,
    edits: &[u8],
    place: impl Fn(usize, u8, usize) -> usize,
) -> Vec<u8> {
    for &[low, high, mark, value] in edits.as_chunks::<4>().0 {
        if bytes.is_empty() {
            break;
        }
        let at = place(usize::from(u16::from_le_bytes([low, high])), mark, bytes.len());
        match mark {
            255 => bytes.truncate(at),
            254 => bytes.insert(at, value),
            253 => drop(bytes.drain(at..(at + usize::from(value)).min(bytes.len()))),
            _ => bytes[at] = value,
        }
    }
    bytes
}

/// Any place.
pub fn anywhere(place: usize, _mark: u8, length: usize) -> usize {
    place % length
}

/// JSON with a value a line, in which lines have pieces of `text` for values: the first character of a
/// piece says which.
pub fn replace_values(json: &str, text: &str) -> String {
    let mut lines: Vec<String> = json.lines().map(String::from).collect();
    for piece in text.split('\n') {
        let mut characters = piece.chars();
        let line = characters.next().map_or(0, |first| first as usize) % lines.len();
        let line = &mut lines[line];
        let start = line.find(": ").map_or(0, |at| at + 2);
        let comma = if line.ends_with(',') { "," } else { "" };
        line.replace_range(start.., &format!("{}{comma}", characters.as_str()));
    }
    lines.join("\n")
}
