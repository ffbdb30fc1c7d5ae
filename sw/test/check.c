// SPDX-License-Identifier: Apache-2.0

#include "check.h"

#include <errno.h>
#include <stdio.h>

const char *differs(const char *what, long long value, long long expected)
{
	static char text[400];

	snprintf(text, sizeof(text), "%s is %lld (%#llx), expected %lld (%#llx)", what, value,
		 (unsigned long long)value, expected, (unsigned long long)expected);
	return text;
}

uint32_t peek(struct bench *b, uint32_t offset)
{
	return b->ops.read32(b->ops.ctx, offset);
}

void poke(struct bench *b, uint32_t offset, uint32_t value)
{
	b->ops.write32(b->ops.ctx, offset, value);
}

struct psm_entry pages(uint64_t page, uint64_t count, uint8_t perm)
{
	return (struct psm_entry){
		.start = page * PAGE,
		.last = (page + count) * PAGE - 1,
		.pa = UINT64_C(0x4000000000) + page * 0x10 * PAGE,
		.perm = perm,
	};
}

int dma(struct bench *b, uint8_t group, uint64_t iova, uint32_t len, bool write, uint64_t pa)
{
	struct bench_answer answer = b->access(b->ctx, group, iova, len, write);

	b->release(b->ctx, answer.tag);
	if (answer.fault == PSM_FAULT_NONE && answer.pa != pa)
		return -1;
	return answer.fault;
}

const char *translates(struct bench *b, uint8_t group, const struct psm_entry *e)
{
	uint64_t size = e->last - e->start;
	int read = e->perm & PSM_PERM_READ ? PSM_FAULT_NONE : PSM_FAULT_PERMISSION;
	int write = e->perm & PSM_PERM_WRITE ? PSM_FAULT_NONE : PSM_FAULT_PERMISSION;

	CHECK_EQ(dma(b, group, e->start, 1, false, e->pa), read);
	CHECK_EQ(dma(b, group, e->start, 64, true, e->pa), write);
	CHECK_EQ(dma(b, group, e->last, 1, false, e->pa + size), read);
	CHECK_EQ(dma(b, group, e->last, 1, true, e->pa + size), write);
	if (e->perm & PSM_PERM_READ)
		CHECK_EQ(dma(b, group, e->last, 2, false, 0), PSM_FAULT_CROSSING);
	return NULL;
}

const char *bring_up(struct bench *b, struct psm *p)
{
	CHECK_EQ(psm_probe(p, &b->ops), 0);
	CHECK_EQ(psm_start(p), 0);
	for (uint8_t g = 0; g < p->caps.groups; g++)
		CHECK_EQ(psm_group_asid(p, g, g), 0);
	return NULL;
}

const char *fill(struct psm *p, uint8_t asid, uint64_t page, uint32_t count)
{
	CHECK_EQ(psm_set_map_begin(p, asid), 0);
	for (uint32_t i = 0; i < count; i++) {
		struct psm_entry e = pages(page + 2 * i, 1, RW);

		CHECK_EQ(psm_set_map_entry(p, asid, &e), 0);
	}
	CHECK_EQ(psm_set_map_commit(p, asid), 0);
	return NULL;
}

const char *holds(struct psm *p, uint8_t asid, const struct psm_entry *entries, uint32_t count)
{
	uint32_t found = 0;
	struct psm_slot slot;
	int err = 0;

	for (uint32_t index = 0; (err = psm_read_entry(p, index, &slot)) == 0; index++) {
		CHECK(!slot.poison);
		if (!slot.live || slot.asid != asid)
			continue;
		CHECK(found < count);
		CHECK_EQ(slot.entry.start, entries[found].start);
		CHECK_EQ(slot.entry.last, entries[found].last);
		CHECK_EQ(slot.entry.pa, entries[found].pa);
		CHECK_EQ(slot.entry.perm, entries[found].perm);
		found++;
	}
	CHECK_EQ(err, -ENOENT);
	CHECK_EQ(found, count);
	CHECK_EQ(psm_count(p, asid), count);
	return NULL;
}

static void tap_access(struct tap *tap)
{
	if (tap->countdown && --tap->countdown == 0) {
		tap->event(tap);
		tap->bench->step(tap->bench->ctx, tap->clocks);
	}
}

static uint32_t tap_read32(void *ctx, uint32_t offset)
{
	struct tap *tap = ctx;

	tap_access(tap);
	return tap->bench->ops.read32(tap->bench->ops.ctx, offset);
}

static void tap_write32(void *ctx, uint32_t offset, uint32_t value)
{
	struct tap *tap = ctx;

	tap_access(tap);
	tap->bench->ops.write32(tap->bench->ops.ctx, offset, value);
}

static int tap_relax(void *ctx, uint32_t polls)
{
	struct tap *tap = ctx;

	return tap->bench->ops.relax(tap->bench->ops.ctx, polls);
}

void tap_into(struct tap *tap, struct psm *p)
{
	p->ops = (struct psm_ops){ .read32 = tap_read32, .write32 = tap_write32, .relax = tap_relax, .ctx = tap };
}

void release_tag(struct tap *tap)
{
	tap->bench->release(tap->bench->ctx, tap->tag);
}
