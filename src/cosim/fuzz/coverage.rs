// SPDX-License-Identifier: Apache-2.0
//! Functional coverage: the table of what a run should have come across, and what it did.
//!
//! [`declared`] is that table. A command is crossed with the mode of the address space that it names, how full the table
//! is, whether accesses are in flight, and the code it ends in. What cannot be is left out by [`possible`], each rule
//! with its reason; whatever is left and not hit is a hole, and is reported as one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};

use crate::golden::Device;
use crate::regif::{Capability, Code, Command, Entry, Mode, RegIf, Request, Response};

/// How full the table is, all address spaces together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fill {
    /// No live entry.
    Empty,
    /// One.
    One,
    /// More, and more than one free.
    Some,
    /// One entry is free.
    AlmostFull,
    /// None is free.
    Full,
}

/// All of them.
pub const FILLS: [Fill; 5] = [
    Fill::Empty,
    Fill::One,
    Fill::Some,
    Fill::AlmostFull,
    Fill::Full,
];

/// Where an access begins or ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Boundary {
    /// Its first byte is 0.
    Zero,
    /// Its first byte is the first one of the upper half of the address space: 2^63 of 64 bits.
    Middle,
    /// Its last byte is the last one of the address space: 2^64-1 of 64 bits.
    Top,
    /// Its last byte is the one before an entry.
    Before,
    /// Its first byte is the first one of an entry.
    First,
    /// Its last byte is the last one of an entry.
    Last,
    /// Its first byte is the one behind an entry.
    Behind,
    /// It ends in the left one of two entries that touch.
    TouchingLeft,
    /// It begins in the right one.
    TouchingRight,
    /// It begins in one and ends in the other.
    TouchingBoth,
}

const BOUNDARIES: [Boundary; 10] = [
    Boundary::Zero,
    Boundary::Middle,
    Boundary::Top,
    Boundary::Before,
    Boundary::First,
    Boundary::Last,
    Boundary::Behind,
    Boundary::TouchingLeft,
    Boundary::TouchingRight,
    Boundary::TouchingBoth,
];

/// Something that a run can come across.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Point {
    /// A command, as it ended.
    Command {
        /// Its name in the register map.
        command: &'static str,
        /// Mode of the address space that it names; `None` if there is none, or the command names none.
        mode: Option<ModeOf>,
        /// Before it.
        fill: Fill,
        /// Accesses were in flight.
        traffic: bool,
        /// Its end.
        code: Code,
    },
    /// An access at a boundary.
    Access {
        /// Which.
        at: Boundary,
        /// It was translated, not refused.
        granted: bool,
    },
    /// An access that found an entry at the end of a node of the search.
    Node {
        /// Level of the node, 0 the leaf.
        level: u8,
        /// The last entry of the node, not the first.
        last: bool,
    },
    /// A request that was this many clocks in the pipeline when the state changed under it.
    Flip {
        /// Clocks since its acceptance.
        depth: u8,
    },
    /// A reset pin, relative to the command it came with.
    Pin {
        /// It took effect before the command.
        before: bool,
        /// It cleaned.
        clean: bool,
    },
    /// A damaged word, by memory: 0 the search, 1 the keys of passes, 2 the payload.
    Damage {
        /// Which memory.
        site: u8,
        /// An access found it, and faulted.
        found: bool,
    },
    /// A power-on reset with this many requests queued or in flight, 0 or more.
    PowerOn {
        /// There were some.
        traffic: bool,
    },
}

/// [`Mode`], in an order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ModeOf {
    /// BLOCKED.
    Blocked,
    /// IDENTITY.
    Identity,
    /// MAPPED.
    Mapped,
}

