// SPDX-License-Identifier: Apache-2.0
//
// Completion: committed is not drained.

#include "check.h"

#include <errno.h>

const char *group_moves(struct bench *b)
{
	const struct psm_entry one = pages(4, 2, RW);
	struct psm_entry two = pages(4, 2, RW);
	struct bench_answer in_flight;
	struct psm p;

	TRY(bring_up(b, &p));
	two.pa = UINT64_C(0x987654000);
	CHECK_EQ(psm_map(&p, 1, &one), 0);
	CHECK_EQ(psm_map(&p, 2, &two), 0);
	in_flight = b->access(b->ctx, 1, one.start, 16, true);
	CHECK_EQ(in_flight.pa, one.pa);
	CHECK_EQ(psm_group_asid(&p, 1, 2), 0);
	TRY(translates(b, 1, &two));
	// What the group did before it moved is to be waited for where it was.
	CHECK_EQ(psm_draining(&p), 1u << 1);
	b->release(b->ctx, in_flight.tag);
	CHECK_EQ(psm_wait_drained(&p, 1u << 1), 0);
	// To where it is already: no removal.
	in_flight = b->access(b->ctx, 1, one.start, 16, true);
	CHECK_EQ(psm_group_asid(&p, 1, 2), 0);
	CHECK_EQ(psm_draining(&p), 0);
	b->release(b->ctx, in_flight.tag);
	return NULL;
}

