// SPDX-License-Identifier: Apache-2.0
//
// The fault queue: what it says, when it interrupts, and that nothing is lost between the two. And damaged words.

#include "check.h"

#include <errno.h>

// AS 1: a page that may be read, with nothing behind it. AS 2 is BLOCKED.
static const char *provoke_with(struct bench *b, struct psm *p)
{
	const struct psm_entry one = pages(4, 1, PSM_PERM_READ);

	TRY(bring_up(b, p));
	CHECK_EQ(psm_map(p, 1, &one), 0);
	CHECK_EQ(psm_reset_map(p, 2), 0);
	return NULL;
}

// A fault at page `page`.
static void miss(struct bench *b, uint32_t page)
{
	b->release(b->ctx, b->access(b->ctx, 1, (uint64_t)page * PAGE, 1, false).tag);
}

const char *fault_records(struct bench *b)
{
	static const struct psm_fault faults[] = {
		{ .iova = 9 * PAGE, .group = 1, .asid = 1, .len_m1 = 63, .reason = PSM_FAULT_NO_MAPPING },
		{ .iova = 4 * PAGE, .group = 1, .asid = 1, .len_m1 = 0, .reason = PSM_FAULT_PERMISSION, .write = true },
		{ .iova = 5 * PAGE - 1, .group = 1, .asid = 1, .len_m1 = 4095, .reason = PSM_FAULT_CROSSING },
		{ .iova = UINT64_MAX, .group = 1, .asid = 1, .len_m1 = 1, .reason = PSM_FAULT_OVERFLOW, .write = true },
		{ .iova = 4 * PAGE, .group = 2, .asid = 2, .len_m1 = 7, .reason = PSM_FAULT_BLOCKED },
		{ .iova = 0x123, .group = 0xfe, .asid = 0, .len_m1 = 7, .reason = PSM_FAULT_GROUP },
	};
	const uint32_t count = sizeof(faults) / sizeof(faults[0]);
	struct psm_fault fault;
	uint32_t raised, dropped;
	struct psm p;

	TRY(provoke_with(b, &p));
	CHECK(!psm_fault_pop(&p, &fault));
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < count; i++) {
			CHECK_EQ(dma(b, faults[i].group, faults[i].iova, faults[i].len_m1 + 1u, faults[i].write, 0),
				 faults[i].reason);
			// What translates leaves no record.
			CHECK_EQ(dma(b, 1, 4 * PAGE, 1, false, pages(4, 1, 0).pa), PSM_FAULT_NONE);
		}
		psm_fault_counts(&p, &raised, &dropped);
		CHECK_EQ(raised, (uint32_t)(round + 1) * count);
		CHECK_EQ(dropped, 0);
		for (uint32_t i = 0; i < count; i++) {
			CHECK(psm_fault_pop(&p, &fault));
			CHECK_EQ(fault.seq, (uint32_t)round * count + i);
			CHECK_EQ(fault.reason, faults[i].reason);
			CHECK_EQ(fault.iova, faults[i].iova);
			CHECK_EQ(fault.len_m1, faults[i].len_m1);
			CHECK_EQ(fault.group, faults[i].group);
			CHECK_EQ(fault.asid, faults[i].asid);
			CHECK_EQ(fault.write, faults[i].write);
		}
		CHECK(!psm_fault_pop(&p, &fault));
	}

	// A storm: the oldest are kept, the others counted. Numbers show the gap.
	for (uint32_t i = 0; i < p.caps.fault_records + 5u; i++)
		miss(b, 100 + i);
	psm_fault_counts(&p, &raised, &dropped);
	CHECK_EQ(raised, 2 * count + p.caps.fault_records + 5u);
	CHECK_EQ(dropped, 5);
	CHECK(psm_fault_pop(&p, &fault));
	CHECK_EQ(fault.iova, 100 * PAGE);
	miss(b, 50);
	for (uint32_t i = 1; i < p.caps.fault_records; i++) {
		CHECK(psm_fault_pop(&p, &fault));
		CHECK_EQ(fault.iova, (100 + i) * PAGE);
		CHECK_EQ(fault.seq, 2 * count + i);
	}
	CHECK(psm_fault_pop(&p, &fault));
	CHECK_EQ(fault.iova, 50 * PAGE);
	CHECK_EQ(fault.seq, 2 * count + p.caps.fault_records + 5u);
	CHECK(!psm_fault_pop(&p, &fault));

	// A reason that is masked is counted only.
	psm_fault_config(&p, 1u << PSM_FAULT_NO_MAPPING, 1, 0);
	miss(b, 60);
	CHECK_EQ(dma(b, 2, 0, 1, false, 0), PSM_FAULT_BLOCKED);
	psm_fault_counts(&p, &raised, &dropped);
	CHECK_EQ(dropped, 6);
	CHECK(psm_fault_pop(&p, &fault));
	CHECK_EQ(fault.reason, PSM_FAULT_BLOCKED);
	CHECK(!psm_fault_pop(&p, &fault));
	return NULL;
}

// What the system does with a level, and how many records that brought; -1 if the handler ran more than `most` times.
static int service(struct bench *b, struct psm *p, int most)
{
	int records = 0;

	for (int runs = 0; runs <= most; runs++) {
		struct psm_events events;
		struct psm_fault fault;

		b->step(b->ctx, 8);
		if (!b->irq(b->ctx))
			return records;
		if (!psm_irq(p, &events) || !(events.causes & BIT_OF(IRQ_STATUS__FAULT)))
			return -1;
		for (int budget = 100; budget && psm_fault_pop(p, &fault); budget--)
			records++;
	}
	return -1;
}

