// SPDX-License-Identifier: Apache-2.0
//! The other way round: what the model does, written down as a recording of it.

use super::dump::{read_spaces, st, vq_asid};
use super::exec::World;
use crate::cosim::Subject;
use crate::trace::Line;
use crate::vdpa::DeviceError;

impl<S: Subject> World<S> {
    /// Carries `line` out and puts what is seen of it in its outcome, as the recorders do: results and driver calls
    /// always, the state after it only with `dump`.
    ///
    /// # Errors
    /// If the device is out of order or too small.
    pub fn record(&mut self, line: &mut Line, dump: bool) -> Result<(), DeviceError> {
        let seen = self.execute(line)?;
        let outcome = &mut line.outcome;
        outcome.ret = seen.ret;
        outcome.errno = seen.errno.map(str::to_owned);
        outcome.kret = seen.kret.map(str::to_owned);
        let calls = self.names().kcalls(&seen.kcalls, &self.profile, false);
        outcome.kcalls = Some(calls).filter(|calls| !calls.is_empty());
        if dump {
            let spaces = read_spaces(self.device())?;
            outcome.vq_asid = Some(vq_asid(self.device())?);
            let running = self.running();
            let state = st(&self.vdpa, running, &self.mm, &self.profile, &spaces);
            let names = self.names();
            outcome.vhost = Some(names.vhost(&self.vdpa));
            outcome.dev = Some(names.device(&spaces));
            outcome.st = Some(state);
        }
        Ok(())
    }
}
