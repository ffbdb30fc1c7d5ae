// SPDX-License-Identifier: Apache-2.0
//! Symbolic addresses: `buf+0x1000`, `abs:0x600000000000`. A trace names memory by region and offset, so that it
//! does not depend on where the pages lay.

use serde_json::Value;

use super::field::{Field, Hex};

/// An address by name, or by number where it has no name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Symbol {
    /// `REGION+0xOFF`.
    Region {
        /// Name of the region.
        name: String,
        /// Bytes from its start.
        offset: u64,
    },
    /// `abs:0xADDR`.
    Abs(u64),
}

impl Symbol {
    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(number) = text.strip_prefix("abs:") {
            return Hex::parse(number).map(|hex| Self::Abs(hex.0));
        }
        let (name, offset) = text.split_once('+')?;
        // QEMU names its RAM blocks by their path: 0000:00:01.0/vga.vram.
        let word = |c: char| c.is_ascii_alphanumeric() || ".-_:/,".contains(c);
        if name.is_empty() || !name.chars().all(word) {
            return None;
        }
        Some(Self::Region {
            name: name.to_owned(),
            offset: Hex::parse(offset)?.0,
        })
    }

    /// The address `bytes` further on.
    pub fn plus(&self, bytes: u64) -> Self {
        match self {
            Self::Region { name, offset } => Self::Region {
                name: name.clone(),
                offset: offset.wrapping_add(bytes),
            },
            Self::Abs(number) => Self::Abs(number.wrapping_add(bytes)),
        }
    }
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Region { name, offset } => write!(f, "{name}+{offset:#x}"),
            Self::Abs(number) => write!(f, "abs:{number:#x}"),
        }
    }
}

impl Field for Symbol {
    const WANTS: &'static str = "a string \"REGION+0x...\" or \"abs:0x...\"";

    fn from_json(value: &Value) -> Option<Self> {
        Self::parse(value.as_str()?)
    }

    fn to_json(&self) -> Value {
        Value::from(self.to_string())
    }
}

/// `pa(buf+0x3000)`, `va(buf+0x3000)`: the IOVA that a 1:1 table takes to that byte.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct IdentityAddr {
    /// By physical address; else by virtual.
    pub physical: bool,
    /// The byte.
    pub symbol: Symbol,
}

impl Field for IdentityAddr {
    const WANTS: &'static str = "a string \"pa(REGION+0x...)\" or \"va(REGION+0x...)\"";

    fn from_json(value: &Value) -> Option<Self> {
        let (kind, rest) = value.as_str()?.split_once('(')?;
        let physical = match kind {
            "pa" => true,
            "va" => false,
            _ => return None,
        };
        Some(Self {
            physical,
            symbol: Symbol::parse(rest.strip_suffix(')')?)?,
        })
    }

    fn to_json(&self) -> Value {
        let kind = if self.physical { "pa" } else { "va" };
        Value::from(format!("{kind}({})", self.symbol))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_round_trip() {
        for text in [
            "buf+0x0",
            "pc.ram+0x1ff",
            "abs:0xffff888000000000",
            "shadow0+0x4000",
            "0000:00:01.0/vga.vram+0x10000",
            "/objects/mem0+0x0",
        ] {
            assert_eq!(Symbol::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "buf",
            "buf+12",
            "+0x1",
            "abs:12",
            "abs:0x",
            "buf+0x1g",
            "b f+0x1",
            "buf+0x+1",
            "vga.vram+0x0+0x1",
            "(buf+0x1",
        ] {
            assert_eq!(Symbol::parse(text), None, "{text}");
        }
    }

    #[test]
    fn identity_addresses() {
        let value = Value::from("va(buf+0x3000)");
        let addr = IdentityAddr::from_json(&value).unwrap();
        assert!(!addr.physical);
        assert_eq!(addr.to_json(), value);
        assert_eq!(
            IdentityAddr::from_json(&Value::from("xa(buf+0x3000)")),
            None
        );
        assert_eq!(IdentityAddr::from_json(&Value::from("pa(buf+0x3000")), None);
    }
}
