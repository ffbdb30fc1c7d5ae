// SPDX-License-Identifier: Apache-2.0
//! What two devices in lockstep were asked, what each answered, and how much of that was compared.

use std::fmt;

use crate::regif::{
    AddressSpace, Capability, Command, Completion, DevicePolicy, RegError, Request, ResetModes,
    Response, Tag,
};

/// Something that both devices were asked: a method of [`RegIf`](crate::regif::RegIf) with its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// Their parameters.
    Capability,
    /// A command.
    Command(Command),
    /// One of several posted commands. They are compared one by one.
    Post(Command),
    /// A device's policy.
    SetDevicePolicy(u8, DevicePolicy),
    /// INIT_MODE and CLEAN_MODE.
    SetResetModes(ResetModes),
    /// LOCK.
    Lock,
    /// LIMIT of an address space.
    SetLimit(u8, u16),
    /// The table of an address space.
    AddressSpace(u8),
    /// The address space of a group.
    Group(u8),
    /// An access.
    Translate(Request),
    /// The end of an access.
    Release(Tag),
    /// DRAINING of an address space.
    Draining(u8),
}

/// What a device answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// That it was done.
    Done,
    /// To [`Call::Capability`].
    Capability(Capability),
    /// To [`Call::Command`] and [`Call::Post`].
    Completion(Completion),
    /// To [`Call::AddressSpace`].
    AddressSpace(AddressSpace),
    /// To [`Call::Group`].
    Group(Option<u8>),
    /// To [`Call::Translate`].
    Response(Response),
    /// To [`Call::Draining`].
    Draining(bool),
}

/// One question and both answers.
#[derive(Clone, PartialEq, Debug)]
pub struct Divergence {
    /// How many calls the pair had got, this one included; 0 is the comparison of the parameters.
    pub call_number: u64,
    /// What was asked.
    pub call: Call,
    /// What the reference answered.
    pub expected: Result<Answer, RegError>,
    /// What the device under test answered.
    pub got: Result<Answer, RegError>,
}

impl Divergence {
    /// True if the answers are the same after all. Two errors agree if they are of one kind: their texts speak of
    /// clocks and registers, which only one side has.
    pub(super) fn agrees(&self) -> bool {
        use RegError::{Bus, Protocol, Timeout};
        match (&self.expected, &self.got) {
            (Ok(expected), Ok(got)) => expected == got,
            (Err(expected), Err(got)) => matches!(
                (expected, got),
                (Bus { .. }, Bus { .. })
                    | (Timeout { .. }, Timeout { .. })
                    | (Protocol(_), Protocol(_))
            ),
            _ => false,
        }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call {}, {:x?}: ", self.call_number, self.call)?;
        match (&self.expected, &self.got) {
            (Ok(Answer::AddressSpace(expected)), Ok(Answer::AddressSpace(got))) => {
                difference(f, expected, got)
            }
            (expected, got) => {
                f.write_str("expected ")?;
                one(f, expected)?;
                f.write_str(", got ")?;
                one(f, got)
            }
        }
    }
}

fn one(f: &mut fmt::Formatter<'_>, answer: &Result<Answer, RegError>) -> fmt::Result {
    match answer {
        Ok(answer) => write!(f, "{answer:x?}"),
        Err(error) => write!(f, "error: {error}"),
    }
}

/// Two tables can be long: where they part is what matters.
fn difference(
    f: &mut fmt::Formatter<'_>,
    expected: &AddressSpace,
    got: &AddressSpace,
) -> fmt::Result {
    if (expected.mode, expected.commit_seq) != (got.mode, got.commit_seq) {
        return write!(
            f,
            "expected {:?} at COMMIT_SEQ {}, got {:?} at {}",
            expected.mode, expected.commit_seq, got.mode, got.commit_seq
        );
    }
    let longest = expected.entries.len().max(got.entries.len());
    let place = (0..longest).find(|&i| expected.entries.get(i) != got.entries.get(i));
    let Some(place) = place else {
        return f.write_str("no difference");
    };
    write!(
        f,
        "expected {} entries, got {}; entry {place}: expected {:?}, got {:?}",
        expected.entries.len(),
        got.entries.len(),
        expected.entries.get(place),
        got.entries.get(place)
    )
}

/// How much has been compared, agreeing or not.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Completions of commands: code and COMMIT_SEQ.
    pub commands: u64,
    /// Responses of the translation port: result, `map_last`, COMMIT_SEQ and tag.
    pub responses: u64,
    /// Address spaces: mode, COMMIT_SEQ and every entry.
    pub address_spaces: u64,
    /// Entries in those address spaces, as the reference has them.
    pub entries: u64,
    /// Assignments of groups.
    pub groups: u64,
    /// DRAINING bits.
    pub draining: u64,
}

impl Counts {
    /// All comparisons; entries are part of their address space.
    pub fn total(&self) -> u64 {
        self.commands + self.responses + self.address_spaces + self.groups + self.draining
    }

    pub(super) fn add(&mut self, comparison: &Divergence) {
        match comparison.call {
            Call::Command(_) | Call::Post(_) => self.commands += 1,
            Call::Translate(_) => self.responses += 1,
            Call::AddressSpace(_) => self.address_spaces += 1,
            Call::Group(_) => self.groups += 1,
            Call::Draining(_) => self.draining += 1,
            // These have no answer to compare.
            Call::Capability
            | Call::SetDevicePolicy(..)
            | Call::SetResetModes(_)
            | Call::Lock
            | Call::SetLimit(..)
            | Call::Release(_) => {}
        }
        if let Ok(Answer::AddressSpace(space)) = &comparison.expected {
            self.entries += space.entries.len() as u64;
        }
    }
}
