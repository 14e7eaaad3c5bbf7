//! Gradients cut to a norm on the GPU, with no norm read back: squares are added up, become factors, and
//! scale the gradients into one buffer, some gradients with each dispatch.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::ClipByNorm;
use crate::ops::gpu::launch::{Launch, Offsets, by_threads, empty, groups_in_rows, piece, wgsl};
use crate::ops::operator::{Kernel, Output};

/// Gradients that a dispatch reads: with the factors, the output and the numbers as many as every WebGPU
/// device binds.
const BUFFERS: usize = 5;
/// Values of a thread that adds up squares, and of its workgroup.
const SPAN: usize = 16;
const WORKGROUP: usize = 256 * SPAN;

impl Kernel<Cube, 0> for ClipByNorm {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let Some(some) = inputs.first() else {
            return Output { outputs: inputs, saved: Vec::new() };
        };
        let (each, limit) = match self {
            Self::Each(limit) => (true, limit),
            Self::Global(limit) => (false, limit),
        };
        let counts: Vec<usize> = inputs.iter().map(|one| one.shape().num_elements()).collect();
        let workgroups = |count: &usize| count.div_ceil(WORKGROUP);
        let starts: Vec<usize> = std::iter::once(0)
            .chain(counts.iter().scan(0, |end, count| {
                *end += workgroups(count);
                Some(*end)
            }))
            .collect();
        let all = starts[counts.len()];
        let parts = empty(some, Shape::new([all]));
        for (at, gradients) in (0..).step_by(BUFFERS).zip(inputs.chunks(BUFFERS)) {
            let first = starts[at];
            let numbers = (at..at + gradients.len())
                .flat_map(|index| [counts[index], starts[index] - first])
                .chain([0, starts[at + gradients.len()] - first]);
            let numbers: Vec<usize> = std::iter::once(first).chain(numbers).collect();
            Launch::new(wgsl!("clip_by_norm" "squares"), some)
                .with("BUFFERS", gradients.len())
                .with("SPAN", SPAN)
                .reading(&gradients.iter().collect::<Vec<_>>())
                .info(&numbers)
                .write(
                    groups_in_rows(starts[at + gradients.len()] - first),
                    std::slice::from_ref(&parts),
                );
        }
        let bounds = if each { starts } else { vec![0, all] };
        let factors = empty(some, Shape::new([bounds.len() - 1]));
        Launch::new(wgsl!("clip_by_norm" "factors"), some)
            .with("EACH", usize::from(each))
            .with("LIMIT", limit)
            .reading(&[&parts])
            .info(&bounds)
            .write([bounds.len() - 1, 1, 1], std::slice::from_ref(&factors));
        let offsets = Offsets::new(some, counts.iter().copied());
        let after = empty(some, Shape::new([offsets.end]));
        for (at, gradients) in (0..).step_by(BUFFERS).zip(inputs.chunks(BUFFERS)) {
            let ends = (at..at + gradients.len())
                .map(|index| [offsets.starts[index], offsets.starts[index] + counts[index]]);
            let bounds: Vec<usize> = ends.flatten().collect();
            let last = bounds[bounds.len() - 1];
            Launch::new(wgsl!("clip_by_norm" "scale_all"), some)
                .with("BUFFERS", gradients.len())
                .with("EACH", usize::from(each))
                .with("LIMIT", limit)
                .reading(&gradients.iter().collect::<Vec<_>>())
                .reading(&[&factors])
                .info(&[at])
                .info(&bounds)
                .write(by_threads(last - bounds[0]), std::slice::from_ref(&after));
        }
        let outputs = (offsets.starts.iter().zip(counts))
            .map(|(&start, count)| piece(&after, start, Shape::new([count])))
            .collect();
        Output { outputs, saved: Vec::new() }
    }
}
