//! Chooses some of the pictures at random, in their original order.

use anyhow::{Result, bail};
use tabgrad::data::manifest::Split;
use tabgrad::data::pictures::Pictures;
use tabgrad::data::rng::{Purpose, Rng};

/// `count` of the pictures, or all.
///
/// # Errors
/// If more are asked for than there are.
pub fn choose(all: Pictures, split: Split, count: Option<usize>, seed: u64) -> Result<Pictures> {
    let Some(count) = count.filter(|&count| count != all.len()) else { return Ok(all) };
    if count > all.len() {
        bail!(
            "The {split} split has {} pictures, {count} were asked for. Ask for fewer, or for all by leaving --{split} out.",
            all.len()
        );
    }
    let total = u32::try_from(all.len())?;
    let index = u64::from(split == Split::Test);
    let mut chosen = Rng::new(seed, Purpose::Subset, index).permutation(total);
    chosen.truncate(count);
    chosen.sort_unstable();
    Ok(all.chosen(&chosen))
}