const char *fault_coalescing(struct bench *b)
{
	struct psm p;

	TRY(provoke_with(b, &p));
	psm_irq_enable(&p, BIT_OF(IRQ_ENABLE__FAULT));
	// Each record, as at power-on.
	miss(b, 9);
	b->step(b->ctx, 8);
	CHECK(b->irq(b->ctx));
	CHECK_EQ(service(b, &p, 1), 1);

	// Three, or one that is old.
	psm_fault_config(&p, 0, 3, 2000);
	miss(b, 9);
	miss(b, 9);
	b->step(b->ctx, 100);
	CHECK(!b->irq(b->ctx));
	miss(b, 9);
	b->step(b->ctx, 8);
	CHECK(b->irq(b->ctx));
	CHECK_EQ(service(b, &p, 1), 3);
	miss(b, 9);
	b->step(b->ctx, 1000);
	CHECK(!b->irq(b->ctx));
	b->step(b->ctx, 1100);
	CHECK(b->irq(b->ctx));
	CHECK_EQ(service(b, &p, 1), 1);

	// A threshold that the queue cannot reach interrupts when it is full.
	psm_fault_config(&p, 0, 255, 0);
	for (uint32_t i = 1; i < p.caps.fault_records; i++)
		miss(b, 9);
	b->step(b->ctx, 100);
	CHECK(!b->irq(b->ctx) || p.caps.fault_records > 255);
	miss(b, 9);
	b->step(b->ctx, 8);
	CHECK(b->irq(b->ctx));
	CHECK_EQ(service(b, &p, 1), p.caps.fault_records);
	return NULL;
}

static void another_miss(struct tap *tap)
{
	miss(tap->bench, 77);
}

// A second fault in front of any register access of the handler of the first: both are taken before the line stays down.
const char *fault_races(struct bench *b)
{
	bool hit = true;
	uint32_t accesses = 0;
	struct psm p;

	TRY(provoke_with(b, &p));
	psm_irq_enable(&p, BIT_OF(IRQ_ENABLE__FAULT));
	for (uint32_t at = 1; hit; at++) {
		for (uint32_t clocks = 0; clocks < 6 && hit; clocks++) {
			struct tap tap = { .bench = b, .countdown = at, .clocks = clocks, .event = another_miss };
			int records;

			miss(b, 9);
			tap_into(&tap, &p);
			records = service(b, &p, 2);
			p.ops = b->ops;
			hit = tap.countdown == 0;
			CHECK_EQ(records, hit ? 2 : 1);
			CHECK_EQ(peek(b, REG(FAULT_INFO)) >> IOMMU__FAULT_INFO__WAITING_bp, 0);
		}
		accesses += hit;
	}
	CHECK(accesses >= 8);
	return NULL;
}

// A damaged word faults what depends on it, and nothing else; RECOVER takes it out, and the entry is mapped again.
const char *damage(struct bench *b)
{
	const struct psm_entry set[3] = { pages(4, 1, RW), pages(8, 1, RW), pages(12, 1, RW) };
	const uint32_t payload_of_entry_0 = 3u << IOMMU__INJECT__WHAT_bp | 3u << IOMMU__INJECT__PLACE_bp;
	struct psm_events events;
	struct psm_fault fault;
	struct psm_slot slot;
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_set_map(&p, 1, set, 2), 0);
	CHECK_EQ(psm_map(&p, 2, &set[0]), 0);
	psm_irq_enable(&p, BIT_OF(IRQ_ENABLE__PARITY));
	poke(b, REG(INJECT), payload_of_entry_0);
	CHECK_EQ(psm_map(&p, 1, &set[2]), 0);
	CHECK_EQ(peek(b, REG(INJECT)) & BIT_OF(INJECT__WHAT), 0);

	CHECK_EQ(dma(b, 1, set[0].start, 4, false, 0), PSM_FAULT_PARITY);
	TRY(translates(b, 1, &set[1]));
	TRY(translates(b, 1, &set[2]));
	TRY(translates(b, 2, &set[0]));
	CHECK(b->irq(b->ctx));
	CHECK(psm_irq(&p, &events));
	CHECK_EQ(events.causes, BIT_OF(IRQ_STATUS__PARITY));
	CHECK(peek(b, REG(PARITY_COUNT)) & BIT_OF(PARITY_COUNT__LOOKUPS));
	CHECK(psm_fault_pop(&p, &fault));
	CHECK_EQ(fault.reason, PSM_FAULT_PARITY);
	CHECK_EQ(fault.iova, set[0].start);
	CHECK_EQ(psm_read_entry(&p, 0, &slot), 0);
	CHECK(slot.poison);

	CHECK_EQ(psm_set_map_begin(&p, 2), 0);
	CHECK_EQ(psm_recover(&p, 1), -EBUSY);
	CHECK_EQ(psm_set_map_abort(&p, 2), 0);
	CHECK_EQ(psm_recover(&p, 2), 0);
	CHECK_EQ(psm_count(&p, 1), 3);
	CHECK_EQ(psm_recover(&p, 1), 0);
	TRY(holds(&p, 1, &set[1], 2));
	TRY(holds(&p, 2, &set[0], 1));
	CHECK_EQ(dma(b, 1, set[0].start, 4, false, 0), PSM_FAULT_NO_MAPPING);
	CHECK_EQ(psm_map(&p, 1, &set[0]), 0);
	TRY(translates(b, 1, &set[0]));
	TRY(holds(&p, 1, set, 3));
	return NULL;
}
