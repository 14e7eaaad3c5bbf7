//! The backends burn computes with, as values chosen by name. The only file that names one.

// burn means to drop burn-ndarray. It has none of our kernels, so it checks them until then.
#![cfg_attr(feature = "ndarray", allow(deprecated))]

use burn::tensor::Device;

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// `burn-flex`, on the CPU.
    Flex,
    /// `burn-wgpu`, on the GPU: WebGPU in a browser, Vulkan, Metal or DirectX natively. In a
    /// browser the adapter must have `timestamp-query`, or cubecl panics: look first, as
    /// `www/gpu.js` does.
    #[cfg(feature = "gpu")]
    Wgpu,
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

/// A device that could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("No GPU could be opened: {reason}. Compute on the CPU, with the backend flex.")]
pub struct DeviceError {
    reason: String,
}

impl Backend {
    /// Those in this build, the default first.
    pub const ALL: &[Self] = &[
        Self::Flex,
        #[cfg(feature = "gpu")]
        Self::Wgpu,
        #[cfg(feature = "ndarray")]
        Self::NdArray,
    ];

    /// The name users type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Flex => "flex",
            #[cfg(feature = "gpu")]
            Self::Wgpu => "wgpu",
            #[cfg(feature = "ndarray")]
            Self::NdArray => "ndarray",
        }
    }

    fn names() -> String {
        Self::ALL.iter().map(|backend| backend.name()).collect::<Vec<_>>().join(", ")
    }

    /// A device that computes with it, without autodiff. There is one GPU: asked again, it is
    /// given again.
    ///
    /// # Errors
    /// [`DeviceError`] where there is no GPU, or it cannot be used.
    #[cfg_attr(not(feature = "gpu"), allow(clippy::unused_async))]
    pub async fn device(self) -> Result<Device, DeviceError> {
        match self {
            Self::Flex => Ok(Device::flex()),
            #[cfg(feature = "gpu")]
            Self::Wgpu => gpu::device().await,
            #[cfg(feature = "ndarray")]
            Self::NdArray => Ok(Device::ndarray()),
        }
    }
}

/// Whether a step on `device` is computed part by part (see [`crate::parallel::microbatch`]): on the CPU that keeps
/// maps in the cache and lets several workers share a step; a GPU wants the batch as a whole.
#[must_use]
pub(crate) fn takes_microbatches(device: &Device) -> bool {
    device.clone().inner() == Device::flex()
}

/// Whether `device` is the GPU.
#[cfg(feature = "gpu")]
#[must_use]
pub(crate) fn is_gpu(device: &Device) -> bool {
    gpu::opened_before().is_some_and(|opened| opened == device.clone().inner())
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

#[cfg(feature = "gpu")]
mod gpu {
    use std::sync::OnceLock;

    use burn::tensor::Device;
    use burn::tensor::wgpu::{WgpuInitError, WgpuOptions};

    use super::DeviceError;

    /// Dispatches in a submission. A step has a few hundred; the device should begin before the
    /// last of them is recorded, and a submission has its price.
    const TASKS: usize = 64;

    /// The device, or why there is none: burn opens it once.
    static OPENED: OnceLock<Result<Device, DeviceError>> = OnceLock::new();

    #[cfg(not(target_family = "wasm"))]
    #[allow(clippy::unused_async)]
    pub(super) async fn device() -> Result<Device, DeviceError> {
        // Several threads may ask; only one of them may open it.
        OPENED.get_or_init(|| opened(options().init())).clone()
    }

    #[cfg(target_family = "wasm")]
    pub(super) async fn device() -> Result<Device, DeviceError> {
        if let Some(opened) = OPENED.get() {
            return opened.clone();
        }
        let device = opened(options().init_async().await);
        OPENED.get_or_init(|| device).clone()
    }

    /// The device, if it was opened.
    pub(super) fn opened_before() -> Option<Device> {
        OPENED.get()?.clone().ok()
    }

    fn options() -> WgpuOptions {
        Device::wgpu_options().tasks_max(TASKS)
    }

    fn opened(device: Result<Device, WgpuInitError>) -> Result<Device, DeviceError> {
        device.map_err(|error| DeviceError { reason: error.to_string() })
    }
}
