// SPDX-License-Identifier: Apache-2.0
//! The error numbers that the modelled kernel code returns, and nothing else. Used by everything in
//! [`vdpa`](super) and by the comparison with recordings, which print the same names.

use crate::regif::{Code, Command, RegError};

/// One of the kernel's error numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Errno {
    /// Not the owner.
    Eperm,
    /// The range is already mapped.
    Eexist,
    /// A page is absent; or what `write()` makes of any error of the message handler.
    Efault,
    /// Opened or owned already.
    Ebusy,
    /// Invalid argument.
    Einval,
    /// Memory, or RLIMIT_MEMLOCK, exhausted.
    Enomem,
    /// Table full.
    Enospc,
    /// No such ioctl.
    Enotty,
    /// Virtqueue index out of range.
    Enobufs,
    /// Not offered.
    Eopnotsupp,
}

impl Errno {
    /// The name, as in `errno.h`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eperm => "EPERM",
            Self::Eexist => "EEXIST",
            Self::Efault => "EFAULT",
            Self::Ebusy => "EBUSY",
            Self::Einval => "EINVAL",
            Self::Enomem => "ENOMEM",
            Self::Enospc => "ENOSPC",
            Self::Enotty => "ENOTTY",
            Self::Enobufs => "ENOBUFS",
            Self::Eopnotsupp => "EOPNOTSUPP",
        }
    }

    /// "OK" or the name, as the recordings write results.
    pub fn label<T>(result: &Result<T, Self>) -> &'static str {
        match result {
            Ok(_) => "OK",
            Err(errno) => errno.name(),
        }
    }
}

impl std::fmt::Display for Errno {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a call did not do what was asked: what the kernel would answer, or a device that is out of order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// The kernel's answer: part of the modelled behaviour.
    Errno(Errno),
    /// No part of the modelled behaviour; nothing after it means anything.
    Device(DeviceError),
}

impl From<Errno> for Error {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<DeviceError> for Error {
    fn from(error: DeviceError) -> Self {
        Self::Device(error)
    }
}

impl From<RegError> for Error {
    fn from(error: RegError) -> Self {
        Self::Device(error.into())
    }
}

/// The device does not do what its parent driver needs.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DeviceError {
    /// The register interface failed.
    #[error(transparent)]
    Reg(#[from] RegError),
    /// The table is smaller than what the modelled kernel accepts.
    #[error(
        "the device refused entry number {entries} of address space {asid} ({code:?}), which the modelled kernel \
         would have taken; use a larger table (--entries)"
    )]
    Full {
        /// Address space.
        asid: u8,
        /// How many entries it would have held.
        entries: usize,
        /// The device's code.
        code: Code,
    },
    /// A command was refused for a reason that its parent driver cannot give.
    #[error("the device answered {code:?} to {command:x?}, which its parent driver never causes")]
    Unexpected {
        /// What was asked.
        command: Command,
        /// The device's code.
        code: Code,
    },
    /// The device was built without something that this parent needs.
    #[error("{what} is {have}, but this parent needs {need}; use another build of the device")]
    Capability {
        /// Which parameter.
        what: &'static str,
        /// Its value.
        have: u64,
        /// What would do.
        need: &'static str,
    },
}

/// Splits the kernel's answer from a failure of the device.
pub fn answer<T>(result: Result<T, Error>) -> Result<Result<T, Errno>, DeviceError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Errno(errno)) => Ok(Err(errno)),
        Err(Error::Device(error)) => Err(error),
    }
}
