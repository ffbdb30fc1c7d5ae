// SPDX-License-Identifier: Apache-2.0
//! Addresses in JSON: "0x1000", as everything else here prints them. A JSON number would lose their low bits in readers
//! that take it for a float.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub fn serialize<S: Serializer>(value: &u64, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{value:#x}"))
}

pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    // from_str_radix takes a sign.
    let digits = text
        .strip_prefix("0x")
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    digits
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .ok_or_else(|| D::Error::custom(format_args!("{text:?} is no address such as \"0x1000\"")))
}

#[cfg(test)]
mod tests {
    use crate::regif::Entry;

    #[test]
    fn an_address_has_no_sign() {
        let entry = |start: &str| {
            let text = format!(r#"{{"start":"{start}","last":"0x1fff","pa":"0x0","perm":3}}"#);
            serde_json::from_str::<Entry>(&text).map(|entry| entry.start)
        };
        assert_eq!(entry("0x1000").unwrap(), 0x1000);
        for wrong in ["0x+1000", "0x-0", "0x", "1000", "0x10000000000000000"] {
            assert!(entry(wrong).is_err(), "{wrong}");
        }
    }
}
