// SPDX-License-Identifier: Apache-2.0
//! What is left of small recordings.

use super::*;

fn json(op: &str, rest: &str) -> String {
    format!(r#"{{"client":"c","variant":"v","case":"c","step":1,"op":"{op}"{rest}}}"#)
}

fn update(page: u64, uaddr: u64) -> String {
    let fields = format!(
        r#","v":2,"asid":0,"iova":"{:#x}","size":"0x1000","uaddr":"ram+{uaddr:#x}","perm":3"#,
        page << 12
    );
    json("iotlb_update", &fields)
}

fn invalidate(iova: u64, size: u64) -> String {
    let fields = format!(r#","v":2,"type":3,"asid":0,"iova":"{iova:#x}","size":"{size:#x}""#);
    json("iotlb_invalidate", &fields)
}

fn status(status: u8) -> String {
    json("set_status", &format!(r#","status":{status}"#))
}

fn batch(end: &str) -> String {
    json(&format!("iotlb_batch_{end}"), r#","v":2,"asid":0"#)
}

fn ring(vq: u32, iova: u64) -> String {
    let (avail, used) = (iova + 0x400, iova + 0x1000);
    let fields =
        format!(r#","index":{vq},"desc":"{iova:#x}","avail":"{avail:#x}","used":"{used:#x}""#);
    json("set_vring_addr", &fields)
}

/// Starts the device with pages 1, 2 and 3 mapped.
fn start() -> Vec<String> {
    let mut lines = vec![
        json("open", ""),
        json("set_owner", ""),
        json("set_backend_features", r#","features":"0x6""#),
    ];
    lines.extend((1..=3).map(|page| update(page, page << 12)));
    lines.push(status(12));
    lines
}

/// The messages after `start`, in words.
fn rewritten(rest: Vec<String>) -> Vec<String> {
    let text = [start(), rest].concat().join("\n");
    let trace = persisting(&Trace::parse("t", &text).unwrap());
    let features = &trace.lines[2].op;
    assert!(
        matches!(features, Op::SetBackendFeatures { features } if features.0 == 0x106),
        "{features:?}"
    );
    let after = trace.lines.iter().filter(|line| line.number > 7);
    let words = after.filter_map(|line| match &line.op {
        Op::IotlbUpdate { iova, .. } => Some(format!("map {}", (*iova)?)),
        Op::IotlbInvalidate { iova, size, .. } => Some(format!("unmap {iova}+{size}")),
        Op::IotlbBatchBegin { .. } => Some("begin".to_owned()),
        Op::IotlbBatchEnd { .. } => Some("end".to_owned()),
        _ => None,
    });
    words.collect()
}

fn reset() -> String {
    json("reset", r#","status":0"#)
}

#[test]
fn what_comes_back_stays() {
    let rest = vec![
        reset(),
        batch("begin"),
        invalidate(0, 0xfee0_0000),
        invalidate(0xfef0_0000, 0xffff_ffff_0110_0000),
        batch("end"),
        // Hits nothing as recorded, and would hit everything now.
        invalidate(0, 0),
        batch("begin"),
        update(1, 0x1000),
        update(2, 0x2000),
        update(3, 0x3000),
        batch("end"),
        status(12),
    ];
    assert_eq!(rewritten(rest), [""; 0]);
}

#[test]
fn what_does_not_come_back_goes() {
    let rest = vec![
        json("suspend", ""),
        invalidate(0, 0x10000),
        reset(),
        update(2, 0x2000),
        update(3, 0x9000),
        status(12),
    ];
    assert_eq!(
        rewritten(rest),
        ["unmap 0x0+0x2000", "unmap 0x3000+0xd000", "map 0x3000"]
    );
}

#[test]
fn what_something_else_displaced_meanwhile_goes() {
    let rest = vec![
        reset(),
        invalidate(0x2000, 0x1000),
        update(2, 0x9000),
        invalidate(0x2000, 0x1000),
        update(2, 0x2000),
        status(12),
    ];
    assert_eq!(
        rewritten(rest),
        [
            "unmap 0x2000+0x1000",
            "map 0x2000",
            "unmap 0x2000+0x1000",
            "map 0x2000"
        ]
    );
}

#[test]
fn a_running_device_and_a_last_stop_are_left_alone() {
    let running = vec![
        invalidate(0x1000, 0x1000),
        update(1, 0x1000),
        json("suspend", ""),
        invalidate(0x2000, 0x1000),
        update(2, 0x2000),
        json("resume", ""),
    ];
    assert_eq!(rewritten(running).len(), 4);
    let stop = vec![reset(), invalidate(0, 0x10000), json("close", "")];
    assert_eq!(rewritten(stop), ["unmap 0x0+0x10000"]);
}

#[test]
fn rings_of_the_clients_own_making_go() {
    let again = |region: &str, group: Option<u32>| {
        let own = |line: String| line.replace("ram+", &format!("{region}+"));
        let mut next = vec![own(update(8, 0)), own(update(9, 0x1000))];
        next.push(own(update(10, 0x3000)));
        next.extend(
            group.map(|group| json("set_group_asid", &format!(r#","group":{group},"asid":1"#))),
        );
        next.extend([ring(2, 0x8000), status(12)]);
        let stop = [json("suspend", ""), invalidate(0x8000, 0x3000), reset()];
        let first = [vec![reset()], next.clone()].concat();
        rewritten([first, stop.to_vec(), next].concat())
    };
    let first = ["map 0x8000", "map 0x9000", "map 0xa000"];
    // The page after the rings holds none, and stays. The INVALIDATE spares it.
    let anew = ["unmap 0x8000+0x2000", "map 0x8000", "map 0x9000"];
    let all = [&first[..], &anew].concat();
    assert_eq!(again("shadow0", None), all);
    assert_eq!(again("shadow17", None), all);
    // Guest memory, and memory where no ring is: group 1 of virtqueue 2 is in another address space.
    assert_eq!(again("ram", None), first);
    assert_eq!(again("shadow", None), first);
    assert_eq!(again("shadow0", Some(1)), first);
    assert_eq!(again("shadow0", Some(0)), all);
}
