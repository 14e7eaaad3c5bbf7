//! What flows between two layers: the main branch, the inputs of the residual blocks that they stand in,
//! which are added later, and what goes to the loss. Who runs a network layer by layer hands all of it on.

use burn::tensor::Tensor;

use super::activation::Activation;

/// The main branch and the skipped ones.
#[derive(Debug, Clone)]
pub struct Branches {
    /// What the next layer takes.
    pub main: Activation,
    /// The inputs of the residual blocks that are not closed yet, outermost first.
    pub skips: Vec<Activation>,
    /// The mean divergence of the code of a variational autoencoder, `[1]`, once its layer has run: the
    /// other term of the loss.
    pub kl: Option<Tensor<1>>,
}

impl From<Activation> for Branches {
    /// Outside of any residual block.
    fn from(main: Activation) -> Self {
        Self { main, skips: Vec::new(), kl: None }
    }
}

impl Branches {
    /// What `function` makes of every branch that goes on to the next layer.
    #[must_use]
    pub(crate) fn map(self, function: impl Fn(Activation) -> Activation) -> Self {
        let skips = self.skips.into_iter().map(&function).collect();
        Self { main: function(self.main), skips, kl: None }
    }
}

impl IntoIterator for Branches {
    type Item = Activation;
    type IntoIter = std::iter::Chain<std::iter::Once<Activation>, std::vec::IntoIter<Activation>>;

    /// All branches that go on to the next layer, the main one first.
    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self.main).chain(self.skips)
    }
}
