//! A network's parameters by name, in Keras' layout, whatever layout the device has them in:
//! what a run shows of itself, and takes back. Knows no layer.

use burn::module::Param;
use burn::tensor::{Gradients, Tensor, TensorData};

/// A parameter, or its gradient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter<Values = Vec<f32>> {
    /// The layer, from 0.
    pub layer: usize,
    /// Keras' name: `kernel`, `bias`, `gamma`, `beta`, `moving_mean` or `moving_variance`.
    pub name: &'static str,
    /// `[y, x, channel, filter]` for the kernel of a convolution, `[input, unit]` for that of a
    /// dense layer, else one number.
    pub shape: Vec<usize>,
    /// All values, row by row.
    pub values: Values,
}

/// What is looked at of each parameter.
#[derive(Clone, Copy)]
pub(super) enum Look<'a> {
    Values,
    /// Parameters without a gradient are left out.
    Gradients(&'a Gradients),
    /// What goes with each parameter, by place and flattened as the device has it. Parameters with
    /// nothing are left out.
    Beside(&'a [Option<Tensor<1>>]),
}

/// Collects what is looked at, layer by layer.
pub(super) struct Collected<'a> {
    pub(super) look: Look<'a>,
    pub(super) layer: usize,
    /// Parameters looked at so far.
    pub(super) place: usize,
    pub(super) found: Vec<Parameter<Tensor<1>>>,
}

impl Collected<'_> {
    /// Adds a parameter as it lies.
    pub(super) fn add<const D: usize>(&mut self, name: &'static str, param: &Param<Tensor<D>>) {
        if let Some(values) = self.look_at(param) {
            self.push(name, values);
        }
    }

    /// Adds a kernel `[filter, channel, y, x]`.
    pub(super) fn add_kernel(&mut self, param: &Param<Tensor<4>>) {
        if let Some(values) = self.look_at(param) {
            self.push("kernel", values.permute([2, 3, 1, 0]));
        }
    }

    fn look_at<const D: usize>(&mut self, param: &Param<Tensor<D>>) -> Option<Tensor<D>> {
        let place = self.place;
        self.place += 1;
        match self.look {
            Look::Values => Some(param.val().inner()),
            Look::Gradients(gradients) => param.val().grad(gradients),
            Look::Beside(values) => Some(values.get(place)?.clone()?.reshape(param.val().dims())),
        }
    }

    fn push<const D: usize>(&mut self, name: &'static str, values: Tensor<D>) {
        let shape = values.dims().to_vec();
        let values = values.reshape([shape.iter().product::<usize>()]);
        self.found.push(Parameter { layer: self.layer, name, shape, values });
    }
}

/// Values on their way into a network.
pub(super) struct Given<'a>(pub(super) &'a Parameter);

impl Given<'_> {
    /// Puts the values in the place of those of `param`, if they are called `name` and have its
    /// shape; says whether they were.
    pub(super) fn put<const D: usize>(&self, name: &str, param: &mut Param<Tensor<D>>) -> bool {
        self.replace(name, param, |values| values, |shape| shape)
    }

    /// The same for a kernel `[filter, channel, y, x]`.
    pub(super) fn put_kernel(&self, param: &mut Param<Tensor<4>>) -> bool {
        let ours = |values: Tensor<4>| values.permute([3, 2, 0, 1]);
        self.replace("kernel", param, ours, |[filter, channel, y, x]| [y, x, channel, filter])
    }

    fn replace<const D: usize>(
        &self,
        name: &str,
        param: &mut Param<Tensor<D>>,
        ours: impl Fn(Tensor<D>) -> Tensor<D>,
        keras: impl Fn([usize; D]) -> [usize; D],
    ) -> bool {
        let old = param.val();
        let dims = old.dims();
        let Self(given) = self;
        let count = dims.iter().product::<usize>();
        if given.name != name || given.shape != keras(dims) || given.values.len() != count {
            return false;
        }
        let data = TensorData::new(given.values.clone(), keras(dims));
        let values = ours(Tensor::from_data(data, &old.device()));
        *param = Param::from_tensor(in_order(values)).set_require_grad(old.is_require_grad());
        true
    }
}

/// The same values in row-major order, as the kernels want them.
pub(super) fn in_order<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    let dims = tensor.dims();
    tensor.reshape([dims.iter().product::<usize>()]).reshape(dims)
}
