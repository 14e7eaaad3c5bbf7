//! Launches a WGSL kernel on tensors: its text with constants of the layer put before it, its
//! buffers, a few numbers that change from call to call.

use burn::backend::TensorMetadata;
use burn::tensor::{DType, Shape};
use burn_cubecl::cubecl::ir::attributes::BufferIOAttr;
use burn_cubecl::cubecl::prelude::{CubeCount, CubeDim, KernelId};
use burn_cubecl::cubecl::server::{Handle, KernelArguments, MetadataBindingInfo};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::template::{KernelSource, SourceKernel, SourceTemplate};
use burn_cubecl::tensor::CubeTensor;

use super::template::written_out;

/// Threads of a workgroup of kernels that give each thread its own value.
pub(in crate::ops) const THREADS: usize = 64;
/// The most workgroups along one dimension that every WebGPU device has
/// (`maxComputeWorkgroupsPerDimension` of the specification).
const MOST_GROUPS: usize = 65_535;

/// The text of a kernel, and its name.
#[derive(Debug, Clone, Copy)]
pub(in crate::ops) struct Source {
    pub(in crate::ops) name: &'static str,
    pub(in crate::ops) text: &'static str,
}

/// The kernel in the file of that name in a folder of `ops`.
macro_rules! wgsl {
    ($folder:literal $name:literal) => {
        $crate::ops::gpu::launch::Source {
            name: $name,
            text: $crate::ops::gpu::launch::text!($folder, "/", $name),
        }
    };
}

macro_rules! text {
    ($($path:literal),+) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/ops/", $($path),+, ".wgsl"))
    };
}
pub(in crate::ops) use {text, wgsl};

macro_rules! shared {
    ($($path:literal),+ $(,)?) => { &[$(($path, text!($path))),+] };
}

/// What kernels include, by its path below `ops`.
pub(super) const SHARED: &[(&str, &str)] = shared![
    "activation/curves",
    "batch_norm/per_part",
    "batch_norm/scale",
    "conv/tiles",
    "conv_block/per_channel",
    "conv_block/per_tile",
    "conv_block/upsample_weights",
    "conv_block/weight_parts",
    "dense/per_tile",
    "enlarge/between",
    "gather/augmented",
    "group_norm/per_set",
    "group_norm/sets",
    "gpu/lanes",
    "gpu/per_value",
    "gpu/philox",
    "gpu/tree_sum",
    "pool/windows",
    "update/rule",
];

/// A constant that is written into the text, so that the compiler sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::ops) enum Constant {
    Integer(usize),
    /// By its bits, which can be compared.
    Float(u32),
}

impl From<usize> for Constant {
    fn from(value: usize) -> Self {
        Self::Integer(value)
    }
}

impl From<f32> for Constant {
    fn from(value: f32) -> Self {
        Self::Float(value.to_bits())
    }
}

/// A kernel with its constants: one pipeline on the device.
#[derive(Debug, Clone)]
pub(in crate::ops) struct Specialised {
    pub(in crate::ops) source: Source,
    pub(in crate::ops) constants: Vec<(&'static str, Constant)>,
}

impl KernelSource for Specialised {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.text())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info((self.source.name, self.constants.clone()))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

impl Specialised {
    /// The text as a browser is given it.
    pub(in crate::ops) fn written(&self) -> String {
        // Who profiles finds the kernel by this line.
        let mut text = format!("// kernel {}", self.source.name);
        for (name, constant) in &self.constants {
            if let Constant::Integer(value) = constant {
                text += &format!(" {name}={value}");
            }
        }
        text.push('\n');
        for (name, constant) in &self.constants {
            text += &match constant {
                Constant::Integer(value) => format!("const {name}: u32 = {value}u;\n"),
                Constant::Float(bits) => {
                    format!("const {name}: f32 = {:e}f;\n", f32::from_bits(*bits))
                }
            };
        }
        let integers = self.constants.iter().filter_map(|(name, constant)| match constant {
            Constant::Integer(value) => Some((*name, i64::try_from(*value).unwrap_or(i64::MAX))),
            Constant::Float(_) => None,
        });
        text += &written_out(self.source.text, SHARED, &integers.collect::<Vec<_>>());
        text
    }

    fn text(&self) -> String {
        let text = self.written();
        // Natively several tensors share a buffer, and one buffer must not be bound both as read
        // and as written.
        if cfg!(target_family = "wasm") {
            text
        } else {
            text.replace("storage, read>", "storage, read_write>")
        }
    }
}

/// A launch being put together.
pub(in crate::ops) struct Launch<'a> {
    kernel: Specialised,
    inputs: Vec<CubeTensor>,
    /// Whose device and client are used.
    beside: &'a CubeTensor,
    info: Vec<u32>,
}

impl<'a> Launch<'a> {
    /// Of `source`, on the device of `beside`.
    pub(in crate::ops) fn new(source: Source, beside: &'a CubeTensor) -> Self {
        let kernel = Specialised { source, constants: Vec::new() };
        Self { kernel, inputs: Vec::new(), beside, info: Vec::new() }
    }

    /// With a constant.
    pub(in crate::ops) fn with(mut self, name: &'static str, value: impl Into<Constant>) -> Self {
        self.kernel.constants.push((name, value.into()));
        self
    }

    /// Reading `tensors`, in the order of the bindings.
    pub(in crate::ops) fn reading(mut self, tensors: &[&CubeTensor]) -> Self {
        self.inputs.extend(tensors.iter().map(|tensor| into_contiguous((*tensor).clone())));
        self
    }