impl From<Mode> for ModeOf {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Blocked => Self::Blocked,
            Mode::Identity => Self::Identity,
            Mode::Mapped => Self::Mapped,
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Command {
                command,
                mode,
                fill,
                traffic,
                code,
            } => {
                let mode = mode.map_or_else(|| "-".to_owned(), |mode| format!("{mode:?}"));
                let traffic = if traffic { "traffic" } else { "quiet" };
                write!(
                    f,
                    "{command} {code:?}: mode {mode}, table {fill:?}, {traffic}"
                )
            }
            Self::Access { at, granted } => {
                let end = if granted { "granted" } else { "refused" };
                write!(f, "access {at:?}: {end}")
            }
            Self::Node { level, last } => {
                let end = if last { "last" } else { "first" };
                write!(f, "{end} entry of a node of level {level}")
            }
            Self::Flip { depth } => write!(f, "flip {depth} clocks after acceptance"),
            Self::Pin { before, clean } => {
                let order = if before { "before" } else { "behind" };
                write!(f, "reset pin {order} the command, clean {clean}")
            }
            Self::Damage { site, found } => {
                let memory = ["search", "key", "payload"][usize::from(site)];
                write!(f, "damage in {memory}, found by an access: {found}")
            }
            Self::PowerOn { traffic } => write!(f, "power-on reset, traffic {traffic}"),
        }
    }
}

/// What a command comes upon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scene {
    mode: Option<ModeOf>,
    fill: Fill,
    traffic: bool,
}

impl Scene {
    /// What `command` comes upon in this state, with accesses in flight or not.
    #[must_use]
    pub fn of(golden: &Device, command: Command, traffic: bool) -> Self {
        let mode = command.asid().and_then(|asid| golden.mode(asid));
        Self {
            mode: mode.map(ModeOf::from),
            fill: fill(golden),
            traffic,
        }
    }
}

/// What a device of one build has been through.
#[derive(Clone, Debug)]
pub struct Coverage {
    declared: BTreeSet<Point>,
    hits: BTreeMap<Point, u64>,
}

impl Coverage {
    /// Nothing yet, of everything that a device of this `capability` can come across. `radix` is K of its search,
    /// `latency` the clocks from a request to its answer.
    #[must_use]
    pub fn new(capability: Capability, radix: u16, latency: u8) -> Self {
        Self {
            declared: declared(capability, radix, latency),
            hits: BTreeMap::new(),
        }
    }

    /// Came across `point`.
    pub fn hit(&mut self, point: Point) {
        *self.hits.entry(point).or_default() += 1;
    }

    /// Adds what another run on the same build came across.
    pub fn add(&mut self, other: &Self) {
        for (&point, &count) in &other.hits {
            *self.hits.entry(point).or_default() += count;
        }
    }

    /// How many points there are.
    #[must_use]
    pub fn points(&self) -> usize {
        self.declared.len()
    }

    /// Those that were never hit.
    #[must_use]
    pub fn holes(&self) -> Vec<Point> {
        let missed = |point: &&Point| !self.hits.contains_key(point);
        self.declared.iter().filter(missed).copied().collect()
    }

    /// Those that were hit and that the table says cannot be: the table is wrong, or the device is.
    #[must_use]
    pub fn undeclared(&self) -> Vec<Point> {
        let unknown = |point: &&Point| !self.declared.contains(point);
        self.hits.keys().filter(unknown).copied().collect()
    }

    /// Command and code, without what they are crossed with: those hit, of those declared.
    #[must_use]
    pub fn ends(&self) -> (usize, usize) {
        let ends = |points: &mut dyn Iterator<Item = &Point>| {
            let pairs: BTreeSet<_> = points
                .filter_map(|point| match *point {
                    Point::Command { command, code, .. } => Some((command, code)),
                    _ => None,
                })
                .collect();
            pairs.len()
        };
        let hit = |point: &&Point| self.hits.contains_key(point);
        (
            ends(&mut self.declared.iter().filter(hit)),
            ends(&mut self.declared.iter()),
        )
    }

