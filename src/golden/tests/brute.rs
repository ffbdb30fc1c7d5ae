// SPDX-License-Identifier: Apache-2.0
//! Generated sequences on the golden model and on [`Pages`]: the code of each command is the same, and after each step
//! every entry, group and mode and the answer to every possible access.

use proptest::prelude::*;

use super::pages::Pages;
use super::*;
use crate::regif::{DevicePolicy, Persist, Tag};

/// Odd sizes on purpose: there are fewer groups than address spaces.
fn capability(pa_w: u8, granule_log2: u8) -> Capability {
    Capability {
        entries: 5,
        asids: 3,
        groups: 2,
        devices: 2,
        iova_w: 5,
        pa_w,
        granule_log2,
    }
}

#[derive(Clone, Debug)]
enum Step {
    Command(Command),
    /// Commands given together.
    Post(Vec<Command>),
    Lock,
    Policy(u8, DevicePolicy),
    Modes(ResetModes),
    Limit(u8, u16),
    Access(Request),
    /// Releases the access with this number, modulo how many there are.
    Release(usize),
}

/// Mostly what a build has, sometimes what it does not.
fn number(end: u8) -> impl Strategy<Value = u8> {
    prop_oneof![20 => 0..end, 1 => end..=end + 1, 1 => Just(255)]
}

/// Around 32 addresses of IOVA and 64 of PA; 0 and the largest number of 64 bits.
fn address(end: u64) -> impl Strategy<Value = u64> {
    prop_oneof![
        12 => 0..end,
        12 => (0..end / 2).prop_map(|half| half * 2),
        2 => end..end + 3,
        1 => Just(u64::MAX),
    ]
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let last = prop_oneof![
        12 => (0..8u64).prop_map(Some),
        1 => Just(None),
    ];
    (address(32), last, address(32), address(64), any::<u8>()).prop_map(
        |(start, length, last, pa, perm)| Entry {
            start,
            last: length.map_or(last, |length| start.wrapping_add(length)),
            pa,
            perm,
        },
    )
}

fn any_command() -> impl Strategy<Value = Command> {
    let asid = || number(3);
    prop_oneof![
        12 => (asid(), any_entry()).prop_map(|(asid, entry)| Command::Map { asid, entry }),
        4 => (asid(), address(32), address(32))
            .prop_map(|(asid, iova, last)| Command::Unmap { asid, iova, last }),
        2 => (asid(), address(32)).prop_map(|(asid, iova)| Command::Unmap {
            asid,
            iova,
            last: iova.wrapping_sub(1),
        }),
        3 => asid().prop_map(begin),
        9 => (asid(), any_entry()).prop_map(|(asid, entry)| Command::SetMapEntry { asid, entry }),
        3 => asid().prop_map(commit),
        1 => asid().prop_map(|asid| Command::SetMapAbort { asid }),
        2 => asid().prop_map(reset_map),
        1 => asid().prop_map(|asid| Command::Recover { asid }),
        1 => asid().prop_map(|asid| Command::Fence { asid }),
        1 => number(2).prop_map(|device| Command::Quiesce { device }),
        2 => number(2).prop_map(|device| Command::Resume { device }),
        2 => (number(2), any::<bool>()).prop_map(|(device, clean)| device_reset(device, clean)),
        3 => (number(2), asid()).prop_map(|(group, asid)| group_asid(group, asid)),
    ]
}

fn any_policy() -> impl Strategy<Value = DevicePolicy> {
    let persist = prop_oneof![
        Just(Persist::ByFlag),
        Just(Persist::AlwaysClean),
        Just(Persist::NeverClean),
    ];
    (persist, 0..5u8, 0..8u16, 0..16u16).prop_map(|(persist, as0, groups, asids)| DevicePolicy {
        persist,
        as0,
        groups,
        asids,
    })
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        30 => any_command().prop_map(Step::Command),
        3 => prop::collection::vec(any_command(), 0..6).prop_map(Step::Post),
        1 => (0..2u8, any_policy()).prop_map(|(device, policy)| Step::Policy(device, policy)),
        1 => (0..8u16, 0..8u16).prop_map(|(init_identity, clean_identity)| {
            Step::Modes(ResetModes { init_identity, clean_identity })
        }),
        1 => (0..3u8, prop_oneof![0..4u16, Just(u16::MAX)])
            .prop_map(|(asid, entries)| Step::Limit(asid, entries)),
        6 => (0..2u8, 0..32u64).prop_map(|(group, iova)| {
            Step::Access(Request { group, ..read(iova, 1) })
        }),
        6 => any::<usize>().prop_map(Step::Release),
    ]
}

