//! Every WGSL text, checked without a GPU: that it is one, and that it stays within what every WebGPU
//! device has. What a kernel computes is checked on devices.

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module};

use super::launch::{Constant, SHARED, Source, Specialised, wgsl};

/// Storage buffers, threads of a workgroup and bytes that these share: `maxStorageBuffersPerShaderStage`,
/// `maxComputeInvocationsPerWorkgroup` and `maxComputeWorkgroupStorageSize` of the specification.
const LIMITS: [usize; 3] = [8, 256, 16_384];

macro_rules! sources {
    ($($folder:literal: $($name:literal),+;)+) => { &[$($(wgsl!($folder $name)),+),+] };
}

/// Every kernel: the folder in `ops`, and the texts in it that are kernels.
const SOURCES: &[Source] = sources! {
    "activation": "activation", "activation_grad", "softmax", "softmax_grad";
    "batch_norm": "moments", "moments_parts", "normalize", "normalize_input_grad",
        "normalize_weight_grad";
    "clip_by_norm": "factors", "scale_all", "squares";
    "conv": "channel_sums", "conv", "conv_input_grad", "conv_weight_parts";
    "conv_block": "conv_block", "conv_block_input_grad", "conv_block_weight_grad",
        "conv_weight_grad", "upsample_conv", "upsample_conv_input_grad",
        "upsample_conv_weight_grad";
    "dense": "dense", "dense_input_grad", "dense_sum", "dense_weight_grad";
    "enlarge": "enlarge", "enlarge_input_grad";
    "frame": "frame";
    "gather": "gather";
    "gaussian_kl": "gaussian_kl", "gaussian_kl_grad";
    "group_norm": "set_input_grad", "set_moments", "set_normalize", "set_sums", "set_weight_grad";
    "gpu": "mean", "relu_grad", "sum_parts";
    "loss": "correct", "cross_entropy", "hinge", "loss";
    "pool": "pool", "pool_input_grad";
    "penalty": "penalty", "penalty_grad";
    "random": "random";
    "reparameterize": "reparameterize", "reparameterize_grad";
    "resize": "resize", "resize_input_grad";
    "scale": "scale";
    "ssim": "ssim", "ssim_rows";
    "update": "update", "update_single";
};

/// Constants of all kernels, as some layer has them.
const INTEGERS: &[(&str, usize)] = &[
    ("ACROSS", 4),
    ("AREA", 1024),
    ("AUGMENT", 1),
    ("AVERAGE", 2),
    ("BEFORE", 1),
    ("BEFORE_H", 1),
    ("BEFORE_W", 1),
    ("BETWEEN", 1),
    ("BIAS", 1),
    ("BILINEAR", 1),
    ("BUFFERS", 5),
    ("BY_MOMENTS", 1),
    ("CENTERED", 1),
    ("CHANNELS", 16),
    ("CHOICES", 3),
    ("CHUNK", 40_960),
    ("CHUNKS", 3),
    ("CLASSES", 10),
    ("CLIPPED", 1),
    ("COLUMNS", 8),
    ("DECAYED", 1),
    ("DILATION_H", 1),
    ("DILATION_W", 2),
    ("DOWN", 16),
    ("DRAW", 0),
    ("EACH", 1),
    ("FILL", 0),
    ("FILTERS", 8),
    ("FUNCTION", 0),
    ("HEIGHT", 24),
    ("INPUTS", 64),
    ("KERNEL", 3),
    ("KERNEL_H", 3),
    ("KERNEL_W", 5),
    ("KIND", 1),
    ("LAST", 1),
    ("LOW", 16),
    ("MAPS", 8),
    ("MIX", 1),
    ("NESTEROV", 1),
    ("NOISE", 1),
    ("NORM_GROUPS", 0),
    ("OUT", 16),
    ("OUT_H", 12),
    ("OUT_W", 24),
    ("OWN_CHANNELS", 4),
    ("OWN_FILTERS", 2),
    ("PADDED", 1),
    ("PARTS", 4),
    ("POOL", 1),
    ("RELU", 1),
    ("ROW", 7),
    ("RULE", 3),
    ("SEGMENTS", 16),
    ("SHARED", 1),
    ("SIDE", 32),
    ("SIZE_H", 2),
    ("SIZE_W", 3),
    ("SPAN", 16),
    ("STATES", 3),
    ("STRIDE", 1),
    ("STRIDE_H", 2),
    ("STRIDE_W", 1),
    ("UNITS", 10),
    ("WEIGHTED", 1),
    ("WIDTH", 32),
    ("WINDOW", 11),
    ("WORDS", 768),
];

const FLOATS: &[&str] = &[
    "BETA_1",
    "BETA_2",
    "C1",
    "C2",
    "CLIP",
    "CLIP_VALUE",
    "DELTA",
    "EPSILON",
    "FIRST_RATE",
    "SECOND_RATE",
    "G0",
    "G1",
    "G2",
    "G3",
    "G4",
    "G5",
    "LIMIT",
    "MOMENTUM",
    "REST",
    "RHO",
    "SLOPE",
    "WEIGHT_DECAY",
];

