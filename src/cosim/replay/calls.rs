// SPDX-License-Identifier: Apache-2.0
//! Driver calls modulo merging of touching entries: for an UPDATE that was rolled back over memory of which nothing
//! shows how it is fragmented. How many entries there were in between is left open; that they grew one by one from
//! what was there before, where they lay, and everything else is not.

use crate::trace::{Hex, Symbol};

/// The calls with neighbours merged: `dma_map` and `dma_unmap` calls of touching ranges become one, and of `set_map`
/// calls that each add an entry to the table that the last one restores, the last one is left.
pub(super) fn merged(calls: &[String]) -> Vec<String> {
    match restored(calls) {
        Some(last) => last.to_vec(),
        None => touching(calls),
    }
}

/// The last `set_map` and its return, if those before it count up from its entries.
fn restored(calls: &[String]) -> Option<&[String]> {
    let (pairs, rest) = calls.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let pushes: Option<Vec<(u64, u64)>> = pairs.iter().map(push).collect();
    let pushes = pushes?;
    let (&(asid, base), grown) = pushes.split_last()?;
    let one_by_one = (base + 1..).zip(grown).all(|(n, &push)| push == (asid, n));
    one_by_one.then(|| &calls[calls.len() - 2..])
}

/// ASID and entries of a `set_map` that succeeded.
fn push([call, answer]: &[String; 2]) -> Option<(u64, u64)> {
    let fields = fields(call, "set_map")?;
    let [asid, nmaps] = *fields.as_slice() else {
        return None;
    };
    let number = |(key, value): (&str, &str), name| value.parse().ok().filter(|_| key == name);
    let push = (number(asid, "asid")?, number(nmaps, "nmaps")?);
    (answer == "set_map_ret ret=OK").then_some(push)
}

/// "name key=value ...": the pairs, if the name is `name`.
fn fields<'a>(call: &'a str, name: &str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut words = call.split(' ');
    if words.next() != Some(name) {
        return None;
    }
    words.map(|word| word.split_once('=')).collect()
}

/// One `dma_map` or `dma_unmap`.
#[derive(Clone, PartialEq)]
struct Range<'a> {
    unmap: bool,
    asid: &'a str,
    iova: u64,
    size: u64,
    addr: Option<Symbol>,
    perm: Option<&'a str>,
}

impl<'a> Range<'a> {
    fn parse(call: &'a str) -> Option<Self> {
        let unmap = call.starts_with("dma_unmap ");
        let fields = fields(call, if unmap { "dma_unmap" } else { "dma_map" })?;
        let value = |key| {
            fields
                .iter()
                .find(|(k, _)| *k == key)
                .map(|(_, value)| *value)
        };
        Some(Self {
            unmap,
            asid: value("asid")?,
            iova: Hex::parse(value("iova")?)?.0,
            size: Hex::parse(value("size")?)?.0,
            addr: value("addr").and_then(Symbol::parse),
            perm: value("perm"),
        })
    }

    /// True if `next` goes on where this one ends.
    fn touches(&self, next: &Self) -> bool {
        let on = Self {
            iova: self.iova.wrapping_add(self.size),
            addr: self.addr.as_ref().map(|addr| addr.plus(self.size)),
            size: next.size,
            ..self.clone()
        };
        on == *next
    }

    fn text(&self) -> String {
        let Self {
            asid, iova, size, ..
        } = self;
        match (&self.addr, self.perm) {
            (Some(addr), Some(perm)) => {
                format!("dma_map asid={asid} iova={iova:#x} size={size:#x} addr={addr} perm={perm}")
            }
            _ => format!("dma_unmap asid={asid} iova={iova:#x} size={size:#x}"),
        }
    }
}

fn touching(calls: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open: Option<Range<'_>> = None;
    for call in calls {
        if open.as_ref().is_some_and(|range| !range.unmap) && call == "dma_map_ret ret=OK" {
            continue;
        }
        let next = Range::parse(call);
        match (&mut open, &next) {
            (Some(range), Some(next)) if range.touches(next) => {
                range.size = range.size.wrapping_add(next.size);
                continue;
            }
            _ => out.extend(open.take().map(|range| range.text())),
        }
        match next {
            Some(range) => open = Some(range),
            None => out.push(call.clone()),
        }
    }
    out.extend(open.map(|range| range.text()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        text.split("; ").map(str::to_owned).collect()
    }

    fn same(a: &str, b: &str) -> bool {
        merged(&list(a)) == merged(&list(b))
    }

    #[test]
    fn tables_that_grow_and_are_restored() {
        let ok = |n: &[u32]| {
            let pairs = n
                .iter()
                .map(|n| format!("set_map asid=0 nmaps={n}; set_map_ret ret=OK"));
            pairs.collect::<Vec<_>>().join("; ")
        };
        assert!(same(&ok(&[3, 4, 2]), &ok(&[2])));
        assert!(same(&ok(&[3, 2]), &ok(&[3, 4, 5, 2])));
        assert!(!same(&ok(&[3, 4, 2]), &ok(&[3, 4, 1])));
        assert!(!same(&ok(&[3, 5, 2]), &ok(&[2])), "not one by one");
        assert!(!same(&ok(&[2]), &ok(&[2]).replace("asid=0", "asid=1")));
        assert!(!same(&ok(&[2]), &ok(&[2]).replace("OK", "ENOSPC")));
    }

    #[test]
    fn ranges_that_touch() {
        let one = "dma_map asid=0 iova=0x1000 size=0x3000 addr=buf+0x0 perm=3; dma_map_ret ret=OK; dma_unmap asid=0 \
                   iova=0x1000 size=0x3000";
        let two = "dma_map asid=0 iova=0x1000 size=0x1000 addr=buf+0x0 perm=3; dma_map_ret ret=OK; dma_map asid=0 \
                   iova=0x2000 size=0x2000 addr=buf+0x1000 perm=3; dma_map_ret ret=OK; dma_unmap asid=0 iova=0x1000 \
                   size=0x1000; dma_unmap asid=0 iova=0x2000 size=0x2000";
        assert!(same(one, two));
        for (from, to) in [
            ("perm=3", "perm=1"),
            ("buf+0x1000", "buf+0x2000"),
            ("iova=0x2000", "iova=0x3000"),
            ("asid=0", "asid=1"),
            ("ret=OK", "ret=ENOSPC"),
        ] {
            assert!(!same(one, &two.replacen(from, to, 1)), "{to}");
        }
    }
}
