//! What flows between two layers that stand in residual blocks: the main branch, and the inputs of the
//! blocks, which are added later. Who runs a network layer by layer hands all of it on.

use super::activation::Activation;

/// The main branch and the skipped ones.
#[derive(Debug, Clone)]
pub struct Branches {
    /// What the next layer takes.
    pub main: Activation,
    /// The inputs of the residual blocks that are not closed yet, outermost first.
    pub skips: Vec<Activation>,
}

impl From<Activation> for Branches {
    /// Outside of any residual block.
    fn from(main: Activation) -> Self {
        Self { main, skips: Vec::new() }
    }
}

impl Branches {
    /// What `function` makes of every branch.
    #[must_use]
    pub(crate) fn map(self, function: impl Fn(Activation) -> Activation) -> Self {
        Self { main: function(self.main), skips: self.skips.into_iter().map(function).collect() }
    }
}

impl IntoIterator for Branches {
    type Item = Activation;
    type IntoIter = std::iter::Chain<std::iter::Once<Activation>, std::vec::IntoIter<Activation>>;

    /// All branches, the main one first.
    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self.main).chain(self.skips)
    }
}
