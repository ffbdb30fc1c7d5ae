// SPDX-License-Identifier: Apache-2.0
//! The register interface of a board.
//!
//! Commands and registers are as on any transport. A translation is an access of the board's DMA master: one burst, or
//! several if one cannot be as long. Of its answer
//!
//! - the physical address is what came out of the IOMMU, as the board has recorded it; data that were read are held
//!   against memory at that address;
//! - the reason of a fault is the record in the fault queue that the access has left, which is taken from it; a lite data
//!   path tells it itself;
//! - address space, epoch and COMMIT_SEQ are read before the access: nobody else changes them;
//! - the end of the entry, which AXI4 has no place for, is that of the table read back; and an access that leaves it,
//!   which AXI4 can only make in bursts that are judged one by one, is [`Fault::Crossing`] by it.
//!
//! The access is over when its answer is here, and released. So nothing is ever in flight, and there is nothing left for
//! [`RegIf::release`] to do.

use super::{Ask, Board, Burst};
use crate::dut::fault;
use crate::regif::{
    Access, AddressSpace, Capability, Command, Completion, DevicePolicy, Fault, Mode, RegError,
    RegIf, Request, ResetModes, Response, Tag,
};

/// What an AXI4 burst does not cross.
const PAGE: u64 = 4096;
/// Beats of the longest burst.
const BEATS: u64 = 256;
/// xRESP of a burst that the IOMMU refuses.
const SLVERR: u8 = 2;

impl Board {
    /// The bursts that an access is made of: none crosses a page.
    fn bursts(&self, request: Request) -> Result<Vec<Ask>, RegError> {
        let Request {
            group,
            iova,
            len,
            access,
        } = request;
        let last = iova.checked_add(u64::from(len.saturating_sub(1)));
        if len == 0 || last.is_none_or(|last| last > self.iova_max()) {
            return Err(RegError::Protocol(format!(
                "an access of {len:#x} bytes at {iova:#x}; the DMA master of this board reaches {:#x}",
                self.iova_max()
            )));
        }
        let mut asks = Vec::new();
        let (mut iova, mut left) = (iova, u64::from(len));
        while left > 0 {
            let here = left.min(PAGE - iova % PAGE);
            // Whole words if it can be.
            let size: u8 = if iova % 4 == 0 && here % 4 == 0 { 2 } else { 0 };
            let bytes = here.min(BEATS << size);
            asks.push(Ask {
                group,
                iova,
                access,
                beats: (bytes >> size) as u16,
                size,
                data: 0,
                lanes: 0,
            });
            iova = iova.wrapping_add(bytes);
            left -= bytes;
        }
        Ok(asks)
    }

    /// The last IOVA.
    fn iova_max(&self) -> u64 {
        u64::MAX >> (64 - u32::from(self.registers.capability.iova_w))
    }

    /// One burst, to the address that it reached or the reason that it was refused for.
    fn reach(&mut self, ask: Ask) -> Result<Result<u64, Fault>, RegError> {
        let burst = self.burst(ask)?;
        match (burst.resp, burst.pa) {
            (SLVERR, None) => {
                if let Some(fault) = burst.fault {
                    return Ok(Err(fault));
                }
                let record = fault::take(&mut self.registers)?.ok_or_else(|| {
                    RegError::Protocol(format!(
                        "{ask:x?} was refused, and the fault queue is empty"
                    ))
                })?;
                if (record.group, record.iova) != (ask.group, ask.iova) {
                    return Err(RegError::Protocol(format!(
                        "{ask:x?} was refused, and the oldest fault recorded is {record:x?}"
                    )));
                }
                Ok(Err(record.reason))
            }
            (resp, Some(pa)) if resp != SLVERR => {
                self.compare(ask, burst, pa)?;
                Ok(Ok(pa))
            }
            _ => Err(RegError::Protocol(format!("{ask:x?} came to {burst:x?}"))),
        }
    }

