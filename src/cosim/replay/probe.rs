// SPDX-License-Identifier: Apache-2.0
//! DMA probes: what the recording program did to see where the device's accesses land, as accesses of the modelled
//! device through the IOMMU under test.

use super::dump::{Names, read_spaces};
use super::exec::{Seen, World};
use crate::cosim::Subject;
use crate::cosim::dma::Piece;
use crate::cosim::vring::{Owns, Reached, Vrings};
use crate::regif::{Access, Mode, RegError, RegIf, Request};
use crate::trace::{Hex, Op, Symbol};
use crate::vdpa::DeviceError;
use crate::vdpa::mm::Mm;
use crate::vdpa::parent::{VQS, vq_group};

/// The program's virtqueues, as it last set them up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Prober {
    rings: Option<Rings>,
    /// A kick that the device has not served yet.
    kicked: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rings {
    vrings: Vrings,
    /// Addressed 1:1 on purpose.
    identity: bool,
}

/// Whether the known-good packet gets through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Link {
    Up,
    /// Rings out of reach, or a device that does not serve them.
    Down,
    /// The program did not try: a 1:1 table by physical address would have taken the device to foreign memory.
    Withheld,
    /// No driver since the last reset.
    NoDriver,
}

impl Prober {
    /// The device was reset: no virtqueue is set up.
    pub(super) fn driver_gone(&mut self) {
        *self = Self::default();
    }

    /// Virtqueues were set up at `rings`: an IOVA, or the 1:1 address of `memory`.
    pub(super) fn driver_init(&mut self, mm: &Mm, rings: &str, memory: &Symbol) {
        let Symbol::Region { name, offset } = memory else {
            return;
        };
        let region = mm.region(name);
        let (iova, identity) = match rings {
            "identity-pa" => (region.and_then(|r| r.pa_of(*offset)), true),
            "identity-va" => (region.map(|r| r.va.wrapping_add(*offset)), true),
            _ => (Hex::parse(rings).map(|hex| hex.0), false),
        };
        self.kicked = false;
        self.rings = iova.map(|iova| Rings {
            vrings: Vrings { iova },
            identity,
        });
    }

    /// Carries out a probe; `None` if `op` is none.
    pub(super) fn probe<S: Subject>(
        &mut self,
        op: &Op,
        world: &mut World<S>,
    ) -> Result<Option<Seen>, DeviceError> {
        let seen = match op {
            Op::ProbeRd { iova, .. } => self.access(world, iova.0, Access::Read)?,
            Op::ProbeWr { iova, .. } => self.access(world, iova.0, Access::Write)?,
            Op::ProbeIdentityRd { iova, .. } => {
                let Symbol::Region { name, offset } = &iova.symbol else {
                    return Ok(None);
                };
                let region = world.mm.region(name);
                let address = match iova.physical {
                    true => region.and_then(|r| r.pa_of(*offset)),
                    false => region.map(|r| r.va.wrapping_add(*offset)),
                };
                match address {
                    Some(address) => self.access(world, address, Access::Read)?,
                    None => return Ok(None),
                }
            }
            Op::ProbeRings { .. } => probe(match self.link(world)? {
                Link::Up => "ok",
                Link::Withheld => "device_is_identity",
                Link::Down | Link::NoDriver => "not_consumed",
            }),
            Op::ProbeCvq {
                asid_expected,
                consumed,
                ..
            } => self.control(world, *asid_expected, *consumed)?,
            Op::KickWhileSuspended { rx_used_advanced } => {
                self.kicked = true;
                self.serve(world, *rx_used_advanced)?
            }
            Op::AfterResume { rx_used_advanced } => self.serve(world, *rx_used_advanced)?,
            _ => return Ok(None),
        };
        Ok(Some(seen))
    }

    /// One access at `iova`, between two known-good packets.
    fn access<S: Subject>(
        &self,
        world: &mut World<S>,
        iova: u64,
        access: Access,
    ) -> Result<Seen, DeviceError> {
        let vrings = match (self.link(world)?, self.rings) {
            (Link::Up, Some(rings)) => rings.vrings,
            (Link::Withheld, _) => return Ok(probe("device_is_identity")),
            (Link::NoDriver, _) => return Ok(probe("no_driver")),
            _ => return Ok(probe("rings_unreachable").between("not_consumed", "-")),
        };
        let reached: Reached = world.on_device(|dev, owns| match access {
            Access::Read => vrings.read_at(dev, owns, iova),
            Access::Write => vrings.write_at(dev, owns, iova),
        })?;
        let seen = match reached {
            Ok(pieces) => hit(&pieces, &world.names()),
            Err(_) => probe("fault"),
        };
        let after = match self.link(world)? {
            Link::Up => "ok",
            Link::Down | Link::Withheld | Link::NoDriver => "not_consumed",
        };
        Ok(seen.between("ok", after))
    }