const char *drains(struct bench *b)
{
	const struct psm_entry one = pages(4, 2, RW), two = pages(9, 1, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	for (int kind = 0; kind < 5; kind++) {
		struct bench_answer first, second;
		struct tap tap = { .bench = b, .event = release_tag };

		CHECK_EQ(psm_set_map(&p, 1, &one, 1), 0);
		CHECK_EQ(psm_wait_drained(&p, 1u << 1), 0);
		first = b->access(b->ctx, 1, one.start, 64, true);
		CHECK_EQ(first.fault, PSM_FAULT_NONE);
		// What adds is not waited for.
		CHECK_EQ(psm_map(&p, 1, &two), 0);
		CHECK_EQ(psm_draining(&p), 0);
		switch (kind) {
		case 0:
			CHECK_EQ(psm_unmap(&p, 1, one.start, one.last), 0);
			break;
		case 1:
			CHECK_EQ(psm_reset_map(&p, 1), 0);
			break;
		case 2:
			CHECK_EQ(psm_set_map(&p, 1, &two, 1), 0);
			break;
		case 3:
			CHECK_EQ(psm_device_reset(&p, 0, true), 0);
			CHECK_EQ(psm_group_asid(&p, 1, 1), 0);
			break;
		default:
			// Nothing is removed; what was accepted before is waited for all the same.
			CHECK_EQ(psm_unmap(&p, 1, 0, PAGE - 1), 0);
			break;
		}
		// Committed: what comes now sees it. Not drained: what came before is still there.
		if (kind != 4)
			CHECK(dma(b, 1, one.start, 1, false, 0) > PSM_FAULT_NONE);
		CHECK_EQ(psm_draining(&p), 1u << 1);
		b->patience = 50;
		CHECK_EQ(psm_wait_drained(&p, 1u << 1), -ETIMEDOUT);
		CHECK_EQ(psm_wait_drained(&p, 0xffff & ~(1u << 1)), 0);
		// A second removal joins the first, and waits for what came between them too.
		CHECK_EQ(psm_map(&p, 1, &(struct psm_entry){ .start = 64 * PAGE, .last = 65 * PAGE - 1, .perm = RW }), 0);
		second = b->access(b->ctx, 1, 64 * PAGE, 64, false);
		CHECK_EQ(second.fault, PSM_FAULT_NONE);
		CHECK_EQ(psm_unmap(&p, 1, 64 * PAGE, 65 * PAGE - 1), 0);
		b->release(b->ctx, first.tag);
		CHECK_EQ(psm_wait_drained(&p, 1u << 1), -ETIMEDOUT);
		b->patience = 2000;
		// It returns when, and not before, the last of them is released.
		tap.tag = second.tag;
		tap.countdown = 20;
		tap_into(&tap, &p);
		CHECK_EQ(psm_wait_drained(&p, 1u << 1), 0);
		CHECK_EQ(tap.countdown, 0);
		p.ops = b->ops;
		CHECK_EQ(psm_draining(&p), 0);
		CHECK_EQ(psm_group_asid(&p, 0, 0), 0);
	}
	return NULL;
}

const char *stuck(struct bench *b)
{
	const uint32_t causes = BIT_OF(IRQ_ENABLE__STUCK) | BIT_OF(IRQ_ENABLE__DRAINED);
	const struct psm_entry one = pages(4, 2, RW);
	struct bench_answer in_flight;
	struct psm_events events;
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_map(&p, 2, &one), 0);
	psm_set_stuck_clocks(&p, 300);
	psm_irq_enable(&p, causes);
	in_flight = b->access(b->ctx, 2, one.start, 64, true);
	b->step(b->ctx, 1000);
	CHECK(!b->irq(b->ctx));
	CHECK_EQ(psm_reset_map(&p, 2), 0);
	b->step(b->ctx, 250);
	CHECK(!b->irq(b->ctx));
	b->step(b->ctx, 400);
	CHECK(b->irq(b->ctx));
	CHECK(psm_irq(&p, &events));
	CHECK_EQ(events.causes, BIT_OF(IRQ_STATUS__STUCK));
	CHECK_EQ(events.stuck, 1u << 2);
	CHECK_EQ(events.draining, 1u << 2);
	CHECK(!b->irq(b->ctx));
	CHECK(!psm_irq(&p, &events));
	// As long as it is stuck, it says so again and again.
	b->step(b->ctx, 700);
	CHECK(b->irq(b->ctx));
	CHECK(psm_irq(&p, &events));
	CHECK_EQ(events.stuck, 1u << 2);
	b->release(b->ctx, in_flight.tag);
	CHECK_EQ(psm_wait_drained(&p, 1u << 2), 0);
	CHECK(b->irq(b->ctx));
	CHECK(psm_irq(&p, &events));
	CHECK_EQ(events.causes & ~BIT_OF(IRQ_STATUS__STUCK), BIT_OF(IRQ_STATUS__DRAINED));
	CHECK_EQ(events.draining, 0);
	b->step(b->ctx, 1000);
	CHECK(!b->irq(b->ctx));
	return NULL;
}

const char *quiesce(struct bench *b)
{
	const struct psm_policy policies[2] = {
		{ .persist = PSM_PERSIST_BY_FLAG, .as0 = 0, .groups = 0x3, .asids = 0x3 },
		{ .persist = PSM_PERSIST_BY_FLAG, .as0 = 2, .groups = 0xc, .asids = 0xc },
	};
	const struct psm_entry one = pages(4, 2, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_set_policy(&p, 0, &policies[0]), 0);
	CHECK_EQ(psm_set_policy(&p, 1, &policies[1]), 0);
	CHECK_EQ(psm_map(&p, 2, &one), 0);
	CHECK_EQ(psm_quiesce(&p, 0), 0);
	TRY(translates(b, 2, &one));
	// Held, not faulted; it then sees what was mapped meanwhile. A device reset lets nothing on.
	b->offer(b->ctx, 1, one.start, 4, true);
	b->step(b->ctx, 200);
	CHECK_EQ(b->unanswered(b->ctx), 1);
	CHECK_EQ(psm_device_reset(&p, 0, false), 0);
	CHECK_EQ(psm_group_asid(&p, 1, 1), 0);
	CHECK_EQ(psm_map(&p, 1, &one), 0);
	b->step(b->ctx, 200);
	CHECK_EQ(b->unanswered(b->ctx), 1);
	CHECK_EQ(psm_resume(&p, 0), 0);
	b->step(b->ctx, 200);
	CHECK_EQ(b->unanswered(b->ctx), 0);
	CHECK_EQ(b->let_through(b->ctx), 1);
	return NULL;
}

