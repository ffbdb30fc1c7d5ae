// SPDX-License-Identifier: Apache-2.0
//! Why a trace cannot be replayed at all.

use crate::vdpa::DeviceError;

/// Why a trace cannot be replayed at all.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It was not recorded of a kernel, and no profile was given.
    #[error(
        "{path}:{line}: recorded from {client}, which names no kernel to replay it on; give one, for example --profile \
         6.12-setmap-pa"
    )]
    Client {
        /// File.
        path: String,
        /// Line.
        line: usize,
        /// Who.
        client: String,
    },
    /// No profile for it.
    #[error(
        "{path}:{line}: field \"{field}\" names \"{value}\", of which there is no profile; known are kernels 6.1, \
         6.1.170, 6.12, 6.12.117 and variants setmap, dmamap with -pa, -va, -simcapN, -vhostcapN, -range"
    )]
    Profile {
        /// File.
        path: String,
        /// Line.
        line: usize,
        /// Which field.
        field: &'static str,
        /// The part that is not understood.
        value: String,
    },
    /// Two recordings in one.
    #[error(
        "{path}:{line}: recorded from {found}, but the file began with {first}; replay one recording at a time"
    )]
    Mixed {
        /// File.
        path: String,
        /// Line.
        line: usize,
        /// What the line is of.
        found: String,
        /// What the first line is of.
        first: String,
    },
    /// A region where no program's memory is.
    #[error(
        "{path}: the header puts region \"{region}\" at {va:#x} with {size:#x} bytes; it should have whole pages of \
         4 KiB, {max:#x} bytes at most, below 2^47"
    )]
    Extent {
        /// File.
        path: String,
        /// Its name.
        region: String,
        /// Where.
        va: u64,
        /// Bytes.
        size: u64,
        /// Bytes that it may have.
        max: u64,
    },
    /// An address in a region that the program does not have.
    #[error(
        "{path}:{line}: region \"{region}\" is not known; the header of the file should list it, unless it is one \
         of section 3 of traces/SCHEMA.md"
    )]
    Region {
        /// File.
        path: String,
        /// Line.
        line: usize,
        /// Its name.
        region: String,
    },
    /// No case of that name.
    #[error("{path}: no case \"{case}\" in it; a case is matched by whole components, as 3.batch")]
    NoCase {
        /// File.
        path: String,
        /// As asked for.
        case: String,
    },
    /// The device is unfit.
    #[error("{path}: {source}")]
    Device {
        /// File.
        path: String,
        /// Why.
        source: DeviceError,
    },
}
