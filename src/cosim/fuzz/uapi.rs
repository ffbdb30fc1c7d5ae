// SPDX-License-Identifier: Apache-2.0
//! System calls and IOTLB messages from a seed, good and malformed, on vhost-vdpa and a parent driver over both devices.
//!
//! What is drawn is what a trace has, so a failing sequence is written down as one and replayed by `persimmon replay`.
//! After every step the tables of both devices are compared, every group makes accesses to the addresses that the steps
//! name, and a device reset with IOTLB_PERSIST must leave the device's tables as they were, on a kernel that has it.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value};

use super::power_on;
use crate::cosim::Lockstep;
use crate::cosim::axi::Mismatch;
use crate::cosim::replay::World;
use crate::cosim::replay::layout::Layout;
use crate::cosim::subject::Subject;
use crate::dut::{Dut, Variant};
use crate::golden::Device;
use crate::regif::{Access, AddressSpace, Entry, Mode, RegIf, Request};
use crate::trace::{Hex, Line, Meta, Op, Outcome, Source, Symbol};
use crate::vdpa::mm::PAGE;
use crate::vdpa::{DeviceError, Features, Profile};

/// Pages of the program's buffer that are mapped.
const BUFFER: u64 = 64;
/// Accesses after each step.
const ACCESSES: usize = 4;

/// What was compared.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Calls {
    /// Steps: system calls, good and bad.
    pub steps: u64,
    /// Those that the kernel refused.
    pub refused: u64,
    /// Address spaces, and entries in them.
    pub tables: u64,
    /// Entries in those address spaces.
    pub entries: u64,
    /// Accesses.
    pub accesses: u64,
    /// Device resets that had to keep every mapping.
    pub persisting: u64,
    /// All answers of the RTL that were compared with the golden model's.
    pub compared: u64,
}

impl Calls {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.refused += other.refused;
        self.tables += other.tables;
        self.entries += other.entries;
        self.accesses += other.accesses;
        self.persisting += other.persisting;
        self.compared += other.compared;
    }

    /// As an object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::json!({
            "steps": self.steps,
            "refused": self.refused,
            "tables": self.tables,
            "entries": self.entries,
            "accesses": self.accesses,
            "persisting": self.persisting,
            "compared": self.compared,
        })
    }
}

/// The steps that `seed` stands for: `count` behind the opening.
pub fn calls(seed: u64, count: usize) -> Vec<Op> {
    let mut draw = Draw {
        rng: StdRng::seed_from_u64(seed),
    };
    let mut ops = draw.opened();
    let end = ops.len() + count;
    while ops.len() < end {
        draw.next(&mut ops);
    }
    ops
}

struct Draw {
    rng: StdRng,
}

