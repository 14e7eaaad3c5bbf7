//! Which pictures are kept for the test where nobody said which: one in six of each class, by their names
//! alone, so that a folder is divided in the same way wherever it lies and in whatever order it is listed.

use super::layout::Chosen;

/// One in so many of a class is kept.
const ONE_IN: usize = 6;
/// Another seed would keep others.
const SEED: u32 = 7;

/// Chooses the test pictures of each of `classes`: one in six, at least one, and never the only one.
pub(super) fn choose_test(pictures: &mut [Chosen], classes: usize) {
    for label in 0..classes {
        let of_class = |(_, picture): &(usize, &Chosen)| usize::from(picture.label) == label;
        let mut group: Vec<(u32, usize)> = pictures
            .iter()
            .enumerate()
            .filter(of_class)
            .map(|(place, picture)| (rank(picture.name()), place))
            .collect();
        group.sort_unstable();
        let count = if group.len() < 2 { 0 } else { ((group.len() + ONE_IN / 2) / ONE_IN).max(1) };
        for (_, place) in group.into_iter().take(count) {
            pictures[place].test = true;
        }
    }
}

/// FNV-1a of a name, mixed so that its last bytes reach the high bits, which decide the order.
fn rank(name: &str) -> u32 {
    let hash = name
        .bytes()
        .fold(0x811c_9dc5 ^ SEED, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash ^ hash >> 13
}
