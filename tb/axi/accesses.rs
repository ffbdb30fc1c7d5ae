// SPDX-License-Identifier: Apache-2.0
//! Accesses of [`RegIf`] on builds with AXI4 ports, where each is a burst with real bytes. That what the bus shows
//! agrees with the translation is checked inside; here is what the golden model says of it, and what becomes of
//! memory.

use persimmon::cosim::{Lockstep, dma};
use persimmon::dut::{Accesses, Dut, Variant};
use persimmon::golden::Device;
use persimmon::regif::{
    Access, Burst, BurstKind, Channel, Code, Command, Entry, Fault, RegError, RegIf, Request,
    ResetModes,
};

/// How a test ends.
type Outcome = Result<(), RegError>;
type Pair = Lockstep<Device, Dut>;

const BUILDS: [Variant; 3] = [Variant::AxiE64, Variant::AxiE2048, Variant::AxiDual];
const PAGE: usize = 4096;
const IOVA: u64 = 0x1000;
const LAST: u64 = 0x2fff;
/// Where IOVA is, for group 0. The page before it and the one behind are nobody's.
const PA: u64 = 0x80_0000_1000;

fn ok(pair: &mut Pair, command: Command) {
    let completion = pair.command(command).unwrap();
    assert_eq!(completion.code, Code::Ok, "{command:x?}");
}

fn map(pair: &mut Pair, start: u64, last: u64, pa: u64, perm: u8) {
    let entry = Entry {
        start,
        last,
        pa,
        perm,
    };
    ok(pair, Command::Map { asid: 1, entry });
}

/// Group 0: two pages, one behind them to be read and one to be written. Group 1: 1:1. Group 2: BLOCKED. Group 3: none.
fn pair(variant: Variant) -> Pair {
    let dut = Dut::new(variant).unwrap();
    let mut pair = Lockstep::new(Device::new(dut.capability()), dut);
    map(&mut pair, IOVA, LAST, PA, 3);
    map(&mut pair, 0x5000, 0x5fff, 0x20_0000_5000, 1);
    map(&mut pair, 0x6000, 0x6fff, 0x20_0000_6000, 2);
    pair.set_reset_modes(ResetModes {
        init_identity: 0b100,
        clean_identity: 0,
    })
    .unwrap();
    ok(&mut pair, Command::ResetMap { asid: 2 });
    for (group, asid) in [(0, 1), (1, 2), (2, 0)] {
        ok(&mut pair, Command::GroupAsid { group, asid });
    }
    pair
}

fn request(group: u8, iova: u64, len: u16, access: Access) -> Request {
    Request {
        group,
        iova,
        len,
        access,
    }
}

/// The four pages around [`PA`].
fn memory(pair: &mut Pair) -> Vec<u8> {
    let mut bytes = vec![0; 4 * PAGE];
    let dut = pair.device_mut();
    dut.axi_peek(PA - PAGE as u64, &mut bytes).unwrap();
    bytes
}

/// A write changes the bytes that it has and no other. What it writes is another byte everywhere than the write before
/// it: a second one shows which they are.
fn writes_exactly(pair: &mut Pair, iova: u64, len: u64) -> Outcome {
    let mut write = || -> Result<Vec<u8>, RegError> {
        let pieces = dma::access(pair, 0, iova, len, Access::Write)?.unwrap();
        assert_eq!(pieces[0].pa, PA + iova - IOVA);
        assert_eq!(pieces.iter().map(|piece| piece.len).sum::<u64>(), len);
        Ok(memory(pair))
    };
    let (first, second) = (write()?, write()?);
    let from = PAGE + (iova - IOVA) as usize;
    for at in 0..first.len() {
        let inside = (from..from + len as usize).contains(&at);
        assert_eq!(
            first[at] != second[at],
            inside,
            "{len:#x} bytes at {iova:#x}: byte {at:#x}"
        );
    }
    let untouched = memory(pair);
    dma::access(pair, 0, iova, len, Access::Read)?.unwrap();
    assert_eq!(memory(pair), untouched, "a read changes nothing");
    Ok(())
}