    /// With numbers that change from call to call, the last binding.
    pub(in crate::ops) fn info(mut self, numbers: &[usize]) -> Self {
        self.info.extend(numbers.iter().map(|&number| u32::try_from(number).unwrap_or(u32::MAX)));
        self
    }

    /// With the bits of a number that changes from call to call.
    pub(in crate::ops) fn info_bits(mut self, number: f32) -> Self {
        self.info.push(number.to_bits());
        self
    }

    /// One thread for each of `values` values, writing tensors of `shapes`.
    pub(in crate::ops) fn by_value<const N: usize>(
        self,
        values: usize,
        shapes: [Shape; N],
    ) -> [CubeTensor; N] {
        self.run(by_threads(values), shapes)
    }

    /// `groups` workgroups, writing tensors of `shapes`.
    pub(in crate::ops) fn run<const N: usize>(
        self,
        groups: [usize; 3],
        shapes: [Shape; N],
    ) -> [CubeTensor; N] {
        let outputs = shapes.map(|shape| empty(self.beside, shape));
        self.write(groups, &outputs);
        outputs
    }

    /// `groups` workgroups, writing tensors of `shapes` that lie in one buffer.
    pub(in crate::ops) fn run_in_one<const N: usize>(
        self,
        groups: [usize; 3],
        shapes: [Shape; N],
    ) -> [CubeTensor; N] {
        let offsets = Offsets::new(self.beside, shapes.iter().map(Shape::num_elements));
        let buffer = empty(self.beside, Shape::new([offsets.end]));
        let mut starts = offsets.starts.into_iter();
        let outputs = shapes.map(|shape| piece(&buffer, starts.next().unwrap_or(0), shape));
        self.write(groups, &outputs);
        outputs
    }

    /// `groups` workgroups, writing `outputs`.
    pub(in crate::ops) fn write(self, groups: [usize; 3], outputs: &[CubeTensor]) {
        let Self { kernel, inputs, beside, info } = self;
        let client = &beside.client;
        let mut arguments = KernelArguments::new();
        for input in inputs {
            arguments = arguments.with_buffer_io(input.handle.binding(), BufferIOAttr::ReadOnly);
        }
        for output in outputs {
            let binding = output.handle.clone().binding();
            arguments = arguments.with_buffer_io(binding, BufferIOAttr::WriteOnly);
        }
        if !info.is_empty() {
            let pairs = info.chunks(2).map(|pair| {
                let high = pair.get(1).copied().unwrap_or(0);
                u64::from(high) << 32 | u64::from(pair[0])
            });
            arguments = arguments.with_info(MetadataBindingInfo::custom(pairs.collect()));
        }
        let [x, y, z] = groups.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let kernel = SourceKernel::new(kernel, CubeDim::new_single());
        client.launch(Box::new(kernel), CubeCount::Static(x, y, z), arguments);
    }
}

/// The shape of a tensor.
pub(in crate::ops) fn dims<const D: usize>(tensor: &CubeTensor) -> [usize; D] {
    let shape = tensor.shape();
    std::array::from_fn(|dim| shape[dim])
}

/// The only tensor that a kernel writes.
pub(in crate::ops) fn one<T>([one]: [T; 1]) -> T {
    one
}

/// Workgroups where each of `values` values has a thread.
pub(in crate::ops) fn by_threads(values: usize) -> [usize; 3] {
    groups_in_rows(values.div_ceil(THREADS))
}

/// `groups` workgroups or a few more, in as many rows as a dimension asks for.
pub(in crate::ops) fn groups_in_rows(groups: usize) -> [usize; 3] {
    let rows = groups.div_ceil(MOST_GROUPS).max(1);
    [groups.div_ceil(rows), rows, 1]
}

/// The values of `handle`, as a tensor of `shape` on the device of `beside`.
pub(in crate::ops) fn tensor(beside: &CubeTensor, handle: Handle, shape: Shape) -> CubeTensor {
    let (client, device) = (beside.client.clone(), beside.device.clone());
    CubeTensor::new_contiguous(client, device, shape, handle, DType::F32)
}

/// A tensor that nothing has been written to.
pub(in crate::ops) fn empty(beside: &CubeTensor, shape: Shape) -> CubeTensor {
    tensor(beside, beside.client.empty(shape.num_elements() * size_of::<f32>()), shape)
}

/// The values of `buffer` from `start` on, as a tensor of `shape` in the same buffer. What starts where
/// [`Offsets`] says can be bound.
pub(in crate::ops) fn piece(buffer: &CubeTensor, start: usize, shape: Shape) -> CubeTensor {
    let bytes = |values: usize| (values * size_of::<f32>()) as u64;
    let after = buffer.shape().num_elements() - start - shape.num_elements();
    tensor(buffer, buffer.handle.clone().offset_start(bytes(start)).offset_end(bytes(after)), shape)
}

/// Where tensors begin that lie one after another in a buffer, in values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ops) struct Offsets {
    pub(in crate::ops) starts: Vec<usize>,
    /// Where the next one would.
    pub(in crate::ops) end: usize,
}

impl Offsets {
    /// Of tensors of so many values, on the device of `beside`, which binds buffers only at multiples
    /// of a number of bytes.
    pub(in crate::ops) fn new(beside: &CubeTensor, counts: impl Iterator<Item = usize>) -> Self {
        let alignment = beside.client.properties().memory.alignment as usize;
        let step = (alignment / size_of::<f32>()).max(1);
        let mut offsets = Self { starts: Vec::new(), end: 0 };
        for count in counts {
            offsets.starts.push(offsets.end);
            offsets.end += count.next_multiple_of(step);
        }
        offsets
    }
}
