// SPDX-License-Identifier: Apache-2.0
//! The driver with one thing wrong at a time. A scenario that does not notice is worth nothing.

use crate::device::{self, Ending};
use crate::program::Program;

/// Replaces `from`, which is in the driver once, by `to`; one of `scenarios` has to fail, and to say why.
fn notice(name: &str, from: &str, to: &str, scenarios: &[&str]) {
    let program = Program::build(name, |source| {
        assert_eq!(source.matches(from).count(), 1, "{name}: {from}");
        source.replace(from, to)
    });
    for scenario in scenarios {
        match device::play(&program, scenario) {
            Ending::Failed(why) => println!("{name}: {scenario} says {why}"),
            ending => panic!("{name}: {scenario} {ending}"),
        }
    }
}

macro_rules! broken {
    ($($(#[$doc:meta])* $name:ident: $from:literal => $to:literal, $scenarios:expr;)*) => {
        $($(#[$doc])* #[test] fn $name() { notice(stringify!($name), $from, $to, &$scenarios); })*
    };
}

broken! {
    /// The mistake that gives memory back too early.
    drains_are_not_waited_for:
        "asids &= psm_draining(p);" => "asids = 0;", ["drains", "start_from_any_state"];
    /// Of two address spaces, the wrong one.
    another_drain_is_waited_for:
        "asids &= psm_draining(p);" => "asids = (uint16_t)(asids << 1) & psm_draining(p);", ["drains"];
    /// Idle is assumed where it is not.
    busy_is_not_waited_for:
        "while (GET(STATUS__BUSY, get(p, REG(STATUS)))) {" => "while (false) {", ["map_and_unmap"];
    /// The state is read, and then what happened since is acknowledged with the rest.
    acknowledged_after_looking:
        "\tput(p, REG(IRQ_STATUS), causes);\n\tif (causes & IOMMU__IRQ_STATUS__STUCK_bm) {"
        => "\tevents->draining = psm_draining(p);\n\tput(p, REG(IRQ_STATUS), causes);\n\tif (true)\n\t\treturn true;\n\tif (causes & IOMMU__IRQ_STATUS__STUCK_bm) {",
        ["interrupt_races"];
    /// Never acknowledged.
    an_interrupt_without_end:
        "\tput(p, REG(IRQ_STATUS), causes);\n\tif (causes" => "\tif (causes", ["interrupt_races", "stuck"];
    /// Causes that are somebody else's.
    all_causes_acknowledged:
        "get(p, REG(IRQ_STATUS)) & p->irq_enable;" => "get(p, REG(IRQ_STATUS));", ["interrupt_masks"];
    /// The result of another command is taken for one's own.
    results_are_not_checked:
        "\t\treturn -EIO;\n\tp->seq++;" => "\t\tp->seq = (uint16_t)(GET(RESULT__SEQ, result) - 1);\n\tp->seq++;",
        ["a_lost_doorbell_is_noticed"];
    /// After a wait that was given up on, the next doorbell rings while busy.
    nothing_is_settled:
        "\tif (p->settled)\n\t\treturn 0;\n\terr = wait_idle(p);" => "\tif (p->settled)\n\t\treturn 0;\n\terr = 0;",
        ["giving_up"];
    /// A refused set_map leaves its transaction open.
    no_abort:
        "if (psm_set_map_abort(p, asid) == 0 || p->code == PSM_CODE_NO_TXN)" => "if (true)", ["set_map"];
    /// The CLEAN_MAP flag goes nowhere.
    no_clean_flag:
        "PUT(CMD__CLEAN, clean)" => "PUT(CMD__CLEAN, clean && device > 4)", ["persistence"];
    /// Frozen policies are not noticed.
    policies_are_not_read_back:
        "if (get(p, IN_DEVICE(POLICY, device)) != value ||" => "if (device > 4 ||", ["lock"];
    /// The high half of an address is forgotten.
    half_an_address:
        "put(p, offset + 4, (uint32_t)(value >> 32));" => "put(p, offset + 4, 0);", ["map_and_unmap"];
    /// Empty by RESET_MAP: with a frozen INIT_MODE that is 1:1.
    started_by_reset_map:
        "err = psm_unmap(p, asid, 0, last_iova(p));" => "err = last_iova(p) ? psm_reset_map(p, asid) : 0;", ["start_from_any_state"];
    /// The transaction of a driver that is gone stays open.
    started_in_a_transaction:
        "if (GET(STATUS__TXN_OPEN, status)) {" => "if (GET(STATUS__TXN_OPEN, status) > 1) {", ["start_from_any_state"];
    /// A number that CMD has no room for becomes another one.
    numbers_alias:
        "if (PUT(CMD__TARGET, target) >> IOMMU__CMD__TARGET_bp != target)" => "if (target == 0xff)", ["refusals"];
    /// Any device will do.
    any_device_is_taken:
        "if (get(p, REG(ID)) != IOMMU__ID__ID_reset)" => "if (get(p, REG(ID)) == 0)", ["probing"];
    /// The queue of fault records is emptied, and its interrupt stays up for another run of the handler.
    faults_are_not_acknowledged:
        "put(p, REG(IRQ_STATUS), IOMMU__IRQ_STATUS__FAULT_bm);" => "", ["fault_coalescing"];
    /// One record again and again.
    faults_are_not_popped:
        "put(p, REG(FAULT_POP), IOMMU__FAULT_POP__POP_bm);" => "", ["fault_records"];
    /// The code of the command before.
    codes_are_off_by_one:
        "(uint32_t)(p->seq + 1) % CODES_KEPT" => "(uint32_t)p->seq % CODES_KEPT", ["map_batch"];
    /// Held is taken for finished.
    suspended_without_a_fence:
        "err = psm_fence(p, asid);" => "err = 0;", ["suspend"];
}