    /// Numbers, and every hole.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let text = |points: Vec<Point>| -> Vec<String> {
            points.iter().map(ToString::to_string).collect()
        };
        json!({
            "points": self.points(),
            "hit": self.points() - self.holes().len(),
            "holes": text(self.holes()),
            "undeclared": text(self.undeclared()),
        })
    }

    /// A command that came upon `scene` ended in `code`.
    pub fn command(&mut self, scene: Scene, command: Command, code: Code) {
        let Scene {
            mode,
            fill,
            traffic,
        } = scene;
        self.hit(Point::Command {
            command: command.name(),
            mode,
            fill,
            traffic,
            code,
        });
    }

    /// An access, and its answer. `golden` is the state that it was translated in, `radix` K of the search.
    pub fn access(
        &mut self,
        golden: &mut Device,
        radix: u16,
        request: Request,
        response: &Response,
    ) {
        let capability = golden.capability();
        let top = u64::MAX >> (64 - u32::from(capability.iova_w));
        let first = request.iova;
        let Some(last) = first.checked_add(u64::from(request.len) - 1) else {
            return;
        };
        let granted = response.result.is_ok();
        let mut at = |boundary, is: bool| {
            if is {
                self.hit(Point::Access {
                    at: boundary,
                    granted,
                });
            }
        };
        at(Boundary::Zero, first == 0);
        at(Boundary::Middle, first == top / 2 + 1);
        at(Boundary::Top, last == top);
        if !response.tag.tracked {
            return;
        }
        let asid = response.tag.asid;
        let Ok(space) = golden.address_space(asid) else {
            return;
        };
        for (index, entry) in space.entries.iter().enumerate() {
            at(
                Boundary::Before,
                last.wrapping_add(1) == entry.start && entry.start != 0,
            );
            at(Boundary::First, first == entry.start);
            at(Boundary::Last, last == entry.last);
            at(
                Boundary::Behind,
                entry.last != u64::MAX && first == entry.last + 1,
            );
            if let Some(next) = space.entries.get(index + 1)
                && next.start == entry.last.wrapping_add(1)
            {
                at(
                    Boundary::TouchingLeft,
                    last == entry.last && first >= entry.start,
                );
                at(
                    Boundary::TouchingRight,
                    first == next.start && last <= next.last,
                );
                at(
                    Boundary::TouchingBoth,
                    within(entry, first) && within(next, last),
                );
            }
        }
        let found = space.entries.iter().position(|entry| within(entry, first));
        if let (Some(place), true) = (found, granted) {
            self.nodes(golden, radix, asid, place);
        }
    }

    /// Entry `place` of address space `asid` was found. Entries that resets have left behind count in the table and not
    /// here: which node it was at the end of is exact only behind a pass.
    fn nodes(&mut self, golden: &mut Device, radix: u16, asid: u8, place: usize) {
        let live = |golden: &mut Device, asid| {
            golden
                .address_space(asid)
                .map_or(0, |space| space.entries.len())
        };
        let before: usize = (0..asid).map(|asid| live(golden, asid)).sum();
        let radix = usize::from(radix);
        let (number, mut node) = (before + place, radix);
        for level in 0..levels(golden.capability(), radix) {
            for (last, of) in [(false, 0), (true, node - 1)] {
                if number % node == of {
                    self.hit(Point::Node { level, last });
                }
            }
            node *= radix;
        }
    }
}

fn within(entry: &Entry, byte: u64) -> bool {
    (entry.start..=entry.last).contains(&byte)
}

/// Levels of the search whose nodes end inside the table.
fn levels(capability: Capability, radix: usize) -> u8 {
    let (mut levels, mut node) = (0, radix);
    while node < usize::from(capability.entries) {
        (levels, node) = (levels + 1, node * radix);
    }
    levels
}

/// How full the table is.
fn fill(golden: &Device) -> Fill {
    let entries = usize::from(golden.capability().entries);
    match golden.live() {
        0 => Fill::Empty,
        1 => Fill::One,
        live if live == entries => Fill::Full,
        live if live + 1 == entries => Fill::AlmostFull,
        _ => Fill::Some,
    }
}

