// SPDX-License-Identifier: Apache-2.0
//! The device at the other end of a program's stdin and stdout: `sw/test/remote.c` asks, the Verilated model answers.

use std::fmt;
use std::io::{Read, Write};
use std::process::Child;

use persimmon::dut::{Dut, Traffic, Variant};
use persimmon::regif::{Access, Fault, RegError, RegIf, Request, Tag};

use crate::headers::mask;
use crate::program::Program;

/// What the program runs on.
const VARIANT: Variant = Variant::E64;
/// What that build has; the driver must find all of it and nothing else.
const FEATURES: [&str; 10] = [
    "RESET_MAP",
    "PERSIST",
    "SET_MAP",
    "READ",
    "QUIESCE",
    "DRAIN",
    "FAULTS",
    "PERF",
    "POST",
    "PARITY",
];
/// Questions of one scenario. The longest asks some ten thousand; one that goes on for ever is broken.
const QUESTIONS: u32 = 1_000_000;

/// Bytes of a question: request, a, b, c as 32 bits, d as 64, 64 more.
const QUESTION: usize = 32;

/// How a scenario ended.
pub enum Ending {
    /// Nothing is wrong.
    Passed,
    /// What it says is wrong.
    Failed(String),
    /// It did not end by itself, or not as a scenario does.
    Broken(String),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Failed(why) => write!(f, "failed: {why}"),
            Self::Broken(why) => write!(f, "broken: {why}"),
        }
    }
}

/// Runs one scenario on a device that has just been powered on.
pub fn play(program: &Program, scenario: &str) -> Ending {
    let mut device = match Device::new() {
        Ok(device) => device,
        Err(e) => return Ending::Broken(e.to_string()),
    };
    let mut child = program.start(&arguments(scenario));
    let served = serve(&mut child, &mut device);
    if served.is_err() {
        // It may have ended already.
        let _ = child.kill();
    }
    let output = match child.wait_with_output() {
        Ok(output) => output,
        Err(e) => return Ending::Broken(e.to_string()),
    };
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match (served, output.status.code()) {
        (Err(why), _) => Ending::Broken(format!("{why}\n{said}")),
        (Ok(()), Some(0)) => Ending::Passed,
        (Ok(()), Some(1)) => Ending::Failed(said),
        (Ok(()), _) => Ending::Broken(format!("{}\n{said}", output.status)),
    }
}

fn arguments(scenario: &str) -> Vec<String> {
    let features = FEATURES
        .iter()
        .fold(0, |all, name| all | mask(&format!("CAP_FEATURES__{name}")));
    let built = VARIANT.parameters();
    let sizes: [u32; 8] = [
        features,
        built.entries.into(),
        built.asids.into(),
        built.groups.into(),
        built.devices.into(),
        built.iova_w.into(),
        built.pa_w.into(),
        built.granule_log2.into(),
    ];
    std::iter::once(scenario.to_owned())
        .chain(sizes.map(|size| size.to_string()))
        .collect()
}

/// Answers until the program closes its end.
fn serve(child: &mut Child, device: &mut Device) -> Result<(), String> {
    let (Some(mut from), Some(mut to)) = (child.stdout.take(), child.stdin.take()) else {
        return Err("the program has no pipes".to_owned());
    };
    for _ in 0..QUESTIONS {
        let mut question = [0; QUESTION];
        let mut got = 0;
        while got < QUESTION {
            match from.read(&mut question[got..]).map_err(|e| e.to_string())? {
                0 if got == 0 => return Ok(()),
                0 => return Err(format!("{got} bytes of a question")),
                more => got += more,
            }
        }
        let answer = device.answer(&question)?;
        to.write_all(&answer).map_err(|e| e.to_string())?;
    }
    Err(format!("{QUESTIONS} questions and no end"))
}

/// The model, and what the program's numbers stand for.
struct Device {
    dut: Dut,
    /// By the number that the program has for them; `None` once released.
    tags: Vec<Option<Tag>>,
    offered: Vec<u64>,
}

/// An answer: a value, a fault, a tag.
#[derive(Default)]
struct Answer(u64, u32, u32);

impl Device {
    fn new() -> Result<Self, RegError> {
        Ok(Self {
            dut: Dut::new(VARIANT)?,
            tags: Vec::new(),
            offered: Vec::new(),
        })
    }

    fn answer(&mut self, question: &[u8; QUESTION]) -> Result<[u8; 16], String> {
        let word = |at: usize| {
            let bytes: [u8; 4] = std::array::from_fn(|i| question[at + i]);
            u32::from_ne_bytes(bytes)
        };
        let d = u64::from_ne_bytes(std::array::from_fn(|i| question[16 + i]));
        let Answer(value, fault, tag) = self
            .carry_out(word(0), [word(4), word(8), word(12)], d)
            .map_err(|e| e.to_string())?;
        let mut answer = [0; 16];
        answer[..8].copy_from_slice(&value.to_ne_bytes());
        answer[8..12].copy_from_slice(&fault.to_ne_bytes());
        answer[12..].copy_from_slice(&tag.to_ne_bytes());
        Ok(answer)
    }

    /// The requests of `enum request` in remote.c, in its order.
    fn carry_out(&mut self, request: u32, [a, b, c]: [u32; 3], d: u64) -> Result<Answer, RegError> {
        let nonsense =
            || RegError::Protocol(format!("question {request} ({a:#x}, {b:#x}, {c:#x})"));
        let number = |value: u32| u8::try_from(value).map_err(|_| nonsense());
        let offset = || u16::try_from(a).map_err(|_| nonsense());
        let access = || {
            Ok::<_, RegError>(Request {
                group: number(a)?,
                iova: d,
                len: u16::try_from(b).map_err(|_| nonsense())?,
                access: if c == 0 { Access::Read } else { Access::Write },
            })
        };
        match request {
            0 => Ok(Answer(self.dut.reg_read(offset()?)?.into(), 0, 0)),
            1 => {
                self.dut.reg_write(offset()?, b)?;
                Ok(Answer::default())
            }
            2 => {
                self.dut.step(a.into())?;
                Ok(Answer::default())
            }
            3 => {
                let response = self.dut.translate(access()?)?;
                let number = self.tags.len() as u32;
                self.tags.push(Some(response.tag));
                Ok(match response.result {
                    Ok(pa) => Answer(pa, 0, number),
                    Err(fault) => Answer(0, fault_number(fault), number),
                })
            }
            4 => {
                let tag = self.tags.get_mut(a as usize).and_then(Option::take);
                let tag = tag.ok_or_else(|| {
                    RegError::Protocol(format!("access {a} is released twice, or never was"))
                })?;
                self.dut.release(tag)?;
                Ok(Answer::default())
            }
            5 => {
                let id = self.dut.queue_requests(&[Traffic::steady(access()?)])?;
                self.offered.push(id);
                Ok(Answer::default())
            }
            6 => Ok(Answer(self.dut.pending_requests() as u64, 0, 0)),
            7 => {
                let responses = self.dut.drain_responses()?;
                let through = responses.iter().filter(|response| {
                    self.offered.contains(&response.id) && response.response.result.is_ok()
                });
                Ok(Answer(through.count() as u64, 0, 0))
            }
            8 => Ok(Answer(self.dut.irq().into(), 0, 0)),
            9 => {
                self.dut.pulse_device_reset(number(a)?, b != 0)?;
                Ok(Answer::default())
            }
            _ => Err(nonsense()),
        }
    }
}

/// As in `fault_e` of the register map.
fn fault_number(fault: Fault) -> u32 {
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