impl Draw {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.rng.random_range(0..all.len())]
    }

    /// Open, owned, features acked: with IOTLB_PERSIST, without it, without address spaces, or none.
    fn opened(&mut self) -> Vec<Op> {
        let features = self.one_of(&[0x17e, 0x17e, 0x7e, 0x7a, 0x2]);
        vec![
            Op::Open {},
            Op::SetOwner {},
            Op::SetBackendFeatures {
                features: Hex(features),
            },
        ]
    }

    fn asid(&mut self) -> u32 {
        self.one_of(&[0, 0, 0, 1, 1, 2, u32::MAX])
    }

    /// Few places, so that ranges meet; at both ends and in the middle of all addresses.
    fn iova(&mut self) -> u64 {
        let page = self.rng.random_range(0..24) * PAGE;
        let base = self.one_of(&[0, 0, 0, 1 << 63, u64::MAX - (24 * PAGE - 1)]);
        let odd = self.one_of(&[0, 0, 0, 0, 0, 0, 1, PAGE - 1]);
        base + page + odd
    }

    fn size(&mut self) -> u64 {
        let pages = self.one_of(&[1, 1, 1, 2, 3, 8]);
        self.one_of(&[
            pages * PAGE,
            pages * PAGE,
            pages * PAGE,
            pages * PAGE,
            0,
            1,
            u64::MAX,
        ])
    }

    /// As long as a message is, most of the time.
    fn len(&mut self) -> Option<u32> {
        self.chance(4).then(|| self.one_of(&[0, 1, 4, 71, 73, 200]))
    }

    fn version(&mut self) -> u8 {
        self.one_of(&[2, 2, 2, 2, 2, 2, 2, 1])
    }

    fn update(&mut self) -> Op {
        let page = self.rng.random_range(0..BUFFER);
        let uaddr = match self.chance(4) {
            true => Symbol::Abs(self.one_of(&[0, 0x6000_0000_0000, u64::MAX])),
            false => Symbol::Region {
                name: "buf".to_owned(),
                offset: page * PAGE,
            },
        };
        Op::IotlbUpdate {
            v: Some(self.version()),
            asid: Some(self.asid()),
            iova: Some(Hex(self.iova())),
            size: Some(Hex(self.size())),
            uaddr: Some(uaddr),
            perm: Some(self.one_of(&[1, 2, 3, 3, 3, 3, 0, 7])),
            len: self.len(),
        }
    }

    fn invalidate(&mut self) -> Op {
        let everything = self.chance(15);
        let (iova, size) = match everything {
            true => self.one_of(&[(0, u64::MAX), (0, 0)]),
            false => (self.iova(), self.size()),
        };
        Op::IotlbInvalidate {
            v: self.version(),
            type_: None,
            asid: self.asid(),
            iova: Hex(iova),
            size: Hex(size),
            len: self.len(),
        }
    }

    fn batch(&mut self, begin: bool) -> Op {
        let (v, asid, len) = (self.version(), self.asid(), self.len());
        match begin {
            true => Op::IotlbBatchBegin {
                v,
                asid,
                iova: None,
                size: None,
                len,
            },
            false => Op::IotlbBatchEnd {
                v,
                asid,
                iova: None,
                size: None,
                len,
            },
        }
    }

    /// What no client of vhost-vdpa should write.
    fn malformed(&mut self) -> Op {
        let (asid, iova, size) = (self.asid(), Hex(self.iova()), Hex(self.size()));
        match self.rng.random_range(0..6) {
            0 => Op::IotlbMiss {
                v: 2,
                type_: 1,
                asid,
                iova,
                size,
            },
            1 => Op::IotlbAccessFail {
                v: 2,
                type_: 4,
                asid,
                iova,
                size,
            },
            2 => Op::IotlbMsg {
                v: 2,
                type_: self.one_of(&[0, 7, 99, 255]),
                asid,
                iova,
                size,
            },
            3 => Op::ShortWrite {
                len: self.rng.random_range(0..72),
                sizeof_v2: None,
                v: Some(self.version()),
                type_: None,
                asid: Some(asid),
                iova,
                size: Some(size),
                uaddr: None,
                perm: None,
            },
            4 => Op::LongWrite {
                len: self.rng.random_range(73..400),
            },
            _ => Op::BadMsgType {
                type_: self.one_of(&[0, 3, 255, -1]),
                asid: None,
                iova: None,
                size: None,
            },
        }
    }

    /// A batch as QEMU sends one, which may be left open.
    fn whole_batch(&mut self, ops: &mut Vec<Op>) {
        let asid = self.one_of(&[0, 0, 1]);
        ops.push(Op::IotlbBatchBegin {
            v: 2,
            asid,
            iova: None,
            size: None,
            len: None,
        });
        for _ in 0..self.rng.random_range(0..8) {
            let message = match self.chance(70) {
                true => self.update(),
                false => self.invalidate(),
            };
            ops.push(message);
        }
        if self.chance(90) {
            ops.push(Op::IotlbBatchEnd {
                v: 2,
                asid,
                iova: None,
                size: None,
                len: None,
            });
        }
    }

    fn next(&mut self, ops: &mut Vec<Op>) {
        let op = match self.rng.random_range(0..100) {
            0..40 => self.update(),
            40..56 => self.invalidate(),
            56..60 => return self.whole_batch(ops),
            60..63 => {
                let begin = self.chance(50);
                self.batch(begin)
            }
            63..68 => self.malformed(),
            68..76 => Op::Reset {
                status: None,
                old: None,
            },
            76..84 => Op::SetStatus {
                status: self.one_of(&[1, 3, 0xb, 0xf, 0xf, 0xf, 0x80]),
                old: None,
            },
            84..90 => Op::SetGroupAsid {
                group: self.one_of(&[0, 1, 1, 2, 99]),
                asid: self.asid(),
            },
            90..92 => Op::SetBackendFeatures {
                features: Hex(self.one_of(&[0x17e, 0x7e, 0x2, u64::MAX])),
            },
            92..93 => Op::Suspend {
                withheld: None,
                n: None,
            },
            93..94 => Op::Resume { withheld: None },
            94..95 => Op::SetOwner {},
            95..96 => Op::ResetOwner {},
            96..97 => Op::SecondOpen {},
            97..98 => Op::Read {},
            _ => {
                ops.push(Op::Close {});
                return ops.extend(self.opened());
            }
        };
        ops.push(op);
    }
}

