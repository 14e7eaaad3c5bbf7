//! Why a model cannot be built or trained, as sentences.

/// A model that cannot be built or trained.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Not the JSON of a model.
    #[error("This model cannot be read: {reason}.")]
    Unreadable {
        /// Where it is wrong, what is there and what would be right.
        reason: String,
    },
    /// A layer that cannot be built where it is.
    #[error("Layer {number} ({layer}) gets {input}, and {reason}.")]
    Layer {
        /// Which layer, from 1.
        number: usize,
        /// Its name and what matters of its settings.
        layer: String,
        /// What reaches it.
        input: String,
        /// What it needs instead, and what to do.
        reason: String,
    },
    /// A layer whose name cannot be used.
    #[error("Layer {number} {reason}.")]
    Name {
        /// Which layer, from 1.
        number: usize,
        /// What it is called, and what to do.
        reason: String,
    },
    /// The model as a whole.
    #[error("{model} cannot be trained: {reason}.")]
    Model {
        /// The model's name.
        model: String,
        /// Why not, and what to do.
        reason: String,
    },
}
