// SPDX-License-Identifier: Apache-2.0
//! Fields of a line: how each type looks in JSON, and taking them out of an object one by one.

use serde_json::{Map, Value};

use super::error::Fault;

/// A type that a field can have.
pub(super) trait Field: Sized {
    /// What a value should look like, to finish "it should be".
    const WANTS: &'static str;

    fn from_json(value: &Value) -> Option<Self>;

    fn to_json(&self) -> Value;
}

/// A field that is there, or may be absent.
pub(super) trait Slot: Sized {
    /// Takes it out of the object.
    fn read(object: &mut Map<String, Value>, key: &str) -> Result<Self, Fault>;

    /// Its value, if it is to be written.
    fn put(&self) -> Option<Value>;
}

impl<T: Field> Slot for T {
    fn read(object: &mut Map<String, Value>, key: &str) -> Result<Self, Fault> {
        Option::<T>::read(object, key)?.ok_or_else(|| Fault::missing(key, T::WANTS))
    }

    fn put(&self) -> Option<Value> {
        Some(self.to_json())
    }
}

impl<T: Field> Slot for Option<T> {
    fn read(object: &mut Map<String, Value>, key: &str) -> Result<Self, Fault> {
        let Some(value) = object.remove(key) else {
            return Ok(None);
        };
        match T::from_json(&value) {
            Some(field) => Ok(Some(field)),
            None => Err(Fault::wrong(key, &value, T::WANTS)),
        }
    }

    fn put(&self) -> Option<Value> {
        self.as_ref().map(Field::to_json)
    }
}

macro_rules! integers {
    ($($type:ty: $wants:literal)*) => {$(
        impl Field for $type {
            const WANTS: &'static str = $wants;

            fn from_json(value: &Value) -> Option<Self> {
                value.as_i64().and_then(|n| Self::try_from(n).ok())
            }

            fn to_json(&self) -> Value {
                Value::from(*self)
            }
        }
    )*};
}

integers! {
    u8: "an integer from 0 to 255"
    u32: "an integer from 0 to 4294967295"
    u64: "a non-negative integer"
    i64: "an integer"
}

impl Field for String {
    const WANTS: &'static str = "a string";

    fn from_json(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn to_json(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Field for Vec<String> {
    const WANTS: &'static str = "a list of strings";

    fn from_json(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(String::from_json).collect()
    }

    fn to_json(&self) -> Value {
        Value::from(self.clone())
    }
}

/// A number that may exceed 2^53: a string "0x..." in lower case without padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hex(pub u64);

impl Hex {
    /// Reads "0x...".
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x")?;
        // from_str_radix takes a sign.
        let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
        plain.then(|| u64::from_str_radix(digits, 16).ok().map(Self))?
    }
}

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl std::fmt::Debug for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Field for Hex {
    const WANTS: &'static str = "a string \"0x...\" of at most 64 bits";

    fn from_json(value: &Value) -> Option<Self> {
        Self::parse(value.as_str()?)
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

/// Declares a struct or the like whose fields are read and written in one order.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$doc:meta])* $field:ident: $type:ty = $key:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Debug, Default)]
        pub struct $name {
            $( $(#[$doc])* pub $field: $type, )*
        }

        impl $name {
            pub(super) fn take(
                object: &mut serde_json::Map<String, serde_json::Value>,
            ) -> Result<Self, crate::trace::error::Fault> {
                Ok(Self { $( $field: crate::trace::field::Slot::read(object, $key)?, )* })
            }

            pub(super) fn put(&self, fields: &mut Vec<(&'static str, serde_json::Value)>) {
                use crate::trace::field::Slot;
                $( fields.extend(self.$field.put().map(|value| ($key, value))); )*
            }
        }
    };
}

pub(super) use record;
