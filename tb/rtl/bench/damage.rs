// SPDX-License-Identifier: Apache-2.0
//! Damaging words of the table, and telling the golden model.

use persimmon::dut::{Dut, Inject, Site};
use persimmon::golden::Word;
use persimmon::regif::{Code, Command, Fault, RegIf, Request, Response};

use super::{Bench, Failure, Outcome};

impl Bench<Dut> {
    /// Executes `command`, whose pass damages a word on its way if it writes the entry; true if it did. A command that
    /// was refused leaves no damage behind.
    #[track_caller]
    pub fn damage(&mut self, inject: Inject, command: Command) -> Outcome<bool> {
        self.device().inject(Some(inject))?;
        let code = self.complete(command)?;
        let happened = !self.device().injecting()?;
        if happened && code == Code::Ok {
            self.note(inject)?;
        }
        self.device().inject(None)?;
        Ok(happened)
    }

    /// Tells the golden model of a word that is damaged in the bank that is now active. It does not know of the keys of
    /// the search.
    #[track_caller]
    pub fn note(&mut self, inject: Inject) -> Outcome {
        let word = match inject.site {
            Site::Search(_) => return Ok(()),
            Site::Key => Word::Key,
            Site::Payload => Word::Payload,
        };
        let golden = self.pair.reference_mut();
        match golden.damage(inject.index.into(), word) {
            true => Ok(()),
            false => Err(Failure::new(format!("{inject:?} hit what is not there"))),
        }
    }

    /// One access from beginning to end while a key of the search may be damaged: the golden model's answer, or none.
    /// True if it was none.
    #[track_caller]
    pub fn access_or_parity(&mut self, request: Request) -> Outcome<bool> {
        let (golden, dut) = self.pair.both_mut();
        let (expected, got) = (golden.translate(request)?, dut.translate(request)?);
        golden.release(expected.tag)?;
        dut.release(got.tag)?;
        closed(request, expected, got)
    }
}

/// Fails unless `got` is `expected`, or the same access refused for damage; true in that case.
#[track_caller]
pub fn closed(request: Request, expected: Response, got: Response) -> Outcome<bool> {
    let refused = Response {
        result: Err(Fault::Parity),
        map_last: 0,
        ..expected
    };
    if got != expected && got != refused {
        return Err(Failure::new(format!(
            "{request:x?}: expected {expected:x?} or a parity fault, got {got:x?}"
        )));
    }
    Ok(got != expected)
}
