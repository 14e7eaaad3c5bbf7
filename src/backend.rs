//! The backends burn computes with, as values chosen by name. The only file that names one.

// burn means to drop burn-ndarray. It has none of our kernels, so it checks them until then.
#![cfg_attr(feature = "ndarray", allow(deprecated))]

use burn::tensor::Device;

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// `burn-flex`, on the CPU.
    Flex,
    /// `burn-ndarray`, on the CPU: slow, the oracle of the tests.
    #[cfg(feature = "ndarray")]
    NdArray,
}

/// A name that is no backend of this build.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("There is no backend named `{name}` in this build. Use one of: {built}.", built = Backend::names())]
pub struct UnknownBackend {
    name: String,
}

impl Backend {
    /// Those in this build, the default first.
    pub const ALL: &[Self] = &[
        Self::Flex,
        #[cfg(feature = "ndarray")]
        Self::NdArray,
    ];

    /// The name users type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Flex => "flex",
            #[cfg(feature = "ndarray")]
            Self::NdArray => "ndarray",
        }
    }

    fn names() -> String {
        Self::ALL.iter().map(|backend| backend.name()).collect::<Vec<_>>().join(", ")
    }

    /// A device that computes with it, without autodiff.
    #[must_use]
    pub fn device(self) -> Device {
        match self {
            Self::Flex => Device::flex(),
            #[cfg(feature = "ndarray")]
            Self::NdArray => Device::ndarray(),
        }
    }
}

impl std::str::FromStr for Backend {
    type Err = UnknownBackend;

    fn from_str(name: &str) -> Result<Self, UnknownBackend> {
        Self::ALL
            .iter()
            .copied()
            .find(|backend| backend.name() == name)
            .ok_or_else(|| UnknownBackend { name: name.to_owned() })
    }
}
