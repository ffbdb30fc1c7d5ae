// SPDX-License-Identifier: Apache-2.0
//! What the device answers itself.

use persimmon::cosim::axi::Refused;
use persimmon::dut::Variant;
use persimmon::dut::axi::Manners;
use persimmon::regif::{Access, BurstKind, Channel, Command, Entry, Fault};

use crate::stimulus::*;

/// `fault_e` of the register map.
fn number(fault: Fault) -> u32 {
    match fault {
        Fault::Group => 1,
        Fault::Overflow => 2,
        Fault::Blocked => 3,
        Fault::PaWidth => 4,
        Fault::NoMapping => 5,
        Fault::Permission => 6,
        Fault::Crossing => 7,
        Fault::Burst => 8,
        Fault::Parity => 9,
    }
}

/// Every reason that a burst can be refused for; reads and writes, plain and exclusive. The scoreboard sees that
/// nothing reaches memory, and that every beat is SLVERR and zero; EXOKAY would be neither.
#[test]
fn every_reason() -> Outcome {
    for variant in [Variant::AxiE64, Variant::AxiDual] {
        let mut bench = running(variant)?;
        let page = |page: u64, perm| Command::Map {
            asid: 1,
            entry: Entry {
                start: IOVA + page * PAGE,
                last: IOVA + page * PAGE + PAGE - 1,
                pa: frames(1),
                perm,
            },
        };
        for command in [
            unmap(1),
            page(0, 1),
            page(1, 2),
            page(2, 0),
            Command::ResetMap { asid: 2 },
        ] {
            bench.ok(command)?;
        }
        let outside = 200 * PAGE;
        let mut sent = 0;
        for access in [Access::Read, Access::Write] {
            for lock in [false, true] {
                for (group, place) in [
                    (1, 0),
                    (1, PAGE),
                    (1, 2 * PAGE),
                    (1, 3 * PAGE),
                    (1, outside),
                    (2, 0),
                    (0, outside),
                    (9, 0),
                ] {
                    let exclusive = Channel {
                        lock,
                        ..channel(access, group, 3, place, 2)
                    };
                    send(&mut bench, 0, exclusive)?;
                    sent += 1;
                }
            }
        }
        bench.finish()?;
        let refused = bench.board().take_refused();
        for fault in [
            Fault::Group,
            Fault::Blocked,
            Fault::NoMapping,
            Fault::Permission,
        ] {
            assert!(
                refused.iter().any(|burst| burst.fault == fault),
                "{fault:?}"
            );
        }
        // Of reads and writes: the page that permits it, plain and exclusive.
        assert_eq!(refused.len(), sent - 4);
    }
    Ok(())
}

/// Atomic operations: a B with SLVERR, and read data with SLVERR for those that return some.
#[test]
fn atomic_operations() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    for atop in [0x10, 0x17, 0x20, 0x27, 0x30, 0x31] {
        for beats in [1, 2, 4] {
            for group in [1, 9] {
                let operation = Channel {
                    atop,
                    ..channel(Access::Write, group, 5, 0x40, beats)
                };
                let serial = send(&mut bench, 0, operation)?;
                // Others go on around it.
                send(&mut bench, 0, channel(Access::Write, 1, 6, 0x100, 3))?;
                send(&mut bench, 0, channel(Access::Read, 1, 6, 0x100, 3))?;
                let finished = answer(&mut bench, serial)?;
                assert_eq!(finished.resp, 2);
                let returned = match atop {
                    0x10..=0x1f => 0,
                    0x31 => beats.div_ceil(2),
                    _ => beats,
                };
                assert_eq!(
                    finished.beats.resps,
                    vec![2; returned],
                    "AWATOP {atop:#x}, {beats} beats"
                );
            }
        }
    }
    bench.finish()
}

