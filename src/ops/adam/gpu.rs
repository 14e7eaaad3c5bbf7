//! A step of Adam on the GPU. From its second one on, all weights that learn and their moments lie in
//! one buffer, so that a step is one dispatch for a handful of layers; tensors are pieces of it.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;

use super::{Adam, Moved, Moving, groups};
use crate::kernels::adam::{EPSILON, FIRST_RATE, SECOND_RATE};
use crate::ops::gpu::launch::{self, Launch, Offsets, by_threads, empty, piece, wgsl};
use crate::ops::operator::{Kernel, Output};

/// Buffers of gradients that a dispatch reads: with the weights before and after it and its numbers,
/// as many as every WebGPU device binds.
const BUFFERS: usize = 5;

/// Gradients that lie in one buffer as their weights do in theirs.
struct Run {
    gradients: CubeTensor,
    /// The first one's offset in their buffer.
    offset: usize,
    /// Offsets of the first weight and after the last one.
    start: usize,
    end: usize,
}

impl Kernel<Cube, 0> for Adam {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let moved = step(&groups(inputs.into_iter()), self.step_size);
        Output { outputs: moved.into_flattened(), saved: Vec::new() }
    }
}

fn step(parameters: &[Moving<CubeTensor>], step_size: f32) -> Vec<Moved<CubeTensor>> {
    let Some([some, ..]) = parameters.first() else { return Vec::new() };
    let counts = || parameters.iter().map(|[value, ..]| value.shape().num_elements());
    let offsets = Offsets::new(some, counts());
    let after = empty(some, Shape::new([3 * offsets.end]));
    let moved: Vec<Moved<CubeTensor>> = (offsets.starts.iter().zip(counts()))
        .map(|(&start, count)| {
            let of = |kind: usize| piece(&after, kind * offsets.end + start, Shape::new([count]));
            [of(0), of(1), of(2)]
        })
        .collect();
    let launch = |source| {
        Launch::new(source, some)
            .with("FIRST_RATE", FIRST_RATE)
            .with("SECOND_RATE", SECOND_RATE)
            .with("EPSILON", EPSILON)
    };
    if let Some(before) = together(parameters, &offsets) {
        for runs in runs(parameters, &offsets).chunks(BUFFERS) {
            let (first, last) = (runs[0].start, runs[runs.len() - 1].end);
            let gradients: Vec<&CubeTensor> = runs.iter().map(|run| &run.gradients).collect();
            let launch =
                launch(wgsl!("adam" "adam")).with("BUFFERS", runs.len()).reading(&[&before]);
            let launch = launch.reading(&gradients).info(&[offsets.end]).info_bits(step_size);
            let bounds: Vec<usize> = runs.iter().flat_map(|run| [run.start, run.end]).collect();
            launch.info(&bounds).write(by_threads(last - first), std::slice::from_ref(&after));
        }
    } else {
        for ([value, gradient, first, second], moved) in parameters.iter().zip(&moved) {
            let count = value.shape().num_elements();
            let launch =
                launch(wgsl!("adam" "adam_single")).reading(&[value, gradient, first, second]);
            launch.info(&[count]).info_bits(step_size).write(by_threads(count), moved);
        }
    }
    moved
}

/// The buffer of all weights and moments, if they are the pieces of one as a step leaves them.
fn together(parameters: &[Moving<CubeTensor>], offsets: &Offsets) -> Option<CubeTensor> {
    let ([some, ..], size) = (parameters.first()?, 3 * offsets.end);
    let fits = parameters.iter().zip(&offsets.starts).all(|([value, _, first, second], start)| {
        let mut kinds = [value, first, second].into_iter().enumerate();
        kinds.all(|(kind, tensor)| {
            lies(tensor) == Some(kind * offsets.end + start) && beside(tensor, some)
        })
    });
    (fits && values_of(some) == size).then(|| buffer(some, 0, size))
}

/// Gradients, as few buffers as they lie in.
fn runs(parameters: &[Moving<CubeTensor>], offsets: &Offsets) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for ([_, gradient, ..], &start) in parameters.iter().zip(&offsets.starts) {
        let gradient = into_contiguous(gradient.clone());
        let end = start + gradient.shape().num_elements();
        let found = runs.last_mut().zip(lies(&gradient)).filter(|(run, lies)| {
            let first = run.offset + start - run.start;
            beside(&run.gradients, &gradient) && *lies == first
        });
        if let Some((run, _)) = found {
            run.gradients = buffer(&gradient, run.offset, end - run.start);
            run.end = end;
        } else {
            let offset = lies(&gradient).unwrap_or(0);
            runs.push(Run { gradients: gradient, offset, start, end });
        }
    }
    runs
}

/// Whether two tensors lie in one buffer.
fn beside(one: &CubeTensor, other: &CubeTensor) -> bool {
    one.handle.memory.descriptor() == other.handle.memory.descriptor()
}

/// The offset in its buffer at which a tensor begins, in values, if it lies there in one piece.
fn lies(tensor: &CubeTensor) -> Option<usize> {
    let start = tensor.handle.offset_start.unwrap_or(0) as usize;
    tensor.is_contiguous().then_some(start / size_of::<f32>())
}

/// Values that the buffer of a tensor has room for.
fn values_of(tensor: &CubeTensor) -> usize {
    let outside = [tensor.handle.offset_start, tensor.handle.offset_end];
    let outside: u64 = outside.into_iter().flatten().sum();
    (tensor.handle.size_in_used() + outside) as usize / size_of::<f32>()
}

/// `count` values of the buffer that `tensor` lies in, from offset `start` on.
fn buffer(tensor: &CubeTensor, start: usize, count: usize) -> CubeTensor {
    let mut handle = tensor.handle.clone();
    (handle.offset_start, handle.offset_end) = (None, None);
    let all = launch::tensor(tensor, handle, Shape::new([values_of(tensor)]));
    piece(&all, start, Shape::new([count]))
}
