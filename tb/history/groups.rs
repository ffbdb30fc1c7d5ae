// SPDX-License-Identifier: Apache-2.0
//! Bugs of virtqueue groups.

use persimmon::dut::Variant;
use persimmon::regif::{Code, Command, Entry, Fault, RegIf};
use persimmon::vdpa::parent::{GROUPS, VQS};
use persimmon::vdpa::{Errno, Kernel, Mapping, VringIoctl};

use crate::machine::{DRIVER_OK, Machine, PA, PARENTS, PROGRAM, power_on, profile, request};

/// Bug 2: vdpa_sim compared a group with `>` where `>=` was meant, and wrote an address space for the group behind its last
/// one (cd025c1e876b "vhost: move vdpa group bound check to vhost_vdpa", CVE-2026-43248).
///
/// By kernel: what the ioctl says to each number of a group, and that no group moves.
#[test]
fn bug_02_there_is_no_group_behind_the_last() {
    for kernel in Kernel::ALL {
        for mapping in PARENTS {
            let mut m = Machine::with(profile(kernel, mapping), 0x1000);
            let old = kernel == Kernel::V6_1_170;
            let behind = if old { Ok(()) } else { Err(Errno::Einval) };
            assert_eq!(m.group_asid(GROUPS, 1), behind, "{kernel:?}");
            // The generic check of a virtqueue's index comes before.
            for group in [VQS, VQS + 1, 0x100, 0x1_0000, u32::MAX] {
                assert_eq!(m.group_asid(group, 1), Err(Errno::Enobufs), "{group:#x}");
            }
            for group in 0..GROUPS {
                assert_eq!(m.group_asid(group, 2), Err(Errno::Einval));
                let asid = m.on_device(|dev| dev.group(group as u8).unwrap());
                assert_eq!(asid, Some(0), "no group moved");
            }
            // The device has groups that this parent does not use: what the kernel wrote to lies there.
            let has = m.on_device(|dev| u32::from(dev.capability().groups));
            assert!(has > GROUPS);
            for group in GROUPS..has {
                let asid = m.on_device(|dev| dev.group(group as u8).unwrap());
                assert_eq!(asid, None, "{kernel:?}: group {group} was given an ASID");
            }
        }
    }
}

/// Bug 2, in hardware: the device refuses a group that it was built without and changes nothing, and a request of such a
/// group faults instead of being served as the group that its low bits name. On a build with as many groups as its
/// bits can count, and on one with fewer.
#[test]
fn bug_02_no_group_number_aliases_another() {
    for variant in [Variant::E64, Variant::E50Pages] {
        let mut dev = power_on(variant);
        let groups = dev.capability().groups;
        let entry = Entry {
            start: 0x1000,
            last: 0x1fff,
            pa: 0x5000,
            perm: 3,
        };
        let map = Command::Map { asid: 1, entry };
        assert_eq!(dev.command(map).unwrap().code, Code::Ok);
        for group in 0..groups {
            let assign = Command::GroupAsid { group, asid: 1 };
            assert_eq!(dev.command(assign).unwrap().code, Code::Ok);
        }
        let seq = dev.address_space(1).unwrap().commit_seq;
        for group in (groups..=groups + 4).chain([16, 17, 31, 64, 0x7f, 0x80, u8::MAX]) {
            // CMD.target has seven bits; the translation port takes eight.
            if group < 0x80 {
                let refused = dev.command(Command::GroupAsid { group, asid: 0 }).unwrap();
                assert_eq!(refused.code, Code::InvalGroup, "group {group:#x}");
                assert_eq!(refused.commit_seq, seq);
            }
            let response = dev.translate(request(group, 0x1000)).unwrap();
            assert_eq!(response.result, Err(Fault::Group), "group {group:#x}");
            assert!(!response.tag.tracked);
        }
        for group in 0..groups {
            assert_eq!(dev.group(group).unwrap(), Some(1));
            let response = dev.translate(request(group, 0x1000)).unwrap();
            assert_eq!(response.result, Ok(0x5000));
            dev.release(response.tag).unwrap();
        }
        dev.check_all().unwrap();
        assert_eq!(dev.divergences(), []);
    }
}

