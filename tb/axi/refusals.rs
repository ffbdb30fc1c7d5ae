// SPDX-License-Identifier: Apache-2.0
//! What the device answers itself.

use persimmon::dut::Variant;
use persimmon::dut::axi::Manners;
use persimmon::regif::{Access, BurstKind, Channel, Command, Entry, Fault};

use crate::stimulus::*;

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