#[test]
fn granted_accesses_are_at_the_physical_address_alone() -> Outcome {
    for variant in BUILDS {
        let mut pair = pair(variant);
        for power in 0..=12 {
            for len in [(1 << power) - 1, 1 << power, (1 << power) + 1] {
                for iova in [IOVA, IOVA + 1, IOVA + 7, IOVA + 0x7c0, LAST + 1 - len] {
                    if len > 0 {
                        writes_exactly(&mut pair, iova, len)?;
                    }
                }
            }
        }
        let pages = pair.device_mut().axi_pages();
        assert_eq!(pages, [PA >> 12, (PA >> 12) + 1], "{variant:?}");
        let Accesses { forwarded, refused } = pair.device_mut().axi_accesses();
        assert!(forwarded > 500 && refused == 0, "{forwarded}, {refused}");
        assert_eq!(pair.divergences(), []);
    }
    Ok(())
}

#[test]
fn the_largest_bursts() -> Outcome {
    for variant in BUILDS {
        let mut pair = pair(variant);
        let bus = pair.device_mut().axi_beat_bytes() as u64;
        let whole = (256 * bus).min(PAGE as u64);
        for (iova, len) in [(IOVA, whole), (IOVA + 1, whole - 1), (IOVA + 3, 253)] {
            assert_eq!(pair.access_bytes(iova, len), len);
            let before = pair.device_mut().axi_accesses().forwarded;
            for access in [Access::Write, Access::Read] {
                let response = pair.translate(request(0, iova, len as u16, access))?;
                assert_eq!(response.result, Ok(PA + iova - IOVA));
                assert_eq!(response.map_last, LAST);
                pair.release(response.tag)?;
            }
            assert_eq!(pair.device_mut().axi_accesses().forwarded, before + 2);
        }
        assert_eq!(pair.divergences(), []);
    }
    Ok(())
}

/// Every reason to refuse an access, as the golden model has it: the fault, where the entry ends, what is counted.
#[test]
fn refused_accesses_reach_no_memory() -> Outcome {
    for variant in BUILDS {
        let mut pair = pair(variant);
        let mut found = Vec::new();
        let wide = variant.parameters().pa_w < variant.parameters().iova_w;
        for (group, iova) in [
            (0, 0),
            (0, IOVA - 1),
            (0, LAST + 1),
            (0, 0x5000),
            (0, 0x6ff8),
            (1, 1 << 44),
            (2, IOVA),
            (3, IOVA),
            (9, IOVA),
        ] {
            for access in [Access::Read, Access::Write] {
                for len in [1, 3, 8] {
                    let iova = match iova % 8 {
                        7 => iova + 1 - len,
                        _ => iova,
                    };
                    let response = pair.translate(request(group, iova, len as u16, access))?;
                    pair.release(response.tag)?;
                    found.extend(response.result.err());
                }
            }
        }
        for fault in [
            Fault::Group,
            Fault::Blocked,
            Fault::NoMapping,
            Fault::Permission,
        ] {
            assert!(found.contains(&fault), "{variant:?}: {fault:?}");
        }
        assert_eq!(found.contains(&Fault::PaWidth), wide, "{variant:?}");
        let accesses = pair.device_mut().axi_accesses();
        assert_eq!(accesses.refused, found.len() as u64);
        // Permitted: to read one page, and to write the other; and what is 1:1 where all of it is a physical address.
        assert_eq!(accesses.forwarded, if wide { 6 } else { 12 });
        let mut written = vec![0x20_0000_6000 >> 12];
        written.extend((!wide).then_some(1 << 32));
        assert_eq!(pair.device_mut().axi_pages(), written, "{variant:?}");
        assert_eq!(pair.divergences(), []);
    }
    Ok(())
}

/// A master goes as far as the entry does. The bytes before its end have moved by then.
#[test]
fn the_end_of_the_entry() -> Outcome {
    let mut pair = pair(Variant::AxiE64);
    let end = LAST + 1;
    assert_eq!(pair.access_bytes(end - 64, 4096), 64);
    let reached = dma::access(&mut pair, 0, end - 64, 65, Access::Write)?;
    assert_eq!(reached, Err(Fault::NoMapping));
    let accesses = pair.device_mut().axi_accesses();
    assert_eq!((accesses.forwarded, accesses.refused), (1, 1));
    assert_eq!(pair.divergences(), []);
    Ok(())
}

