// SPDX-License-Identifier: Apache-2.0
//! The fault queue: numbers, room, mask, and that nothing is lost uncounted.

use crate::golden::FaultQueue;
use crate::regif::{Access, Request};

const NO_MAPPING: u8 = 5;
const PERMISSION: u8 = 6;

fn request(iova: u64) -> Request {
    Request {
        group: 1,
        iova,
        len: 64,
        access: Access::Write,
    }
}

#[test]
fn records_come_out_in_order_with_the_number_of_the_fault() {
    let mut queue = FaultQueue::new(4);
    for n in 0..3 {
        assert!(queue.raise(NO_MAPPING, 2, request(0x1000 * n)));
    }
    for n in 0..3 {
        let record = queue.pop().unwrap();
        assert_eq!(u64::from(record.seq) * 0x1000, record.request.iova);
        assert_eq!((record.seq, record.asid), (n, 2));
    }
    assert_eq!(queue.pop(), None);
}

#[test]
fn a_full_queue_drops_the_new_and_keeps_the_old() {
    let mut queue = FaultQueue::new(4);
    let kept: Vec<bool> = (0..6)
        .map(|n| queue.raise(NO_MAPPING, 0, request(n)))
        .collect();
    assert_eq!(kept, [true, true, true, true, false, false]);
    assert_eq!(queue.oldest().unwrap().seq, 0);
    queue.pop();
    assert!(queue.raise(NO_MAPPING, 0, request(6)));
    let seqs: Vec<u32> = std::iter::from_fn(|| queue.pop()).map(|r| r.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 6], "the gap is where two were dropped");
    assert_eq!((queue.raised(), queue.dropped()), (7, 2));
}

#[test]
fn a_masked_reason_is_counted_as_dropped() {
    let mut queue = FaultQueue::new(4);
    queue.set_mask(1 << PERMISSION);
    assert!(!queue.raise(PERMISSION, 0, request(0)));
    assert!(queue.raise(NO_MAPPING, 0, request(1)));
    assert_eq!(
        (queue.raised(), queue.dropped(), queue.waiting()),
        (2, 1, 1)
    );
    assert_eq!(queue.oldest().unwrap().seq, 1);
}

#[test]
fn it_interrupts_at_the_threshold_and_when_full() {
    let mut queue = FaultQueue::new(4);
    assert!(!queue.interrupts(0), "0 counts as 1, and nothing waits yet");
    queue.raise(NO_MAPPING, 0, request(0));
    assert!(queue.interrupts(0) && queue.interrupts(1) && !queue.interrupts(2));
    for n in 1..4 {
        assert!(!queue.interrupts(200), "{n} of 4 wait");
        queue.raise(NO_MAPPING, 0, request(n));
    }
    assert!(queue.interrupts(200), "full: no more can come");
}
