// SPDX-License-Identifier: Apache-2.0
//! The steps of a capacity trace.

use super::{EDGE, PERIOD, Plan};
use crate::trace::{Hex, Op};
use crate::vdpa::mm::PAGE;
use crate::vdpa::{Features, Mapping};

/// IOTLB_PERSIST and everything else of Linux 6.12.
const PERSIST: u64 = 0x17e;
/// Everything but IOTLB_PERSIST.
const NO_PERSIST: u64 = PERSIST & !Features::IOTLB_PERSIST.0;
/// An IOVA between two pairs of ranges.
const HOLE: u64 = 2 * PAGE;

/// One step.
pub(super) struct Planned {
    pub(super) case: String,
    pub(super) op: Op,
    /// The state after it is written down.
    pub(super) dump: bool,
}

struct Script<'a> {
    plan: &'a Plan,
    case: String,
    steps: Vec<Planned>,
}

/// All steps of a plan.
pub(super) fn steps(plan: &Plan) -> Vec<Planned> {
    let mut script = Script {
        plan,
        case: String::new(),
        steps: Vec::new(),
    };
    script.open("capacity.open", PERSIST);
    for asid in 0..plan.spaces() {
        script.fill(asid);
    }
    for asid in 0..plan.spaces() {
        script.exchange(asid);
    }
    script.persist();
    script.clean();
    script.release();
    script.steps
}

impl Script<'_> {
    fn case(&mut self, name: &str) {
        name.clone_into(&mut self.case);
    }

    fn push(&mut self, op: Op, dump: bool) {
        let case = self.case.clone();
        self.steps.push(Planned { case, op, dump });
    }

    fn open(&mut self, case: &str, features: u64) {
        self.case(case);
        self.push(Op::Open {}, true);
        self.push(Op::SetOwner {}, false);
        self.features(features);
    }

    fn features(&mut self, features: u64) {
        let features = Hex(features);
        self.push(Op::SetBackendFeatures { features }, false);
    }

    fn update(&mut self, asid: u8, number: u16, dump: bool) {
        let range = self.plan.range(asid, number);
        let op = Op::IotlbUpdate {
            len: None,
            v: Some(2),
            asid: Some(asid.into()),
            iova: Some(Hex(range.iova)),
            size: Some(Hex(PAGE)),
            uaddr: Some(range.uaddr),
            perm: Some(range.perm),
        };
        self.push(op, dump);
    }

    fn invalidate(&mut self, asid: u8, iova: u64) {
        let op = Op::IotlbInvalidate {
            len: None,
            v: 2,
            type_: Some(3),
            asid: asid.into(),
            iova: Hex(iova),
            size: Hex(PAGE),
        };
        self.push(op, true);
    }

    /// Up to the limit, and over it if so many are asked for. What is near the limit comes one by one.
    fn fill(&mut self, asid: u8) {
        let (share, limit) = (self.plan.share(asid), self.plan.limit());
        let bulk = share.min(limit.saturating_sub(EDGE));
        self.case(&format!("capacity.fill.as{asid}"));
        for first in (0..bulk).step_by(PERIOD.into()) {
            let end = bulk.min(first.saturating_add(PERIOD));
            self.some(asid, first..end);
        }
        self.case(&format!("capacity.edge.as{asid}"));
        for number in bulk..share {
            self.update(asid, number, true);
        }
    }

    /// Maps these, and dumps after the last. A set_map parent gets them in a batch, because each push is the whole
    /// table.
    fn some(&mut self, asid: u8, numbers: std::ops::Range<u16>) {
        let batched = self.plan.mapping == Mapping::SetMap;
        let (v, of) = (2, u32::from(asid));
        if batched {
            self.push(
                Op::IotlbBatchBegin {
                    v,
                    asid: of,
                    iova: None,
                    size: None,
                    len: None,
                },
                false,
            );
        }
        let end = numbers.end;
        for number in numbers {
            self.update(asid, number, !batched && number + 1 == end);
        }
        if batched {
            self.push(
                Op::IotlbBatchEnd {
                    v,
                    asid: of,
                    iova: None,
                    size: None,
                    len: None,
                },
                true,
            );
        }
    }

    /// One more; one out, another in; and the one that is out again.
    fn exchange(&mut self, asid: u8) {
        let share = self.plan.share(asid);
        self.case(&format!("capacity.exchange.as{asid}"));
        self.update(asid, share, true);
        self.invalidate(asid, self.plan.range(asid, 0).iova);
        self.update(asid, share + 1, true);
        self.update(asid, 0, true);
    }

    fn reset(&mut self) {
        let (status, old) = (Some(0), None);
        self.push(Op::Reset { status, old }, true);
    }

    /// A device reset that keeps everything.
    fn persist(&mut self) {
        self.case("capacity.persist");
        self.reset();
        for asid in 0..self.plan.spaces() {
            self.update(asid, share_end(self.plan, asid), true);
        }
    }

    /// One that cleans: vhost's tables are as full as before.
    fn clean(&mut self) {
        self.case("capacity.clean");
        self.features(NO_PERSIST);
        self.reset();
        for asid in 0..self.plan.spaces() {
            self.update(asid, share_end(self.plan, asid), true);
            self.update(asid, self.plan.share(asid) + 2, true);
            self.invalidate(asid, HOLE);
        }
    }

    /// Release with the device cleaned; and again with its table full.
    fn release(&mut self) {
        self.case("capacity.release");
        self.push(Op::Close {}, false);
        self.open("capacity.again", PERSIST);
        for asid in 0..self.plan.spaces() {
            self.some(asid, 0..self.plan.share(asid).min(self.plan.limit()));
        }
        self.push(Op::Close {}, false);
        self.push(Op::Open {}, true);
    }
}

/// A range that is mapped by now: not the first, which has made room, and below the limit.
fn share_end(plan: &Plan, asid: u8) -> u16 {
    plan.share(asid).min(plan.limit()).saturating_sub(1)
}