    /// What was read through the IOMMU is what memory holds.
    fn compare(&mut self, ask: Ask, burst: Burst, pa: u64) -> Result<(), RegError> {
        if !self.has_memory(pa) || ask.access == Access::Write {
            return Ok(());
        }
        let lanes: u32 = match ask.size {
            2 => u32::MAX,
            _ => 0xff << (8 * (pa % 4)),
        };
        let memory = self.peek(pa)?;
        if (burst.data ^ memory) & lanes != 0 {
            return Err(RegError::Protocol(format!(
                "{ask:x?} went to {pa:#x} and read {:#x}, and there is {memory:#x}",
                burst.data
            )));
        }
        Ok(())
    }

    /// Last byte of the entry that covers `iova`, as the response of the translation port has it.
    fn map_last(
        &mut self,
        asid: u8,
        iova: u64,
        result: Result<u64, Fault>,
    ) -> Result<u64, RegError> {
        if !matches!(result, Ok(_) | Err(Fault::Permission | Fault::Crossing)) {
            return Ok(0);
        }
        let space = self.registers.address_space(asid)?;
        if space.mode == Mode::Identity {
            return Ok(self.iova_max());
        }
        let entry = space
            .entries
            .iter()
            .find(|entry| entry.start <= iova && iova <= entry.last);
        entry.map(|entry| entry.last).ok_or_else(|| {
            RegError::Protocol(format!(
                "the access at {iova:#x} came to {result:x?}, and no entry of address space {asid:#x} covers it"
            ))
        })
    }
}

impl RegIf for Board {
    fn capability(&self) -> Capability {
        self.registers.capability
    }

    fn command(&mut self, command: Command) -> Result<Completion, RegError> {
        self.registers.command(command)
    }

    fn post(&mut self, commands: &[Command]) -> Result<Vec<Completion>, RegError> {
        self.registers.post_all(commands)
    }

    fn set_device_policy(&mut self, device: u8, policy: DevicePolicy) -> Result<(), RegError> {
        self.registers.set_device_policy(device, policy)
    }

    fn set_reset_modes(&mut self, modes: ResetModes) -> Result<(), RegError> {
        self.registers.set_reset_modes(modes)
    }

    fn lock(&mut self) -> Result<(), RegError> {
        self.registers.lock()
    }

    fn set_limit(&mut self, asid: u8, entries: u16) -> Result<(), RegError> {
        self.registers.set_limit(asid, entries)
    }

    fn address_space(&mut self, asid: u8) -> Result<AddressSpace, RegError> {
        self.registers.address_space(asid)
    }

    fn group(&mut self, group: u8) -> Result<Option<u8>, RegError> {
        self.registers.group(group)
    }

    fn translate(&mut self, request: Request) -> Result<Response, RegError> {
        let asid = match request.group < self.registers.capability.groups {
            true => self.registers.group(request.group)?,
            false => None,
        };
        let tag = Tag {
            tracked: asid.is_some(),
            asid: asid.unwrap_or(0),
            epoch: match asid {
                Some(asid) => self.registers.epoch(asid)?,
                None => false,
            },
        };
        let commit_seq = self.registers.commit_seq()?;
        let asks = self.bursts(request)?;
        let (first, rest) = asks
            .split_first()
            .ok_or_else(|| RegError::Protocol(format!("{request:x?} is an access of nothing")))?;
        let mut result = self.reach(*first)?;
        let map_last = match asid {
            Some(asid) => self.map_last(asid, request.iova, result)?,
            None => 0,
        };
        for ask in rest {
            let Ok(pa) = result else { break };
            if ask.iova > map_last {
                // It is a burst of its own, and may well be permitted.
                result = Err(Fault::Crossing);
                break;
            }
            match self.reach(*ask)? {
                Ok(next) if next.wrapping_sub(pa) == ask.iova - request.iova => {}
                Ok(next) => {
                    return Err(RegError::Protocol(format!(
                        "{request:x?} went to {pa:#x}, and to {next:#x} from {:#x} on",
                        ask.iova
                    )));
                }
                Err(fault) => result = Err(fault),
            }
        }
        Ok(Response {
            result,
            map_last,
            tag,
            commit_seq,
        })
    }

    fn release(&mut self, _: Tag) -> Result<(), RegError> {
        Ok(())
    }

    fn draining(&mut self, asid: u8) -> Result<bool, RegError> {
        self.registers.draining(asid)
    }
}