/// Bursts that AXI4 does not know, or that leave their page.
#[test]
fn broken_rules() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    let good = channel(Access::Read, 1, 1, 0, 1);
    let (fixed, wrap) = (BurstKind::Fixed, BurstKind::Wrap);
    let at = |place| IOVA + place;
    let broken = [
        Channel {
            kind: BurstKind::Reserved,
            ..good
        },
        Channel { size: 4, ..good },
        Channel {
            size: 7,
            len: 3,
            ..good
        },
        Channel {
            len: 16,
            kind: fixed,
            ..good
        },
        Channel {
            len: 255,
            kind: fixed,
            ..good
        },
        Channel {
            len: 0,
            kind: wrap,
            ..good
        },
        Channel {
            len: 2,
            kind: wrap,
            ..good
        },
        Channel {
            len: 31,
            kind: wrap,
            ..good
        },
        Channel {
            len: 3,
            kind: wrap,
            address: at(4),
            ..good
        },
        Channel {
            len: 1,
            address: at(PAGE - 8),
            ..good
        },
        Channel {
            len: 255,
            address: at(PAGE - 7),
            ..good
        },
        Channel {
            len: 255,
            address: at(2056),
            ..good
        },
    ];
    let sound = [
        Channel {
            len: 15,
            kind: fixed,
            ..good
        },
        Channel {
            len: 15,
            kind: wrap,
            ..good
        },
        Channel {
            len: 15,
            kind: wrap,
            address: at(PAGE - 8),
            ..good
        },
        Channel {
            len: 1,
            address: at(PAGE - 16),
            ..good
        },
        Channel {
            len: 255,
            address: at(PAGE - 2048),
            ..good
        },
        Channel {
            len: 255,
            address: at(2049),
            ..good
        },
        Channel {
            len: 0,
            address: at(PAGE - 1),
            ..good
        },
        Channel {
            len: 15,
            size: 0,
            kind: fixed,
            address: at(PAGE - 1),
            ..good
        },
    ];
    for access in [Access::Read, Access::Write] {
        for burst in broken.iter().chain(&sound) {
            send(&mut bench, 0, Channel { access, ..*burst })?;
        }
    }
    bench.finish()?;
    let refused = bench.board().take_refused();
    assert!(refused.iter().all(|burst| burst.fault == Fault::Burst));
    assert_eq!(refused.len(), 2 * broken.len());
    assert_eq!(bench.counts().forwarded, 2 * sound.len() as u64);
    Ok(())
}

/// Two masters send nothing but bursts that are refused, as fast as they can, while a third group's go through. Each
/// fault is in the queue, in order, or counted as dropped.
#[test]
fn a_fault_storm() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    bench.ok(unmap(0))?;
    bench.ok(Command::ResetMap { asid: 1 })?;
    let raised = read(&mut bench, "FAULT_RAISED", 0)?;
    let mut expected: Vec<Refused> = Vec::new();
    let (mut recorded, mut taken) = (0, raised);
    for round in 0..60 {
        for number in 0..40 {
            let (id, place) = (number % 7, u64::from(number) * 0x40);
            let group = [0, 1, 9][usize::from(number) % 3];
            let beats = [1, 1, 1, 5][usize::from(number) % 4];
            send(
                &mut bench,
                0,
                channel(Access::Read, group, id, place, beats),
            )?;
            send(
                &mut bench,
                0,
                channel(Access::Write, group, id, place, beats),
            )?;
            send(&mut bench, 1, channel(Access::Write, group, id, place, 1))?;
        }
        for access in [Access::Read, Access::Write] {
            send(&mut bench, 1, channel(access, 2, 8, 0x800 + 8 * round, 2))?;
        }
        bench.step(30 * (round % 5))?;
        // Every other round software takes some records.
        for _ in 0..round % 2 * 12 {
            recorded += take_record(&mut bench, &mut expected, raised, &mut taken)?;
        }
        let map = Command::Map {
            asid: 3,
            entry: Entry {
                start: 0,
                last: PAGE - 1,
                pa: 0,
                perm: 3,
            },
        };
        bench.ok(map)?;
        bench.ok(Command::Unmap {
            asid: 3,
            iova: 0,
            last: PAGE - 1,
        })?;
    }
    bench.finish()?;
    while field(&mut bench, "FAULT_INFO", 0, "FAULT_INFO__VALID")? == 1 {
        recorded += take_record(&mut bench, &mut expected, raised, &mut taken)?;
    }
    expected.extend(bench.board().take_refused());
    let refused = 60 * 40 * 3;
    assert_eq!(expected.len(), refused);
    assert_eq!(
        read(&mut bench, "FAULT_RAISED", 0)? - raised,
        refused as u32
    );
    assert_eq!(
        recorded + read(&mut bench, "FAULT_DROPPED", 0)?,
        refused as u32
    );
    assert!(recorded > 100, "{recorded} records");
    assert_eq!(bench.counts().forwarded, 120);
    Ok(())
}