    /// A control virtqueue command. Recorded are the AS of its virtqueue, and whether it was consumed.
    fn control<S: Subject>(
        &self,
        world: &mut World<S>,
        asid: u32,
        consumed: u8,
    ) -> Result<Seen, DeviceError> {
        let through = match self.rings.filter(|_| world.running()) {
            Some(rings) => world
                .on_device(|dev, owns| rings.vrings.control(dev, owns))?
                .is_ok(),
            None => false,
        };
        let group = world.device().group(vq_group(VQS - 1))?;
        let found = group.map_or("none".to_owned(), |asid| asid.to_string());
        Ok(probe(if through { "ok" } else { "fault" })
            .with("asid", asid.to_string(), found)
            .with(
                "consumed",
                consumed.to_string(),
                u8::from(through).to_string(),
            ))
    }

    /// Serves a kick, if the device can.
    fn serve<S: Subject>(
        &mut self,
        world: &mut World<S>,
        recorded: u8,
    ) -> Result<Seen, DeviceError> {
        let served = self.kicked && self.link(world)? == Link::Up;
        self.kicked &= !served;
        let found = u8::from(served).to_string();
        Ok(Seen::default().with("rx_used_advanced", recorded.to_string(), found))
    }

    /// Sends a known-good packet, unless the program would not have.
    fn link<S: Subject>(&self, world: &mut World<S>) -> Result<Link, DeviceError> {
        let Some(rings) = self.rings else {
            return Ok(Link::NoDriver);
        };
        if !world.profile.use_va && !rings.identity && world.one_to_one(&rings.vrings)? {
            return Ok(Link::Withheld);
        }
        if !world.running() {
            return Ok(Link::Down);
        }
        let through = world.on_device(|dev, owns| rings.vrings.packet(dev, owns))?;
        Ok(if through.is_ok() {
            Link::Up
        } else {
            Link::Down
        })
    }
}

/// What an access reached, by name.
fn hit(pieces: &[Piece], names: &Names<'_>) -> Seen {
    let Some(first) = pieces.first() else {
        return probe("odd");
    };
    let hit = names.symbol(first.pa);
    let mut together = true;
    let mut middle = hit.clone();
    let mut done = 0;
    for piece in pieces {
        let here = names.symbol(piece.pa);
        together &= here == hit.plus(done);
        if done <= 32 && 32 < done + piece.len {
            middle = here.plus(32 - done);
        }
        done += piece.len;
    }
    let hit = match together {
        true => hit.to_string(),
        false => format!("byte32@{middle}"),
    };
    Seen {
        probe: Some(("ok".to_owned(), hit)),
        ..Seen::default()
    }
}

impl Seen {
    /// With the results of the known-good packets around a probe.
    fn between(self, before: &str, after: &str) -> Self {
        Self {
            control: Some(format!("{before}/{after}")),
            ..self
        }
    }
}

fn probe(result: &str) -> Seen {
    Seen {
        probe: Some((result.to_owned(), String::new())),
        ..Seen::default()
    }
}

impl<S: Subject> World<S> {
    /// The device serves its virtqueues.
    pub(super) fn running(&self) -> bool {
        self.vdpa.parent().parent().running()
    }

    /// Turns addresses into names.
    pub fn names(&self) -> Names<'_> {
        Names {
            mm: &self.mm,
            use_va: self.profile.use_va,
        }
    }

    /// Lends the device to a master that may touch the program's memory.
    fn on_device<T>(
        &mut self,
        body: impl FnOnce(&mut dyn RegIf, Owns<'_>) -> Result<T, RegError>,
    ) -> Result<T, DeviceError> {
        let (mm, use_va) = (&self.mm, self.profile.use_va);
        let owns = |address| match use_va {
            true => mm.is_mapped(address),
            false => mm.owns_pa(address),
        };
        let dev = self.vdpa.parent_mut().parent_mut().device();
        Ok(body(dev, &owns)?)
    }

    /// True if an address space that a virtqueue uses is 1:1: where the program looked before it let the device
    /// loose. A running device is asked by an access too: it must put the ring's IOVA itself on the bus.
    fn one_to_one(&mut self, vrings: &Vrings) -> Result<bool, DeviceError> {
        let running = self.running();
        let dev = self.device();
        let spaces = read_spaces(dev)?;
        for vq in 0..VQS {
            let group = vq_group(vq);
            let mode = dev
                .group(group)?
                .and_then(|asid| spaces.get(usize::from(asid)));
            if mode.is_none_or(|space| space.mode != Mode::Identity) {
                continue;
            }
            if running {
                let iova = vrings.first_access(vq);
                let response = dev.translate(Request {
                    group,
                    iova,
                    len: 2,
                    access: Access::Read,
                })?;
                dev.release(response.tag)?;
                if response.result != Ok(iova) {
                    return Err(DeviceError::Reg(RegError::Protocol(format!(
                        "group {group} is 1:1, but its access at {iova:#x} was answered {:x?}",
                        response.result
                    ))));
                }
            }
            return Ok(true);
        }
        Ok(false)
    }
}