// Nothing is removed, and what was accepted before can be waited for.
const char *fence(struct bench *b)
{
	const struct psm_entry one = pages(4, 2, RW);
	struct bench_answer first, second;
	struct psm p;
	uint32_t seq;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_map(&p, 1, &one), 0);
	CHECK_EQ(psm_wait_drained(&p, 0xffff), 0);
	first = b->access(b->ctx, 1, one.start, 64, true);
	seq = peek(b, REG(COMMIT_SEQ));
	CHECK_EQ(psm_fence(&p, p.caps.asids), -EINVAL);
	CHECK_EQ(psm_draining(&p), 0);
	CHECK_EQ(psm_fence(&p, 1), 0);
	CHECK_EQ(psm_draining(&p), 1u << 1);
	CHECK_EQ(peek(b, REG(COMMIT_SEQ)), seq);
	TRY(translates(b, 1, &one));
	TRY(holds(&p, 1, &one, 1));
	// What comes later is not waited for.
	second = b->access(b->ctx, 1, one.start, 64, true);
	b->release(b->ctx, first.tag);
	CHECK_EQ(psm_wait_drained(&p, 1u << 1), 0);
	b->release(b->ctx, second.tag);
	// In a transaction too; and an address space that is 1:1 stays it.
	CHECK_EQ(psm_set_modes(&p, 1u << 2, 0), 0);
	CHECK_EQ(psm_reset_map(&p, 2), 0);
	CHECK_EQ(psm_set_map_begin(&p, 1), 0);
	CHECK_EQ(psm_fence(&p, 2), 0);
	CHECK_EQ(psm_fence(&p, 1), 0);
	CHECK_EQ(psm_mode(&p, 2), PSM_MODE_IDENTITY);
	CHECK_EQ(psm_set_map_commit(&p, 1), 0);
	return NULL;
}

const char *suspend(struct bench *b)
{
	const struct psm_policy policies[2] = {
		{ .persist = PSM_PERSIST_BY_FLAG, .as0 = 0, .groups = 0x3, .asids = 0x3 },
		{ .persist = PSM_PERSIST_BY_FLAG, .as0 = 2, .groups = 0xc, .asids = 0xc },
	};
	const struct psm_entry one = pages(4, 2, RW);
	struct bench_answer mine, other;
	struct tap tap = { .bench = b, .event = release_tag };
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_set_policy(&p, 0, &policies[0]), 0);
	CHECK_EQ(psm_set_policy(&p, 1, &policies[1]), 0);
	CHECK_EQ(psm_map(&p, 1, &one), 0);
	CHECK_EQ(psm_map(&p, 2, &one), 0);
	mine = b->access(b->ctx, 1, one.start, 64, true);
	other = b->access(b->ctx, 2, one.start, 64, true);
	b->patience = 50;
	CHECK_EQ(psm_suspend(&p, 0, 0x3), -ETIMEDOUT);
	b->patience = 2000;
	b->offer(b->ctx, 1, one.start, 4, true);
	// The other device's access is not waited for; its own is.
	tap.tag = mine.tag;
	tap.countdown = 60;
	tap_into(&tap, &p);
	CHECK_EQ(psm_suspend(&p, 0, 0x3), 0);
	CHECK_EQ(tap.countdown, 0);
	p.ops = b->ops;
	CHECK_EQ(b->unanswered(b->ctx), 1);
	CHECK_EQ(psm_resume(&p, 0), 0);
	b->step(b->ctx, 100);
	CHECK_EQ(b->let_through(b->ctx), 1);
	b->release(b->ctx, other.tag);
	return NULL;
}
