// SPDX-License-Identifier: Apache-2.0
//
// SET_MAP transactions: refused, aborted, beside other commands.

#include "check.h"

#include <errno.h>

const char *set_map(struct bench *b)
{
	const struct psm_entry old[2] = { pages(4, 2, RW), pages(8, 1, RW) };
	const struct psm_entry new[3] = { pages(1, 1, RW), pages(4, 1, PSM_PERM_READ), pages(5, 9, RW) };
	const struct psm_entry falling[3] = { pages(1, 1, RW), pages(9, 1, RW), pages(7, 1, RW) };
	const struct psm_entry overlapping[3] = { pages(1, 1, RW), pages(7, 3, RW), pages(9, 1, RW) };
	const struct psm_entry beside = pages(4, 1, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_map(&p, 2, &beside), 0);
	CHECK_EQ(psm_set_map(&p, 1, old, 2), 0);
	TRY(holds(&p, 1, old, 2));
	CHECK_EQ(psm_set_map(&p, 1, new, 3), 0);
	TRY(holds(&p, 1, new, 3));
	TRY(translates(b, 1, &new[2]));

	CHECK_EQ(psm_set_map(&p, 1, falling, 3), -EINVAL);
	CHECK_EQ(p.code, PSM_CODE_ORDER);
	CHECK(!(peek(b, REG(STATUS)) & BIT_OF(STATUS__TXN_OPEN)));
	CHECK_EQ(psm_set_map(&p, 1, overlapping, 3), -EEXIST);
	CHECK(!(peek(b, REG(STATUS)) & BIT_OF(STATUS__TXN_OPEN)));
	TRY(holds(&p, 1, new, 3));
	TRY(holds(&p, 2, &beside, 1));

	// Nothing at all is a table too.
	CHECK_EQ(psm_set_map(&p, 1, NULL, 0), 0);
	TRY(holds(&p, 1, NULL, 0));
	CHECK_EQ(psm_mode(&p, 1), PSM_MODE_MAPPED);
	TRY(translates(b, 2, &beside));
	return NULL;
}

const char *poisoned_transaction(struct bench *b)
{
	const struct psm_entry old = pages(4, 2, RW), first = pages(20, 2, RW), bad = pages(21, 1, RW), good = pages(30, 1, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_map(&p, 1, &old), 0);

	// The refusal of one entry is the answer to all that follow, and to COMMIT, which ends the transaction.
	CHECK_EQ(psm_set_map_begin(&p, 1), 0);
	CHECK_EQ(psm_set_map_entry(&p, 1, &first), 0);
	CHECK_EQ(psm_set_map_entry(&p, 1, &bad), -EEXIST);
	CHECK_EQ(psm_set_map_entry(&p, 1, &good), -EEXIST);
	CHECK_EQ(peek(b, REG(STATUS)), BIT_OF(STATUS__TXN_OPEN) | BIT_OF(STATUS__TXN_POISONED) | 1u << 8);
	CHECK_EQ(psm_set_map_commit(&p, 1), -EEXIST);
	CHECK_EQ(psm_set_map_commit(&p, 1), -ECANCELED);
	TRY(holds(&p, 1, &old, 1));

	// ABORT, and nothing has happened.
	CHECK_EQ(psm_set_map_begin(&p, 1), 0);
	CHECK_EQ(psm_set_map_entry(&p, 1, &first), 0);
	CHECK_EQ(psm_set_map_abort(&p, 1), 0);
	CHECK_EQ(psm_set_map_entry(&p, 1, &first), -ECANCELED);
	CHECK_EQ(psm_set_map_abort(&p, 1), -ECANCELED);
	TRY(holds(&p, 1, &old, 1));
	TRY(translates(b, 1, &old));
	return NULL;
}

const char *beside_a_transaction(struct bench *b)
{
	const struct psm_entry old = pages(4, 2, RW), new = pages(20, 2, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_map(&p, 1, &old), 0);
	CHECK_EQ(psm_map(&p, 2, &old), 0);
	CHECK_EQ(psm_set_map_begin(&p, 1), 0);
	CHECK_EQ(psm_set_map_entry(&p, 1, &new), 0);

	// It owns the second bank.
	CHECK_EQ(psm_map(&p, 2, &new), -EBUSY);
	CHECK_EQ(psm_unmap(&p, 2, 0, UINT64_MAX), -EBUSY);
	CHECK_EQ(psm_set_map_begin(&p, 2), -EBUSY);
	CHECK_EQ(psm_set_map_begin(&p, 1), -EBUSY);
	CHECK_EQ(psm_set_map_entry(&p, 2, &new), -ECANCELED);
	CHECK_EQ(psm_set_map_commit(&p, 2), -ECANCELED);
	// These need none.
	CHECK_EQ(psm_group_asid(&p, 3, 1), 0);
	TRY(translates(b, 3, &old));
	TRY(holds(&p, 2, &old, 1));
	CHECK_EQ(psm_quiesce(&p, 1), 0);
	CHECK_EQ(psm_resume(&p, 1), 0);
	CHECK_EQ(psm_reset_map(&p, 2), 0);
	CHECK_EQ(dma(b, 2, old.start, 1, false, 0), PSM_FAULT_BLOCKED);
	CHECK_EQ(psm_set_map_commit(&p, 1), 0);
	TRY(holds(&p, 1, &new, 1));
	TRY(holds(&p, 2, NULL, 0));

	// A reset of the address space itself ends it.
	CHECK_EQ(psm_set_map_begin(&p, 1), 0);
	CHECK_EQ(psm_set_map_entry(&p, 1, &old), 0);
	CHECK_EQ(psm_reset_map(&p, 1), 0);
	CHECK_EQ(psm_set_map_commit(&p, 1), -ECANCELED);
	CHECK_EQ(psm_mode(&p, 1), PSM_MODE_BLOCKED);

	// As the whole operation sees it: nothing is left open behind it.
	CHECK_EQ(psm_set_map(&p, 1, &old, 1), 0);
	CHECK_EQ(psm_map(&p, 2, &new), 0);
	return NULL;
}

static void reset_device_0(struct tap *tap)
{
	tap->bench->pulse_reset(tap->bench->ctx, 0, true);
}

// A cleaning reset by pin before any register access of a set_map: it is done whole, or ended; never left open.
const char *reset_during_set_map(struct bench *b)
{
	const struct psm_policy policy = { .persist = PSM_PERSIST_BY_FLAG, .as0 = 0, .groups = 0x3, .asids = 0x3 };
	const struct psm_entry set[2] = { pages(4, 2, RW), pages(8, 2, RW) };
	struct psm p;
	bool refused = false, done = false;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_set_policy(&p, 0, &policy), 0);
	for (uint32_t at = 1;; at++) {
		struct tap tap = { .bench = b, .countdown = at, .clocks = at % 3, .event = reset_device_0 };
		int err;

		tap_into(&tap, &p);
		err = psm_set_map(&p, 1, set, 2);
		p.ops = b->ops;
		if (tap.countdown)
			break;
		CHECK(err == 0 || err == -ECANCELED);
		CHECK(!(peek(b, REG(STATUS)) & BIT_OF(STATUS__TXN_OPEN)));
		if (err) {
			refused = true;
			CHECK_EQ(psm_mode(&p, 1), PSM_MODE_BLOCKED);
		} else {
			done = true;
		}
		CHECK_EQ(psm_reset_map(&p, 1), 0);
	}
	CHECK(refused && done);
	return NULL;
}
