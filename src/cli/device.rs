// SPDX-License-Identifier: Apache-2.0
//! Choosing the device that a command runs on.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::board::{Board, Port};
use crate::cosim::Lockstep;
use crate::dut::{Dut, NoSuchSize, Variant};
use crate::golden;
use crate::regif::{Capability, RegError};

/// The device under test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Choice {
    /// The Verilated RTL alone.
    Rtl,
    /// The golden model alone.
    Golden,
    /// Both in lockstep, every answer and every table compared.
    Both,
    /// A board in lockstep with the golden model.
    Board(Port),
}

/// What `--dut` takes, for help.
pub const CHOICES: &str = "rtl|golden|both|uart:PORT[@BAUD]";

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("uart:")) {
            ("rtl", _) => Ok(Self::Rtl),
            ("golden", _) => Ok(Self::Golden),
            ("both", _) => Ok(Self::Both),
            (_, Some(port)) => port.parse().map(Self::Board),
            _ => Err(format!("no such device; it is one of {CHOICES}")),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rtl => f.write_str("rtl"),
            Self::Golden => f.write_str("golden"),
            Self::Both => f.write_str("both"),
            Self::Board(port) => write!(f, "uart:{port}"),
        }
    }
}

impl Choice {
    /// There is a waveform to be had of it.
    pub fn has_waves(&self) -> bool {
        matches!(self, Self::Rtl | Self::Both)
    }
}

/// Smallest table that a device may be narrowed to: that of the smallest device of which recordings exist.
pub const ENTRIES_MIN: u16 = 8;

/// How large a device is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// The build.
    pub variant: Variant,
    /// What LIMIT narrows every address space to, if the build is larger than asked for.
    pub limit: Option<u16>,
}

/// Sizes that are built, for messages: "64 and 2048".
fn built() -> String {
    let sizes: Vec<_> = Variant::sizes()
        .iter()
        .map(|v| v.parameters().entries.to_string())
        .collect();
    sizes.join(" and ")
}

impl Size {
    /// The largest build.
    pub fn largest() -> Option<Self> {
        let variant = Variant::sizes().pop()?;
        Some(Self {
            variant,
            limit: None,
        })
    }

    /// The smallest build that holds `entries`, as it is.
    ///
    /// # Errors
    /// If there is none; with the sizes that there are.
    pub fn holding(entries: u32) -> Result<Self, NoSuchSize> {
        let variant = Variant::for_entries(u16::try_from(entries).unwrap_or(u16::MAX))?;
        Ok(Self {
            variant,
            limit: None,
        })
    }

    /// A device of `entries`, for the command line.
    ///
    /// # Errors
    /// What is wrong, and which sizes there are.
    pub fn parse(entries: &str) -> Result<Self, String> {
        let sizes = format!(
            "built are {}, and any other number from {ENTRIES_MIN} up is made of the next larger one by limiting each \
             address space (LIMIT)",
            built()
        );
        let number: u64 = entries
            .parse()
            .map_err(|_| format!("no number of entries; {sizes}"))?;
        let number = u16::try_from(number).map_err(|_| format!("too large; {sizes}"))?;
        if number < ENTRIES_MIN {
            return Err(format!(
                "too small: the rings and the mappings of a recording need at least {ENTRIES_MIN} entries; {sizes}"
            ));
        }
        let variant = Variant::for_entries(number).map_err(|_| format!("too large; {sizes}"))?;
        let limit = Some(number).filter(|&n| n != variant.parameters().entries);
        Ok(Self { variant, limit })
    }

    /// The same number of entries on the large build with an AXI4 port, which has wider addresses than the small one.
    pub fn on_axi(self) -> Self {
        let variant = Variant::AxiE2048;
        let limit = Some(self.entries()).filter(|&n| n != variant.parameters().entries);
        Self { variant, limit }
    }

    /// Entries that one address space can hold.
    pub fn entries(&self) -> u16 {
        self.limit.unwrap_or(self.variant.parameters().entries)
    }
}

/// Powers on the RTL, and starts a waveform if asked to; the folder for it is made.
pub fn rtl(size: Size, wave: Option<&Path>) -> Result<Dut, RegError> {
    let mut dut = Dut::new(size.variant)?;
    if let Some(path) = wave {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| RegError::Protocol(format!("{}: {e}", folder.display())))?;
        }
        dut.open_wave(path)?;
    }
    Ok(dut)
}

/// The golden model of the same size.
pub fn golden(size: Size) -> golden::Device {
    let parameters = size.variant.parameters();
    golden::Device::new(Capability {
        entries: parameters.entries,
        asids: parameters.asids,
        groups: parameters.groups,
        devices: parameters.devices,
        iova_w: 64,
        pa_w: 64,
        granule_log2: parameters.granule_log2,
    })
}

/// RTL and golden model in lockstep. The model is given the parameters that the RTL reports.
pub fn both(size: Size, wave: Option<&Path>) -> Result<Lockstep<golden::Device, Dut>, RegError> {
    use crate::regif::RegIf;
    let dut = rtl(size, wave)?;
    Ok(Lockstep::new(golden::Device::new(dut.capability()), dut))
}

/// A board and the golden model in lockstep. The model is given the parameters that the board reports.
pub fn board(port: &Port) -> Result<Lockstep<golden::Device, Board>, RegError> {
    use crate::regif::RegIf;
    let board = Board::open(port)?;
    Ok(Lockstep::new(
        golden::Device::new(board.capability()),
        board,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(Size::parse("64").unwrap().limit, None);
        assert_eq!(Size::parse("2048").unwrap().limit, None);
        let narrowed = Size::parse("16").unwrap();
        assert_eq!(
            (narrowed.variant.parameters().entries, narrowed.limit),
            (64, Some(16))
        );
        assert_eq!(Size::parse("65").unwrap().entries(), 65);
        for wrong in ["3", "0", "2049", "70000", "many", "-1"] {
            let error = Size::parse(wrong).unwrap_err();
            assert!(error.contains("64 and 2048"), "{wrong}: {error}");
        }
    }

    #[test]
    fn choices() {
        for text in ["rtl", "golden", "both", "uart:/dev/ttyUSB0@115200"] {
            assert_eq!(text.parse::<Choice>().unwrap().to_string(), text);
        }
        for (wrong, says) in [
            ("fpga", CHOICES),
            ("uart:", "serial port"),
            ("uart:/dev/ttyUSB0@", "baud rate"),
        ] {
            let error = wrong.parse::<Choice>().unwrap_err();
            assert!(error.contains(says), "{wrong}: {error}");
        }
    }
}
