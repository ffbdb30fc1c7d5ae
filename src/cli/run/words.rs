// SPDX-License-Identifier: Apache-2.0
//! Tables, landings and hazards in words: the same ones in every table that is printed.

use crate::cosim::run::machine::{Attached, Buffer, Sight};
use crate::cosim::run::observe::{Landing, Table};
use crate::cosim::run::watch::Finding;
use crate::regif::Fault;
use crate::vdpa::Map;

/// More mappings than this are counted, not listed.
const LISTED: usize = 6;

/// S of an address space.
pub fn s_table(s: Option<&[Map]>) -> String {
    match s {
        Some(maps) => mappings(maps.iter().map(|map| map.addr)),
        None => "-".to_owned(),
    }
}

/// D of an address space.
pub fn d_table(d: &Table) -> String {
    match d {
        Table::OneToOne => "1:1".to_owned(),
        Table::Blocked => "blocked".to_owned(),
        Table::Ranges(entries) => mappings(entries.iter().map(|entry| entry.pa)),
        Table::HostDefault => "host default".to_owned(),
    }
}

/// Mappings by the names of their buffers.
fn mappings(addresses: impl Iterator<Item = u64>) -> String {
    let names: Vec<_> = addresses.map(memory).collect();
    match names.len() {
        0 => "empty".to_owned(),
        n if n > LISTED => format!("{n} mappings"),
        _ => names.join(" "),
    }
}

/// Whose memory is at a physical address.
pub fn memory(pa: u64) -> String {
    match Buffer::at(pa, u32::MAX) {
        Some(buffer) => buffer.name(),
        None if pa & !0xfff == Attached::PAGE => "K".to_owned(),
        None => format!("physical {pa:#x}"),
    }
}

/// Where an access lands.
pub fn landing(landing: Landing) -> String {
    match landing {
        Landing::At(pa) => match memory(pa) {
            foreign if foreign.starts_with("physical") => format!("at {foreign}"),
            name => format!("in {name}"),
        },
        Landing::Fault(Fault::NoMapping) => "fault: no mapping".to_owned(),
        Landing::Fault(Fault::Blocked) => "fault: blocked".to_owned(),
        Landing::Fault(Fault::Permission) => "fault: permission".to_owned(),
        Landing::Fault(fault) => format!("fault: {fault:?}"),
        Landing::Host => "where the host says".to_owned(),
    }
}

/// What a driver inside the kernel saw. K is its page.
pub fn attached(seen: Attached) -> String {
    let identity = match landing(seen.identity) {
        lands if lands == "in K" => "PA = IOVA works".to_owned(),
        other => format!("PA = IOVA: {other}"),
    };
    match seen.own {
        Some(own) => format!("{identity}; by its own DMA operations {}", landing(own)),
        None => identity,
    }
}

/// A hazard with the mappings that it is about.
pub fn finding(finding: &Finding) -> String {
    let names: Vec<_> = finding
        .ranges
        .iter()
        .map(|range| at_iova(range.0))
        .collect();
    let space = match finding.asid {
        0 => String::new(),
        asid => format!(" of AS {asid}"),
    };
    let what = match names.len() {
        n if n > LISTED => format!("{n} mappings"),
        _ => names.join(" "),
    };
    format!("{} {what}{space}", finding.hazard.name())
}

/// All hazards of a step, those that have passed in brackets.
pub fn hazards(sight: &Sight) -> String {
    let passed = sight.passed.iter().map(|one| format!("({})", finding(one)));
    let all = sight.findings.iter().map(finding).chain(passed);
    all.collect::<Vec<_>>().join(", ")
}

/// The buffer at an IOVA.
fn at_iova(iova: u64) -> String {
    let first = Buffer::A.iova();
    let buffer = (iova / first)
        .checked_sub(1)
        .and_then(|n| u32::try_from(n).ok());
    match buffer.map(Buffer) {
        Some(buffer) if buffer.iova() == iova => buffer.name(),
        _ => format!("{iova:#x}"),
    }
}

/// A mode, as JSON has it.
pub fn mode(d: &Table) -> &'static str {
    match d {
        Table::OneToOne => "identity",
        Table::Blocked => "blocked",
        Table::Ranges(_) => "mapped",
        Table::HostDefault => "host_default",
    }
}
