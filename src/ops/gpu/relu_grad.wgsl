// Gradients where a relu let its values through, which its outputs tell; zero elsewhere. A thread has
// one value.

@group(0) @binding(0) var<storage, read> outputs: array<f32>;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> passed: array<f32>;
@group(0) @binding(3) var<storage, read> info: array<u32>; // values

fn each(i: u32) {
  passed[i] = select(0.0, gradient[i], outputs[i] > 0.0);
}