/// Takes the oldest record, if there is one, and holds it against the burst that was refused then.
fn take_record(
    bench: &mut persimmon::cosim::axi::AxiBench,
    expected: &mut Vec<Refused>,
    raised: u32,
    taken: &mut u32,
) -> Result<u32, persimmon::cosim::axi::Mismatch> {
    let info = read(bench, "FAULT_INFO", 0)?;
    if info & crate::header::mask("FAULT_INFO__VALID") == 0 {
        return Ok(0);
    }
    let seq = read(bench, "FAULT_SEQ", 0)?;
    let iova = u64::from(read(bench, "FAULT_IOVA", 0)?);
    let len = read(bench, "FAULT_LEN", 0)?;
    write(bench, "FAULT_POP", 0, 1)?;
    bench.check()?;
    expected.extend(bench.board().take_refused());
    assert!(seq >= *taken, "record {seq} after {taken}");
    *taken = seq + 1;
    let burst = expected[(seq - raised) as usize];
    let (first, last) = burst.channel.span();
    assert_eq!(info & 0xf, number(burst.fault), "{burst:x?}");
    assert_eq!(
        info >> 4 & 1 == 1,
        burst.channel.access == Access::Write,
        "{burst:x?}"
    );
    assert_eq!((info >> 8) as u8, burst.group, "{burst:x?}");
    assert_eq!((info >> 16) as u8, burst.asid, "{burst:x?}");
    assert_eq!(iova, first, "{burst:x?}");
    assert_eq!(u64::from(len), last - first, "{burst:x?}");
    Ok(1)
}

/// A refused burst waits for those of its ID, and those for it; the ones of other IDs pass.
#[test]
fn order_of_an_id_holds_over_refusals() -> Outcome {
    for access in [Access::Read, Access::Write] {
        let mut bench = running(Variant::AxiE64)?;
        bench.hold(&hold(1))?;
        let first = send(&mut bench, 0, channel(access, 1, 4, 0, 4))?;
        let refused = send(&mut bench, 0, channel(access, 9, 4, 0, 4))?;
        let behind = send(&mut bench, 0, channel(access, 2, 4, 0, 4))?;
        let others = [
            send(&mut bench, 0, channel(access, 9, 5, 0, 4))?,
            send(&mut bench, 0, channel(access, 2, 6, 0x100, 4))?,
        ];
        bench.step(400)?;
        for serial in [first, refused, behind] {
            assert!(bench.board().is_open(serial), "{access:?} {serial}");
        }
        for serial in others {
            assert!(!bench.board().is_open(serial), "{access:?} {serial}");
        }
        bench.hold(&[])?;
        let mut order = Vec::new();
        while order.len() < 3 {
            order.extend(bench.step(1)?.into_iter().map(|finished| finished.serial));
        }
        assert_eq!(order, [first, refused, behind], "{access:?}");
        bench.finish()?;
    }
    Ok(())
}

/// Refused writes whose data come late, or before their address.
#[test]
fn data_of_refused_writes_are_drained() -> Outcome {
    let mut bench = running(Variant::AxiE64)?;
    for data_first in [false, true] {
        for (aw, w) in [(256, 256), (8, 256), (256, 8)] {
            bench.manners(
                0,
                Manners {
                    aw,
                    w,
                    data_first,
                    ..Manners::FAST
                },
            )?;
            for number in 0..30_u16 {
                let group = [9, 1, 9, 9, 2][usize::from(number) % 5];
                let beats = [1, 1, 16, 3][usize::from(number) % 4];
                send(
                    &mut bench,
                    0,
                    channel(Access::Write, group, number % 3, 0, beats),
                )?;
            }
            bench.finish()?;
        }
    }
    Ok(())
}