/// The line of a trace of `profile` that does `op`.
fn line(profile: &str, step: usize, op: &Op) -> Line {
    let (kernel, variant) = profile.split_once('-').unwrap_or((profile, ""));
    Line {
        number: step + 1,
        source: Source::Kernel(kernel.to_owned()),
        variant: variant.to_owned(),
        case: "fuzz".to_owned(),
        step: step as u64,
        op: op.clone(),
        outcome: Outcome::default(),
        extra: Map::new(),
    }
}

fn world<S: Subject>(device: S, name: &str) -> Result<World<S>, Mismatch> {
    let profile = Profile::parse(name).map_err(|(field, value)| {
        Mismatch(format!("profile {name:?}: {field} {value:?} is not known"))
    })?;
    let world = World::new(device, profile, None, Layout::default());
    world.map_err(|error| Mismatch(error.to_string()))
}

/// Plays steps on both devices under a kernel and parent of this `profile`.
///
/// # Errors
/// At the first thing in which the devices differ.
pub fn play_calls(
    variant: Variant,
    bug: u8,
    seed: u64,
    profile: &str,
    ops: &[Op],
) -> Result<Calls, Mismatch> {
    let dut = power_on(variant, bug, seed)?;
    let pair = Lockstep::new(Device::new(dut.capability()), dut);
    let mut run = Run {
        world: world(pair, profile)?,
        calls: Calls::default(),
        // Accesses are drawn apart from the steps: taking a step out does not change those after it.
        rng: StdRng::seed_from_u64(seed),
    };
    for (number, op) in ops.iter().enumerate() {
        let line = line(profile, number, op);
        match run.step(&line) {
            Ok(true) => {}
            // A device that is too small for a step is no mistake, and what it holds then is nobody's to say.
            Ok(false) => break,
            Err(Mismatch(why)) => {
                return Err(Mismatch(format!("step {number}, {op:x?}: {why}")));
            }
        }
    }
    run.calls.compared = run.world.device().compared();
    Ok(run.calls)
}

struct Run {
    world: World<Lockstep<Device, Dut>>,
    calls: Calls,
    rng: StdRng,
}

