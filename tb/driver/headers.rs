// SPDX-License-Identifier: Apache-2.0
//! The headers by themselves: that they compile as what they are for, and that they say what the register map says.

use std::collections::BTreeMap;

use crate::program::{Language, compile, root};

const REGISTERS: &str = include_str!("../../sim/include/persimmon_regs.h");
const DRIVER: &str = include_str!("../../sw/persimmon.h");
const MAP: &str = include_str!("../../rtl/regs/iommu.rdl");

/// The bits of a field, for instance `CAP_FEATURES__DRAIN`.
pub fn mask(field: &str) -> u32 {
    let define = format!("#define IOMMU__{field}_bm 0x");
    let value = REGISTERS
        .lines()
        .find_map(|line| line.strip_prefix(&define));
    let value = value.unwrap_or_else(|| panic!("{field} is not in the register map"));
    u32::from_str_radix(value, 16).unwrap_or_else(|e| panic!("mask of {field}: {e}"))
}

#[test]
fn each_header_compiles_alone() {
    for header in ["sim/include/persimmon_regs.h", "sw/persimmon.h"] {
        let header = root().join(header);
        for (language, kind) in [(Language::C, "c"), (Language::Cpp, "c++")] {
            compile(language, &["-fsyntax-only", "-x", kind], &[&header], None);
        }
    }
}

/// PeakRDL's header has no enumerations, so `sw/persimmon.h` repeats those of the register map.
#[test]
fn enumerations_are_those_of_the_register_map() {
    for (of_map, of_driver) in [
        ("op_e", "PSM_OP_"),
        ("code_e", "PSM_CODE_"),
        ("fault_e", "PSM_FAULT_"),
        ("mode_e", "PSM_MODE_"),
        ("persist_e", "PSM_PERSIST_"),
    ] {
        let mut map = map_enumeration(of_map);
        assert!(map.len() >= 3, "{of_map}: {map:?}");
        map.remove("RESERVED");
        assert_eq!(driver_enumeration(of_driver), map, "{of_map}");
    }
}

/// `name = 8'h01 { desc = ...`, in the lines from `enum NAME {` to `};`.
fn map_enumeration(name: &str) -> BTreeMap<String, u32> {
    let start = format!("enum {name} {{");
    MAP.lines()
        .skip_while(|line| *line != start)
        .skip(1)
        .take_while(|line| *line != "};")
        .filter_map(|line| {
            let (name, rest) = line.split_once('=')?;
            let (value, _) = rest.split_once('{')?;
            let (_, digits) = value.trim().split_once('\'')?;
            Some((name.trim().to_uppercase(), number(digits)))
        })
        .collect()
}

/// `PREFIX_NAME = 0x01,`.
fn driver_enumeration(prefix: &str) -> BTreeMap<String, u32> {
    DRIVER
        .lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix(prefix)?.split_once(" = ")?;
            let value = value.trim_end_matches(',');
            let digits = value.strip_prefix("0x").map(|digits| format!("h{digits}"));
            Some((
                name.to_owned(),
                number(&digits.unwrap_or_else(|| format!("d{value}"))),
            ))
        })
        .collect()
}

/// A number as SystemVerilog has it behind the quote: `h0a`, `d10`.
fn number(digits: &str) -> u32 {
    let (radix, digits) = match digits.split_at(1) {
        ("h", digits) => (16, digits),
        (_, digits) => (10, digits),
    };
    u32::from_str_radix(digits, radix).unwrap_or_else(|e| panic!("{digits}: {e}"))
}