/// No access goes on at 0, though there are mappings at both ends, and each of its pieces is in one.
#[test]
fn the_end_of_all_addresses() -> Outcome {
    let mut pair = pair(Variant::AxiE2048);
    map(&mut pair, 0, 0xfff, 0x40_0000_0000, 3);
    map(&mut pair, !0xfff, u64::MAX, 0x50_0000_0000, 3);
    let reached = dma::access(&mut pair, 0, u64::MAX - 7, 8, Access::Write)?;
    assert_eq!(reached.unwrap()[0].pa, 0x50_0000_0ff8);
    let reached = dma::access(&mut pair, 0, u64::MAX - 7, 9, Access::Write)?;
    assert_eq!(reached, Err(Fault::Overflow));
    let pages = pair.device_mut().axi_pages();
    assert_eq!(pages, [0x50_0000_0000 >> 12]);
    assert_eq!(pair.divergences(), []);
    Ok(())
}

#[test]
fn what_is_no_burst_is_refused_by_name() {
    let mut pair = pair(Variant::AxiE64);
    let dut = pair.device_mut();
    for (group, iova, len, says) in [
        (0, IOVA, 0, "at least one byte"),
        (0, 0x1fff, 2, "at most 0x1 of these"),
        (0, IOVA, 4096, "at most 0x800 of these"),
        (0, IOVA, 257, "at most 0x100 of these"),
        (0, 1 << 48, 1, "takes 48 bits"),
        (16, IOVA, 1, "group 0x10 does not fit AxUSER"),
    ] {
        let refused = dut.translate(request(group, iova, len, Access::Read));
        let error = refused.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    assert_eq!(dut.axi_accesses(), Accesses::default());
}

/// An access is at its end when it returns: a removal is drained, whether or not the access has been released.
#[test]
fn removals_wait_for_no_access() -> Outcome {
    for variant in BUILDS {
        for access in [Access::Read, Access::Write] {
            let mut pair = pair(variant);
            let dut = pair.device_mut();
            let response = dut.translate(request(0, IOVA, 64, access))?;
            assert!(response.tag.tracked);
            let unmap = Command::Unmap {
                asid: 1,
                iova: IOVA,
                last: LAST,
            };
            assert_eq!(dut.command(unmap)?.code, Code::Ok);
            assert!(!dut.draining(1)?, "{variant:?}, {access:?}");
            for _ in 0..2 {
                dut.release(response.tag)?;
            }
            dut.step(100)?;
            let response = dut.translate(request(0, IOVA, 64, access))?;
            assert_eq!(response.result, Err(Fault::NoMapping));
        }
    }
    Ok(())
}

/// Bursts of the caller end before an access begins, and their records are still his.
#[test]
fn bursts_queued_before_keep_their_records() -> Outcome {
    let mut pair = pair(Variant::AxiE64);
    let dut = pair.device_mut();
    let queued = Burst {
        channel: Channel {
            access: Access::Read,
            address: IOVA,
            user: 0,
            id: 3,
            len: 15,
            size: 3,
            kind: BurstKind::Incr,
            lock: false,
            cache: 0,
            prot: 0,
            qos: 0,
            region: 0,
            atop: 0,
        },
        data: vec![],
        strobes: vec![],
    };
    dut.axi_queue(1, 7, 0, &queued)?;
    dut.translate(request(0, IOVA, 8, Access::Write))?;
    dut.translate(request(3, IOVA, 8, Access::Write))?;
    let records = dut.axi_take()?;
    let serials: Vec<u64> = records.finished.iter().map(|f| f.serial).collect();
    assert_eq!(serials, [7]);
    assert_eq!((records.answers.len(), records.executed.len()), (1, 1));
    assert!(dut.axi_take()?.finished.is_empty());
    Ok(())
}

/// A held access times out on both sides. On the bus it stays, and is made after RESUME.
#[test]
fn a_held_access_goes_on_later() -> Outcome {
    let mut pair = pair(Variant::AxiE64);
    ok(&mut pair, Command::Quiesce { device: 0 });
    let held = pair.translate(request(0, IOVA, 8, Access::Write));
    assert!(matches!(held, Err(RegError::Timeout { .. })), "{held:?}");
    assert!(pair.device_mut().axi_pages().is_empty());
    ok(&mut pair, Command::Resume { device: 0 });
    let response = pair.translate(request(0, LAST - 7, 8, Access::Write))?;
    pair.release(response.tag)?;
    let pages = pair.device_mut().axi_pages();
    assert_eq!(pages, [PA >> 12, (PA >> 12) + 1]);
    assert_eq!(pair.divergences(), []);
    Ok(())
}