impl Run {
    /// False if the device is too small for it.
    fn step(&mut self, line: &Line) -> Result<bool, Mismatch> {
        let kept = match line.op.is_device_reset() && self.persists() {
            true => Some(self.tables()?),
            false => None,
        };
        let seen = match self.world.execute(line) {
            Ok(seen) => seen,
            Err(DeviceError::Full { .. }) => return Ok(false),
            Err(error) => return Err(Mismatch(error.to_string())),
        };
        self.calls.steps += 1;
        self.calls.refused += u64::from(seen.ret.is_some_and(|ret| ret < 0));
        self.agreed()?;
        let tables = self.tables()?;
        self.calls.tables += tables.len() as u64;
        self.calls.entries += tables
            .iter()
            .map(|(_, entries)| entries.len() as u64)
            .sum::<u64>();
        if let Some(kept) = kept {
            self.calls.persisting += 1;
            if kept != tables {
                return Err(Mismatch(format!(
                    "IOTLB_PERSIST is acked, and a device reset made {tables:x?} of {kept:x?}"
                )));
            }
        }
        self.accesses(&tables)?;
        Ok(true)
    }

    /// A device reset must keep the mappings: the driver asked for that, and the kernel does it.
    fn persists(&self) -> bool {
        let asked = self.world.vdpa().acked().0 & Features::IOTLB_PERSIST.0 != 0;
        self.world.vdpa().is_open() && asked
    }

    fn tables(&mut self) -> Result<Vec<(Mode, Vec<Entry>)>, Mismatch> {
        let spaces = self.world.spaces();
        let spaces = spaces.map_err(|error| Mismatch(error.to_string()))?;
        self.agreed()?;
        let parts = |space: AddressSpace| (space.mode, space.entries);
        Ok(spaces.into_iter().map(parts).collect())
    }

    /// Accesses by any group, most of them to the ends of what is mapped.
    fn accesses(&mut self, tables: &[(Mode, Vec<Entry>)]) -> Result<(), Mismatch> {
        let entries: Vec<Entry> = tables.iter().flat_map(|(_, all)| all).copied().collect();
        for _ in 0..ACCESSES {
            let iova = match entries.len() {
                0 => self.rng.random_range(0..32) * PAGE,
                count => {
                    let Entry { start, last, .. } = entries[self.rng.random_range(0..count)];
                    let ends = [start, last, start.wrapping_sub(1), last.wrapping_add(1)];
                    ends[self.rng.random_range(0..4)]
                }
            };
            let request = Request {
                group: self.rng.random_range(0..4),
                iova,
                len: [1, 1, 2, 4096][self.rng.random_range(0..4)],
                access: [Access::Read, Access::Write][self.rng.random_range(0..2)],
            };
            let pair = self.world.device();
            if pair.reference().held(request.group) {
                continue;
            }
            let response = pair.translate(request)?;
            pair.release(response.tag)?;
            self.calls.accesses += 1;
        }
        self.agreed()
    }

    fn agreed(&mut self) -> Result<(), Mismatch> {
        match self.world.device().take_divergences().first() {
            None => Ok(()),
            Some(divergence) => Err(Mismatch(divergence.to_string())),
        }
    }
}

/// Those steps as a trace, with the golden model's results in it.
///
/// # Errors
/// If the golden model cannot do them.
pub fn record_calls(
    variant: Variant,
    seed: u64,
    profile: &str,
    ops: &[Op],
) -> Result<Vec<Line>, Mismatch> {
    let capability = power_on(variant, 0, seed)?.capability();
    let mut world = world(Device::new(capability), profile)?;
    let mut header = line(profile, 0, &Op::Meta(Meta::default()));
    header.case = "meta".to_owned();
    for (key, value) in [
        ("generator", "persimmon fuzz"),
        ("results", "of the golden model"),
    ] {
        header.extra.insert(key.to_owned(), Value::from(value));
    }
    let mut lines = vec![header];
    for (number, op) in ops.iter().enumerate() {
        let mut line = line(profile, number + 1, op);
        match world.record(&mut line, true) {
            Ok(()) | Err(DeviceError::Full { .. }) => lines.push(line),
            Err(error) => return Err(Mismatch(error.to_string())),
        }
    }
    Ok(lines)
}
