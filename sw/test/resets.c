// SPDX-License-Identifier: Apache-2.0
//
// Resets, what persists over them, LOCK, and a driver that finds the device in any state.

#include "check.h"

#include <errno.h>

const char *reset_map(struct bench *b)
{
	const struct psm_entry one = pages(4, 2, RW), two = pages(9, 1, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_map(&p, 1, &one), 0);
	CHECK_EQ(psm_map(&p, 2, &one), 0);
	CHECK_EQ(psm_reset_map(&p, 1), 0);
	CHECK_EQ(psm_mode(&p, 1), PSM_MODE_BLOCKED);
	CHECK_EQ(dma(b, 1, one.start, 1, false, 0), PSM_FAULT_BLOCKED);
	TRY(translates(b, 2, &one));
	TRY(holds(&p, 1, NULL, 0));
	// What was there does not come back.
	CHECK_EQ(psm_map(&p, 1, &two), 0);
	TRY(holds(&p, 1, &two, 1));

	CHECK_EQ(psm_set_modes(&p, 1u << 1, 0), 0);
	CHECK_EQ(psm_reset_map(&p, 1), 0);
	CHECK_EQ(psm_mode(&p, 1), PSM_MODE_IDENTITY);
	CHECK_EQ(dma(b, 1, 0x12345, 7, true, 0x12345), PSM_FAULT_NONE);
	CHECK_EQ(psm_reset_map(&p, 2), 0);
	CHECK_EQ(dma(b, 2, one.start, 1, false, 0), PSM_FAULT_BLOCKED);
	// The first MAP ends the identity; so does an UNMAP of nothing.
	CHECK_EQ(psm_map(&p, 1, &one), 0);
	CHECK_EQ(dma(b, 1, 0x12345, 7, true, 0), PSM_FAULT_NO_MAPPING);
	CHECK_EQ(psm_reset_map(&p, 1), 0);
	CHECK_EQ(psm_unmap(&p, 1, 0, PAGE - 1), 0);
	CHECK_EQ(dma(b, 1, 0x12345, 7, true, 0), PSM_FAULT_NO_MAPPING);
	return NULL;
}

// What a reset of device 0 did to AS 1 and group 1, and that it did nothing to AS 3 and group 3, which are device 1's.
static const char *after_reset(struct bench *b, struct psm *p, bool cleans, const struct psm_entry *kept)
{
	// Group 1 is back in AS 0, which has nothing but what a cleaning reset gives.
	CHECK_EQ(dma(b, 1, kept->start, 1, false, kept->start), cleans ? PSM_FAULT_NONE : PSM_FAULT_NO_MAPPING);
	CHECK_EQ(psm_group_asid(p, 1, 1), 0);
	if (cleans) {
		CHECK_EQ(psm_mode(p, 1), PSM_MODE_IDENTITY);
		CHECK_EQ(dma(b, 1, kept->start, 1, true, kept->start), PSM_FAULT_NONE);
		TRY(holds(p, 1, NULL, 0));
	} else {
		TRY(translates(b, 1, kept));
		TRY(holds(p, 1, kept, 1));
	}
	TRY(translates(b, 3, kept));
	TRY(holds(p, 3, kept, 1));
	return NULL;
}