/// Mostly any steps, with LOCK at some place or nowhere: it freezes what it freezes for good.
fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let steps = prop::collection::vec(any_step(), 1..80);
    let lock = prop_oneof![3 => Just(None), 1 => any::<prop::sample::Index>().prop_map(Some)];
    (steps, lock).prop_map(|(mut steps, lock)| {
        if let Some(place) = lock {
            steps.insert(place.index(steps.len() + 1), Step::Lock);
        }
        steps
    })
}

fn same(golden: &mut Device, pages: &mut Pages) -> Result<(), TestCaseError> {
    let Capability { asids, groups, .. } = golden.capability();
    for asid in 0..asids {
        let space = golden.address_space(asid).unwrap();
        prop_assert_eq!(space.mode, pages.mode(asid));
        prop_assert_eq!(&space.entries, &pages.entries(asid));
        prop_assert_eq!(space.commit_seq, pages.seq);

        // A removal that joined may wait for younger accesses too, but never for none, and never too short. What
        // removes nothing, as MAP, waits for nothing.
        let (must, may) = pages.waits(asid);
        let draining = golden.draining(asid).unwrap();
        prop_assert!(!must || draining, "AS {} drained too early", asid);
        prop_assert!(may || !draining, "AS {} waits for nothing", asid);
        if !draining {
            pages.drained(asid);
        }
    }
    for group in 0..groups {
        prop_assert_eq!(golden.group(group).unwrap(), pages.group(group));
        prop_assert_eq!(golden.held(group), pages.held(group));
    }
    for group in 0..=groups {
        for iova in 0..33 {
            for len in [1, 2, 3, 7, 33] {
                for access in [Access::Read, Access::Write] {
                    let request = Request {
                        group,
                        iova,
                        len,
                        access,
                    };
                    let response = golden.peek(request);
                    prop_assert_eq!(answer(response), pages.access(request), "{:?}", request);
                    prop_assert_eq!(response.commit_seq, pages.seq);
                }
            }
        }
    }
    Ok(())
}

fn run(capability: Capability, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut golden = Device::new(capability);
    let mut pages = Pages::new(capability);
    let mut tags: Vec<(Tag, usize)> = Vec::new();
    for step in steps {
        match step {
            Step::Command(command) => {
                let code = golden.execute(command).code;
                prop_assert_eq!(code, pages.execute(command), "{:?}", command);
            }
            Step::Post(commands) => {
                let done = golden.post(&commands).unwrap();
                prop_assert_eq!(done.len(), commands.len());
                for (command, done) in commands.into_iter().zip(done) {
                    let code = pages.execute(command);
                    let expected = (code, pages.seq);
                    prop_assert_eq!((done.code, done.commit_seq), expected, "{:?}", command);
                }
            }
            Step::Lock => {
                golden.lock().unwrap();
                pages.lock();
            }
            Step::Policy(device, policy) => {
                golden.set_device_policy(device, policy).unwrap();
                pages.set_policy(device, policy);
            }
            Step::Modes(modes) => {
                golden.set_reset_modes(modes).unwrap();
                pages.set_modes(modes);
            }
            Step::Limit(asid, entries) => {
                golden.set_limit(asid, entries).unwrap();
                pages.set_limit(asid, entries);
            }
            Step::Access(request) => {
                let answer = golden.translate(request);
                prop_assert_eq!(answer.is_err(), pages.held(request.group), "{:?}", answer);
                if let Ok(response) = answer {
                    tags.push((response.tag, pages.accepted(request.group)));
                }
            }
            Step::Release(which) => {
                if !tags.is_empty() {
                    let (tag, number) = tags.swap_remove(which % tags.len());
                    golden.release(tag).unwrap();
                    pages.released(number);
                }
            }
        }
        same(&mut golden, &mut pages)?;
    }
    for (tag, number) in tags {
        golden.release(tag).unwrap();
        pages.released(number);
        same(&mut golden, &mut pages)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn bytes(steps in any_steps()) {
        run(capability(6, 0), steps)?;
    }

    #[test]
    fn granules(steps in any_steps()) {
        run(capability(6, 1), steps)?;
    }

    #[test]
    fn narrow_physical_addresses(steps in any_steps()) {
        run(capability(4, 0), steps)?;
    }
}