/// Bug 3: The address space of a group may be changed while the device runs and uses it (forbidden since 3543b04a4ea3
/// "vhost: forbid change vq groups ASID if DRIVER_OK is set"; the kernels that were recorded allow it).
///
/// What makes it safe is the device's part: the next request uses the new address space, and the ones in flight count
/// as the old one's, which is not drained before they are done.
#[test]
fn bug_03_a_group_that_moves_under_driver_ok() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.map_in(0, 0x1000, 0x1000, 0x2000).unwrap();
        m.map_in(1, 0x1000, 0x1000, 0x7000).unwrap();
        m.status(DRIVER_OK);
        let before = m.on_device(|dev| dev.translate(request(0, 0x1000)).unwrap());
        assert_eq!(before.result, Ok(PA + 0x2000));
        assert_eq!((before.tag.tracked, before.tag.asid), (true, 0));

        assert_eq!(m.group_asid(0, 1), Ok(()));
        assert!(m.on_device(|dev| dev.draining(0).unwrap()), "one in flight");
        let after = m.on_device(|dev| dev.translate(request(0, 0x1000)).unwrap());
        assert_eq!((after.result, after.tag.asid), (Ok(PA + 0x7000), 1));
        // The new address space has nothing to wait for, and its requests do not keep the old one waiting.
        assert!(!m.on_device(|dev| dev.draining(1).unwrap()));
        assert!(m.on_device(|dev| dev.draining(0).unwrap()));
        m.on_device(|dev| dev.release(after.tag).unwrap());
        assert!(
            m.on_device(|dev| dev.draining(0).unwrap()),
            "still in flight"
        );
        m.on_device(|dev| dev.release(before.tag).unwrap());
        assert!(!m.on_device(|dev| dev.draining(0).unwrap()));

        // Nothing was unmapped by it, in either table.
        assert_eq!(m.s(0), Some(vec![(0x1000, 0x1fff)]));
        assert_eq!(m.d(0), Some(vec![(0x1000, 0x1fff, PA + 0x2000)]));
        assert_eq!(m.d(1), Some(vec![(0x1000, 0x1fff, PA + 0x7000)]));
    }
}

/// Bug 3, back and forth before anything is released: two moves are two removals, and the address space that the group came
/// back to is drained only when the request of before the first move is.
#[test]
fn bug_03_a_group_that_moves_there_and_back() {
    let mut m = Machine::new(Mapping::DmaMap);
    m.map_in(0, 0x1000, 0x1000, 0x2000).unwrap();
    m.map_in(1, 0x1000, 0x1000, 0x7000).unwrap();
    m.status(DRIVER_OK);
    let mut tags = Vec::new();
    for asid in [0, 1, 0] {
        assert_eq!(m.group_asid(0, asid.into()), Ok(()));
        let response = m.on_device(|dev| dev.translate(request(0, 0x1000)).unwrap());
        assert_eq!(response.tag.asid, asid);
        tags.push(response.tag);
    }
    let draining = |m: &mut Machine| m.on_device(|dev| [0, 1].map(|a| dev.draining(a).unwrap()));
    assert_eq!(draining(&mut m), [true, true]);
    m.on_device(|dev| dev.release(tags[1]).unwrap());
    assert_eq!(draining(&mut m), [true, false]);
    m.on_device(|dev| dev.release(tags[0]).unwrap());
    let last = draining(&mut m);
    assert_eq!(last, [false, false], "the third was never in a removal");
    m.on_device(|dev| dev.release(tags[2]).unwrap());
}

/// Bug 15: QEMU kept whether a device is suspended for each of its queue pairs, so that one of them took the device for
/// running when another had suspended it (id 31355387238).
///
/// Here it is one flag of vhost and one QUIESCE of the device: SUSPEND holds the control virtqueue's group too, and
/// RESUME lets both go.
#[test]
fn bug_15_a_suspension_is_the_whole_device_s() {
    for mapping in PARENTS {
        let mut m = Machine::new(mapping);
        m.map_in(0, 0x1000, 0x1000, 0).unwrap();
        m.group_asid(1, 1).unwrap();
        m.map_in(1, 0x1000, 0x1000, 0x4000).unwrap();
        m.status(DRIVER_OK);
        let moved = |m: &Machine| {
            (0..VQS)
                .map(|vq| m.vdpa.vring_ioctl(PROGRAM, VringIoctl::SetBase, vq).is_ok())
                .collect::<Vec<_>>()
        };
        assert_eq!(moved(&m), [false; 3]);
        m.vdpa.suspend().unwrap();
        assert_eq!(moved(&m), [true; 3], "every virtqueue may be moved");
        let held =
            |m: &mut Machine| m.on_device(|dev| [0, 1].map(|group| dev.reference().held(group)));
        assert_eq!(held(&mut m), [true; 2]);
        m.vdpa.resume().unwrap();
        assert_eq!((held(&mut m), moved(&m)), ([false; 2], vec![false; 3]));
        for (group, pa) in [(0, PA), (1, PA + 0x4000)] {
            assert_eq!(m.dma(group, 0x1000, 64), Ok(vec![(pa, 64)]));
        }
        // The RTL holds them too; its request waits at the port, so this comes last.
        m.vdpa.suspend().unwrap();
        let dev = m.vdpa.parent_mut().parent_mut().device();
        for group in [0, 1] {
            assert!(dev.device_mut().translate(request(group, 0x1000)).is_err());
        }
    }
}