const char *persistence(struct bench *b)
{
	static const struct {
		enum psm_persist persist;
		bool flag, cleans;
	} stories[] = {
		{ PSM_PERSIST_BY_FLAG, false, false },      { PSM_PERSIST_BY_FLAG, true, true },
		{ PSM_PERSIST_ALWAYS_CLEAN, false, true },  { PSM_PERSIST_ALWAYS_CLEAN, true, true },
		{ PSM_PERSIST_NEVER_CLEAN, false, false },  { PSM_PERSIST_NEVER_CLEAN, true, false },
	};
	const struct psm_policy other = { .persist = PSM_PERSIST_BY_FLAG, .as0 = 2, .groups = 0x8, .asids = 0x8 };
	const struct psm_entry kept = pages(4, 2, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_set_modes(&p, 0, 0x3), 0);
	CHECK_EQ(psm_set_policy(&p, 1, &other), 0);
	CHECK_EQ(psm_set_map(&p, 3, &kept, 1), 0);
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		const struct psm_policy policy = { .persist = stories[i].persist, .as0 = 0, .groups = 0x3, .asids = 0x3 };

		CHECK_EQ(psm_set_policy(&p, 0, &policy), 0);
		for (int pin = 0; pin < 2; pin++) {
			CHECK_EQ(psm_set_map(&p, 0, NULL, 0), 0);
			CHECK_EQ(psm_set_map(&p, 1, &kept, 1), 0);
			CHECK_EQ(psm_group_asid(&p, 1, 1), 0);
			TRY(translates(b, 1, &kept));
			if (pin) {
				b->pulse_reset(b->ctx, 0, stories[i].flag);
				b->step(b->ctx, 4);
			} else {
				CHECK_EQ(psm_device_reset(&p, 0, stories[i].flag), 0);
			}
			TRY(after_reset(b, &p, stories[i].cleans, &kept));
		}
	}
	return NULL;
}

const char *resets_and_transactions(struct bench *b)
{
	const struct psm_policy policy = { .persist = PSM_PERSIST_BY_FLAG, .as0 = 0, .groups = 0x3, .asids = 0x3 };
	const struct psm_entry one = pages(4, 2, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_set_policy(&p, 0, &policy), 0);
	// One that persists leaves the transaction alone.
	CHECK_EQ(psm_set_map_begin(&p, 1), 0);
	CHECK_EQ(psm_device_reset(&p, 0, false), 0);
	CHECK_EQ(psm_set_map_entry(&p, 1, &one), 0);
	CHECK_EQ(psm_set_map_commit(&p, 1), 0);
	// One that cleans its address space ends it, also by pin in the middle of a set_map.
	CHECK_EQ(psm_set_map_begin(&p, 1), 0);
	b->pulse_reset(b->ctx, 0, true);
	CHECK_EQ(psm_set_map_entry(&p, 1, &one), -ECANCELED);
	CHECK_EQ(psm_set_map_begin(&p, 2), 0);
	CHECK_EQ(psm_device_reset(&p, 0, true), 0);
	CHECK_EQ(psm_set_map_commit(&p, 2), 0);
	return NULL;
}

const char *lock(struct bench *b)
{
	const struct psm_policy policy = { .persist = PSM_PERSIST_NEVER_CLEAN, .as0 = 1, .groups = 0x7, .asids = 0x6 };
	const struct psm_entry one = pages(4, 2, RW);
	struct psm_policy other = policy;
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_set_policy(&p, 0, &policy), 0);
	CHECK_EQ(psm_set_policy(&p, p.caps.devices, &policy), -EINVAL);
	CHECK_EQ(psm_set_modes(&p, 0x2, 0x4), 0);
	CHECK_EQ(psm_lock(&p), 0);
	// The same again is no error; anything else is.
	CHECK_EQ(psm_set_policy(&p, 0, &policy), 0);
	CHECK_EQ(psm_set_modes(&p, 0x2, 0x4), 0);
	other.persist = PSM_PERSIST_BY_FLAG;
	CHECK_EQ(psm_set_policy(&p, 0, &other), -EPERM);
	other = policy, other.as0 = 0;
	CHECK_EQ(psm_set_policy(&p, 0, &other), -EPERM);
	other = policy, other.groups = 0xf;
	CHECK_EQ(psm_set_policy(&p, 0, &other), -EPERM);
	other = policy, other.asids = 0xf;
	CHECK_EQ(psm_set_policy(&p, 0, &other), -EPERM);
	CHECK_EQ(psm_set_policy(&p, 1, &policy), -EPERM);
	CHECK_EQ(psm_set_modes(&p, 0, 0x4), -EPERM);
	CHECK_EQ(psm_set_modes(&p, 0x2, 0), -EPERM);
	// Writing 0 opens nothing.
	poke(b, REG(LOCK), 0);
	CHECK_EQ(psm_set_modes(&p, 0, 0), -EPERM);

	// What is frozen is the policy, and it is in force.
	CHECK_EQ(psm_map(&p, 1, &one), 0);
	CHECK_EQ(psm_device_reset(&p, 0, true), 0);
	TRY(holds(&p, 1, &one, 1));
	TRY(translates(b, 2, &one)); // group 2 is in AS 1 now
	CHECK_EQ(psm_reset_map(&p, 1), 0);
	CHECK_EQ(psm_mode(&p, 1), PSM_MODE_IDENTITY);
	psm_set_limit(&p, 1, 0);
	CHECK_EQ(psm_map(&p, 1, &one), -ENOSPC);
	CHECK_EQ(psm_group_asid(&p, 2, 3), 0);
	return NULL;
}

