//! How what Rust answers crosses to JavaScript: failures as `Error`s, records as plain objects.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// A failure on its way to JavaScript.
pub(super) struct Failure {
    pub(super) name: &'static str,
    pub(super) message: String,
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let error = js_sys::Error::new(&failure.message);
        error.set_name(failure.name);
        error.into()
    }
}

impl Failure {
    pub(super) fn state(message: &str) -> Self {
        Self { name: "StateError", message: message.to_owned() }
    }
}

/// The name that JavaScript sees for each kind of error.
macro_rules! named {
    ($($error:ty => $name:literal),* $(,)?) => {$(
        impl From<$error> for $crate::wasm::failure::Failure {
            fn from(error: $error) -> Self {
                Self { name: $name, message: error.to_string() }
            }
        }
    )*};
}

pub(super) use named;

/// Plain objects rather than `Map`s, so that they survive `postMessage` and spreading.
pub(super) fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, Failure> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| Failure { name: "InternalError", message: error.to_string() })
}

/// A record as the type that TypeScript knows it by.
pub(super) type Js<T> = <T as Tsify>::JsType;

/// `record` as a JavaScript object.
pub(super) fn typed<T: Serialize + Tsify>(record: &T) -> Result<Js<T>, Failure> {
    Ok(to_js(record)?.unchecked_into())
}