/// What decides which lines a text has, otherwise than in [`INTEGERS`].
const OTHERS: &[&[(&str, usize)]] = &[
    &[],
    &[
        ("POOL", 0),
        ("OUT", 32),
        ("RELU", 0),
        ("KIND", 0),
        ("NOISE", 0),
        ("AUGMENT", 0),
        ("BUFFERS", 1),
        ("BIAS", 0),
        ("BILINEAR", 0),
        ("SHARED", 0),
        ("BEFORE_H", 0),
        ("DRAW", 1),
        ("FUNCTION", 1),
        ("NORM_GROUPS", 4),
    ],
    &[
        ("POOL", 2),
        ("BEFORE", 0),
        ("PADDED", 0),
        ("OUT", 15),
        ("COLUMNS", 6),
        ("KIND", 2),
        ("NOISE", 2),
        ("FILL", 1),
        ("BETWEEN", 0),
        ("FUNCTION", 2),
    ],
    &[
        ("CHANNELS", 3),
        ("FILTERS", 3),
        ("KIND", 3),
        ("NOISE", 3),
        ("FILL", 2),
        ("MIX", 0),
        ("BY_MOMENTS", 0),
        ("FUNCTION", 3),
    ],
    &[
        ("KERNEL", 1),
        ("POOL", 0),
        ("CHANNELS", 32),
        ("FILTERS", 64),
        ("CHUNKS", 1),
        ("FUNCTION", 4),
    ],
    // A step of 2, whose border is all behind.
    &[("KERNEL", 3), ("STRIDE", 2), ("POOL", 0), ("BEFORE", 0), ("FUNCTION", 5)],
    &[("KERNEL", 5), ("STRIDE", 2), ("POOL", 0), ("BEFORE", 2), ("COLUMNS", 4), ("FUNCTION", 6)],
    // Optimizers' rules, with and without what they may have.
    &[("RULE", 0), ("STATES", 0), ("DECAYED", 0), ("EACH", 0)],
    &[("RULE", 1), ("STATES", 1), ("NESTEROV", 0), ("CLIPPED", 0)],
    &[("RULE", 1), ("STATES", 1)],
    &[("RULE", 2), ("STATES", 2), ("DECAYED", 0), ("CLIPPED", 0)],
    &[("RULE", 2), ("STATES", 3)],
    &[("RULE", 3), ("STATES", 1), ("CENTERED", 0), ("LAST", 0)],
    &[("RULE", 3), ("STATES", 2), ("AVERAGE", 1), ("LAST", 0)],
    &[("RULE", 4), ("STATES", 1), ("KIND", 4), ("WEIGHTED", 0)],
    &[("RULE", 5), ("STATES", 1), ("KIND", 5)],
];

fn checked(source: Source, others: &[(&'static str, usize)]) -> Result<Module, String> {
    let value = |&(name, value): &(&'static str, usize)| {
        let other = others.iter().find(|(other, _)| *other == name);
        (name, Constant::from(other.map_or(value, |(_, value)| *value)))
    };
    // A loss has three kinds, and a picture three channels at most.
    let integers =
        INTEGERS.iter().map(value).map(|(name, value)| match (source.name, name, value) {
            ("loss", "KIND", Constant::Integer(0)) => (name, Constant::from(1)),
            ("gather", "CHANNELS", Constant::Integer(4..)) => (name, Constant::from(3)),
            _ => (name, value),
        });
    let floats = FLOATS.iter().map(|&name| (name, Constant::from(0.1_f32)));
    let text = Specialised { source, constants: integers.chain(floats).collect() }.written();
    let module =
        naga::front::wgsl::parse_str(&text).map_err(|error| error.emit_to_string(&text))?;
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
    validator.validate(&module).map_err(|error| format!("{error:?}"))?;
    Ok(module)
}

#[test]
fn every_text_is_wgsl_that_every_device_takes() {
    for source in SOURCES {
        for others in OTHERS {
            let module = checked(*source, others)
                .unwrap_or_else(|error| panic!("{} with {others:?}: {error}", source.name));
            let buffers = module.global_variables.iter();
            let buffers = buffers.filter(|(_, v)| matches!(v.space, AddressSpace::Storage { .. }));
            let threads = module.entry_points.iter().map(|entry| entry.workgroup_size);
            let threads = threads.map(|size| size.iter().product::<u32>() as usize).max();
            let layouts = module.global_variables.iter();
            let shared = layouts.filter(|(_, v)| v.space == AddressSpace::WorkGroup);
            let shared =
                shared.map(|(_, v)| module.types[v.ty].inner.size(module.to_ctx()) as usize);
            let found = [buffers.count(), threads.unwrap_or(0), shared.sum()];
            assert!(
                found.iter().zip(LIMITS).all(|(found, limit)| *found <= limit) && found[1] > 0,
                "{} with {others:?}: {found:?}",
                source.name
            );
        }
    }
}

#[test]
fn every_shared_text_is_included() {
    let texts = || SOURCES.iter().map(|source| source.text).chain(SHARED.iter().map(|(_, t)| *t));
    for (name, _) in SHARED {
        let line = format!("@include {name}");
        let included = texts().any(|text| text.lines().any(|found| found.trim() == line));
        assert!(included, "no kernel includes {name}");
    }
}