/// Codes that a command ends in on some build, and what it names.
const ENDS: &[(&str, Names, &[Code])] = {
    use Code::{
        Busy, Exist, InvalAlign, InvalAsid, InvalDevice, InvalGroup, InvalPa, InvalRange, NoTxn,
        NospcLimit, NospcTable, Ok, Order,
    };
    &[
        (
            "MAP",
            Names::Asid,
            &[
                Ok, Busy, Exist, NospcTable, NospcLimit, InvalRange, InvalAlign, InvalPa, InvalAsid,
            ],
        ),
        (
            "UNMAP",
            Names::Asid,
            &[Ok, Busy, InvalRange, InvalAlign, InvalAsid],
        ),
        ("SET_MAP_BEGIN", Names::Asid, &[Ok, Busy, InvalAsid]),
        (
            "SET_MAP_ENTRY",
            Names::Asid,
            &[
                Ok, NoTxn, Exist, Order, NospcTable, NospcLimit, InvalRange, InvalAlign, InvalPa,
                InvalAsid,
            ],
        ),
        (
            "SET_MAP_COMMIT",
            Names::Asid,
            &[
                Ok, NoTxn, Exist, Order, NospcTable, NospcLimit, InvalRange, InvalAlign, InvalPa,
                InvalAsid,
            ],
        ),
        ("SET_MAP_ABORT", Names::Asid, &[Ok, NoTxn, InvalAsid]),
        ("RESET_MAP", Names::Asid, &[Ok, InvalAsid]),
        ("FENCE", Names::Asid, &[Ok, InvalAsid]),
        ("RECOVER", Names::Asid, &[Ok, Busy, InvalAsid]),
        ("GROUP_ASID", Names::Asid, &[Ok, InvalGroup, InvalAsid]),
        ("DEVICE_RESET", Names::Device, &[Ok, InvalDevice]),
        ("QUIESCE", Names::Device, &[Ok, InvalDevice]),
        ("RESUME", Names::Device, &[Ok, InvalDevice]),
    ]
};

/// What a command names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Asid,
    Device,
}

/// What a device of this capability can come across.
pub(super) fn declared(capability: Capability, radix: u16, latency: u8) -> BTreeSet<Point> {
    let mut points = BTreeSet::new();
    let modes = [ModeOf::Blocked, ModeOf::Identity, ModeOf::Mapped];
    for &(command, names, codes) in ENDS {
        for &code in codes {
            // An address space that is not there has no mode.
            let modes: Vec<Option<ModeOf>> = match (names, code) {
                (Names::Device, _) | (_, Code::InvalAsid) => vec![None],
                (Names::Asid, _) => modes.into_iter().map(Some).collect(),
            };
            for mode in modes {
                for fill in FILLS {
                    for traffic in [false, true] {
                        if possible(capability, command, mode, fill, code) {
                            points.insert(Point::Command {
                                command,
                                mode,
                                fill,
                                traffic,
                                code,
                            });
                        }
                    }
                }
            }
        }
    }
    for at in BOUNDARIES {
        for granted in [false, true] {
            let never = match at {
                // One access crosses no entries.
                Boundary::TouchingBoth => granted,
                _ => false,
            };
            if !never {
                points.insert(Point::Access { at, granted });
            }
        }
    }
    for level in 0..levels(capability, usize::from(radix)) {
        points.extend([false, true].map(|last| Point::Node { level, last }));
    }
    points.extend((1..=latency).map(|depth| Point::Flip { depth }));
    for first in [false, true] {
        points.extend([false, true].map(|clean| Point::Pin {
            before: first,
            clean,
        }));
        points.extend((0..3).map(|site| Point::Damage { site, found: first }));
        points.insert(Point::PowerOn { traffic: first });
    }
    points
}

/// Whether a command can end in `code` there.
fn possible(
    capability: Capability,
    command: &str,
    mode: Option<ModeOf>,
    fill: Fill,
    code: Code,
) -> bool {
    let pages = capability.granule_log2 > 0;
    let mapped = mode == Some(ModeOf::Mapped);
    // A table that is full when SET_MAP begins has room for as many as its address space already has: none, if that is
    // not MAPPED. It can only have been fuller then than now, and a reset of that address space ends the transaction.
    let no_room = fill == Fill::Full && !mapped;
    match (command, code) {
        // Everything is aligned to a byte.
        (_, Code::InvalAlign) => pages,
        // Only addresses narrower than 64 bits can be too large; and UNMAP takes an end before its start.
        ("UNMAP", Code::InvalRange) => capability.iova_w < 64,
        ("MAP", Code::Ok) => fill != Fill::Full,
        // There is something to overlap.
        ("MAP", Code::Exist) => mapped && fill != Fill::Empty,
        ("MAP", Code::NospcTable) => fill == Fill::Full,
        ("SET_MAP_ENTRY", Code::Ok) => !no_room,
        // There is an entry before it.
        ("SET_MAP_ENTRY" | "SET_MAP_COMMIT", Code::Exist | Code::Order) => !no_room,
        _ => true,
    }
}
