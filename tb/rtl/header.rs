// SPDX-License-Identifier: Apache-2.0
//! The register map by name, out of the generated C header: what software of another language would see.

/// The header, generated from `rtl/regs/iommu.rdl`.
const HEADER: &str = include_str!("../../sim/include/persimmon_regs.h");

/// A register, or an array of registers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Register {
    /// As in the map; `DEVICE.POLICY` in a register file.
    pub name: String,
    /// Of the first element, in bytes.
    pub offset: u16,
    /// In bytes: 4 or 8.
    pub size: u16,
    /// Elements; 1 if it is no array.
    pub count: u16,
    /// From one element to the next, in bytes.
    pub stride: u16,
}

/// All registers in the order of their offsets.
pub fn registers() -> Vec<Register> {
    structure("iommu_t")
}

/// Byte offset of element `index` of the register `name`.
pub fn offset(name: &str, index: u16) -> u16 {
    let register = registers().into_iter().find(|r| r.name == name);
    let register = register.unwrap_or_else(|| panic!("{name} is not in the register map"));
    assert!(index < register.count, "{name} has no element {index}");
    register.offset + index * register.stride
}

/// The bits of a field, for instance `IRQ_STATUS__STUCK`.
pub fn mask(field: &str) -> u32 {
    let define = format!("#define IOMMU__{field}_bm 0x");
    let value = HEADER.lines().find_map(|line| line.strip_prefix(&define));
    let value = value.unwrap_or_else(|| panic!("{field} is not in the register map"));
    u32::from_str_radix(value, 16).unwrap_or_else(|e| panic!("mask of {field}: {e}"))
}

/// The members of a packed structure, from `typedef struct` to its name.
fn structure(name: &str) -> Vec<Register> {
    let end = HEADER.find(&format!("}} {name};"));
    let body = &HEADER[..end.unwrap_or_else(|| panic!("no structure {name}"))];
    let start = body.rfind("{\n").map_or(0, |at| at + 2);
    let mut at = 0;
    let mut members = Vec::new();
    for line in body[start..].lines() {
        let (kind, member) = line.trim().trim_end_matches(';').split_once(' ').unwrap();
        let (member, count) = match member.split_once('[') {
            Some((member, count)) => (member, number(count.trim_end_matches(']'))),
            None => (member, 1),
        };
        let size = match kind {
            "uint8_t" => 1,
            "uint32_t" => 4,
            "uint64_t" => 8,
            nested => {
                // A register file: each of its registers is an array.
                let inside = structure(nested);
                let (_, stride) = nested.rsplit_once("stride").unwrap();
                let stride = number(&format!("0x{}", stride.trim_end_matches("_t")));
                members.extend(inside.into_iter().map(|register| Register {
                    name: format!("{member}.{}", register.name),
                    offset: at + register.offset,
                    count,
                    stride,
                    ..register
                }));
                at += count * stride;
                continue;
            }
        };
        if kind != "uint8_t" {
            members.push(Register {
                name: member.to_owned(),
                offset: at,
                size,
                count,
                stride: size,
            });
        }
        at += size * count;
    }
    members
}

fn number(text: &str) -> u16 {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn offsets_as_in_the_source() {
    assert_eq!(offset("CMD", 0), 0x03c);
    assert_eq!(offset("RD_PA", 0), 0x0a0);
    assert_eq!(offset("LIMIT", 15), 0x13c);
    assert_eq!(offset("DEVICE.ASIDS", 3), 0x1f8);
    assert_eq!(mask("RESULT__SEQ"), 0xffff_0000);
}