const char *start_from_any_state(struct bench *b)
{
	const struct psm_policy policy = { .persist = PSM_PERSIST_ALWAYS_CLEAN, .as0 = 0, .groups = 0xf, .asids = 0xf };
	const struct psm_entry one = pages(4, 2, RW);
	struct bench_answer in_flight;
	struct psm before, p;

	// What a driver that is gone has left: frozen policies that make every address space 1:1, tables, a limit, accesses
	// in flight, an open transaction, a held device, interrupts, a command that nobody waits for.
	TRY(bring_up(b, &before));
	CHECK_EQ(psm_set_policy(&before, 1, &policy), 0);
	CHECK_EQ(psm_set_modes(&before, 0xffff, 0xffff), 0);
	CHECK_EQ(psm_lock(&before), 0);
	CHECK_EQ(psm_map(&before, 1, &one), 0);
	CHECK_EQ(psm_reset_map(&before, 2), 0);
	CHECK_EQ(dma(b, 2, 0x777, 1, true, 0x777), PSM_FAULT_NONE);
	psm_set_limit(&before, 3, 0);
	in_flight = b->access(b->ctx, 1, one.start, 1, true);
	CHECK_EQ(in_flight.fault, PSM_FAULT_NONE);
	CHECK_EQ(psm_set_map_begin(&before, 3), 0);
	CHECK_EQ(psm_quiesce(&before, 1), 0);
	b->offer(b->ctx, 1, one.start, 1, true);
	psm_irq_enable(&before, BIT_OF(IRQ_ENABLE__CMD_DONE));
	poke(b, REG(ARG_IOVA), (uint32_t)one.start);
	poke(b, REG(ARG_IOVA) + 4, 0);
	poke(b, REG(CMD), PSM_OP_SET_MAP_ENTRY | 3u << IOMMU__CMD__ASID_bp);

	CHECK_EQ(psm_probe(&p, &b->ops), 0);
	b->patience = 100;
	CHECK_EQ(psm_start(&p), -ETIMEDOUT); // the access is still in flight
	b->patience = 2000;
	b->release(b->ctx, in_flight.tag);
	CHECK_EQ(psm_start(&p), 0);
	b->step(b->ctx, 8);
	CHECK(!b->irq(b->ctx));
	CHECK_EQ(peek(b, REG(STATUS)) & (BIT_OF(STATUS__BUSY) | BIT_OF(STATUS__TXN_OPEN)), 0);
	// The fault of what was held: records stay to be read.
	CHECK_EQ(peek(b, REG(IRQ_STATUS)) & ~BIT_OF(IRQ_STATUS__FAULT), 0);
	CHECK_EQ(b->unanswered(b->ctx), 0);
	CHECK_EQ(b->let_through(b->ctx), 0); // what was held came after the tables were empty
	for (uint8_t a = 0; a < p.caps.asids; a++) {
		CHECK_EQ(psm_mode(&p, a), PSM_MODE_MAPPED);
		TRY(holds(&p, a, NULL, 0));
		CHECK_EQ(dma(b, a, one.start, 1, false, 0), PSM_FAULT_NO_MAPPING);
	}
	CHECK_EQ(psm_map(&p, 3, &one), 0);
	TRY(translates(b, 3, &one));
	return NULL;
}
