//! The layers of a model one after another: what each is called, and the shape after it.

use std::collections::HashMap;

use super::limits::LIMITS;
use super::model::LayerSpec;
use super::validate::ModelError;
use super::words;
use crate::nn::{AnyLayer, Shape, ShapeError};

/// The name of each layer: its own, or Keras' default, which counts the layers of a class.
pub(super) fn names(layers: &[LayerSpec]) -> Result<Vec<String>, ModelError> {
    let mut used: HashMap<String, usize> = HashMap::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut names: Vec<String> = Vec::with_capacity(layers.len());
    for (number, one) in (1..).zip(layers) {
        let name = match &one.name {
            Some(name) => name.clone(),
            None => {
                let default = one.layer.default_name();
                let count = used.entry(default.clone()).or_default();
                *count += 1;
                if *count == 1 { default } else { format!("{default}_{}", *count - 1) }
            }
        };
        let refuse = |reason| Err(ModelError::Name { number, reason });
        if name.is_empty() || name.chars().count() > LIMITS.name || name.contains('/') {
            let begin: String = name.chars().take(LIMITS.name).collect();
            return refuse(format!(
                "is called `{begin}`. Use 1 to {} letters, none of them a `/`, or leave its name out",
                LIMITS.name
            ));
        }
        if let Some(before) = numbers.insert(name.clone(), number) {
            return refuse(format!(
                "is called `{name}`, as layer {before} is. Give it a name of its own, or none"
            ));
        }
        names.push(name);
    }
    Ok(names)
}

/// The shape after each layer.
pub(super) fn shapes(
    layers: &mut [AnyLayer],
    names: &[String],
    input: Shape,
) -> Result<Vec<Shape>, ModelError> {
    let mut shape = input;
    let (mut pooled, mut values, mut parameters, mut work) = (false, 0_u64, 0_u64, 0_u64);
    let mut shapes: Vec<Shape> = Vec::with_capacity(layers.len());
    for (index, (layer, name)) in layers.iter_mut().zip(names).enumerate() {
        if let AnyLayer::Residual(residual) = layer {
            // A layer, where there is one in it: its shape is known.
            let before = index.checked_sub(residual.span + 1);
            residual.input = Some(before.map_or(input, |before| shapes[before]));
        }
        let refuse = |reason| ModelError::Layer {
            number: index + 1,
            layer: words::layer(name, layer),
            input: words::shape(shape),
            reason,
        };
        let next = layer.output_shape(shape).map_err(|error| match error {
            ShapeError::SmallerThanKernel { kernel: [height, width], .. } => {
                let instead = if pooled {
                    "use `same` padding or take away a pooling before it"
                } else {
                    "use `same` padding or a smaller kernel"
                };
                refuse(format!("needs at least {height}x{width}: {instead}"))
            }
            ShapeError::Unfit(reason) => refuse(reason),
        })?;
        // Each sum stops where it is too large: a model of many layers overflows none.
        values = values.saturating_add(next.values());
        for one in layer.parameters(shape) {
            parameters = parameters.saturating_add(one.values());
        }
        work = work.saturating_add(layer.multiply_adds(shape, next));
        let counts = [
            (next.values(), LIMITS.values, "values for a picture come out of it"),
            (values, LIMITS.all_values, "values for a picture come out of the layers up to it"),
            (parameters, LIMITS.parameters, "parameters there are up to it"),
            (work, LIMITS.multiply_adds, "multiplications a picture takes up to it"),
        ];
        if let Some((count, most, what)) = counts.into_iter().find(|(count, most, _)| count > most)
        {
            let (count, most) = (words::thousands(count), words::thousands(most));
            return Err(refuse(format!(
                "is too large: {count} {what}, and {most} may be. Use fewer filters, units or \
                 upsampling layers, or pool before it"
            )));
        }
        pooled |= matches!(layer, AnyLayer::MaxPooling2D(_) | AnyLayer::AveragePooling2D(_));
        shape = next;
        shapes.push(shape);
    }
    Ok(shapes)
}
