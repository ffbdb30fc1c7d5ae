// SPDX-License-Identifier: Apache-2.0
//! The header line of a random recording.

use serde_json::{Map, Value};

use super::error::Fault;
use super::field::{Field, Hex, record};

record! {
    /// What a header says about the run.
    pub struct Meta {
        /// Seed of the operation sequence.
        seed: Option<u64> = "seed",
        /// How many random operations it has.
        nops: Option<u64> = "nops",
        /// First IOVA that the device accepts.
        iova_first: Option<Hex> = "iova_first",
        /// Last IOVA that the device accepts, inclusive.
        iova_last: Option<Hex> = "iova_last",
        /// Module parameters, as "module.parameter" and value.
        params: Option<Params> = "params",
        /// Buffers of the test program.
        regions: Option<Vec<MetaRegion>> = "regions",
    }
}

/// Module parameters by name.
pub(super) type Params = std::collections::BTreeMap<String, String>;

impl Meta {
    /// The value of a module parameter that is a number.
    pub fn number(&self, parameter: &str) -> Option<usize> {
        self.params.as_ref()?.get(parameter)?.parse().ok()
    }
}

impl Field for Params {
    const WANTS: &'static str = "an object of strings";

    fn from_json(value: &Value) -> Option<Self> {
        let pairs = value.as_object()?.iter();
        pairs
            .map(|(key, value)| Some((key.clone(), String::from_json(value)?)))
            .collect()
    }

    fn to_json(&self) -> Value {
        self.iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

/// One buffer of the program that was recorded.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MetaRegion {
    /// Its name in symbolic addresses.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Virtual address, if it was fixed.
    pub uva: Option<u64>,
    /// Everything else about it.
    pub extra: Map<String, Value>,
}

impl MetaRegion {
    fn take(object: &mut Map<String, Value>) -> Result<Self, Fault> {
        use super::field::Slot;
        Ok(Self {
            name: Slot::read(object, "name")?,
            size: Hex::read(object, "size")?.0,
            uva: Option::<Hex>::read(object, "uva")?.map(|hex| hex.0),
            extra: std::mem::take(object),
        })
    }
}

impl Field for Vec<MetaRegion> {
    const WANTS: &'static str = "a list of objects with \"name\", \"size\" and perhaps \"uva\"";

    fn from_json(value: &Value) -> Option<Self> {
        let regions = value.as_array()?.iter();
        regions
            .map(|region| MetaRegion::take(&mut region.as_object()?.clone()).ok())
            .collect()
    }

    fn to_json(&self) -> Value {
        let regions = self.iter().map(|region| {
            let mut object = region.extra.clone();
            object.insert("name".to_owned(), region.name.to_json());
            object.insert("size".to_owned(), Hex(region.size).to_json());
            if let Some(uva) = region.uva {
                object.insert("uva".to_owned(), Hex(uva).to_json());
            }
            Value::from(object)
        });
        regions.collect()
    }
}
