// SPDX-License-Identifier: Apache-2.0
//
// Finding the device, and single mappings.

#include "check.h"

#include <errno.h>

struct forged {
	struct bench *bench;
	uint32_t offset, value;
};

static uint32_t forged_read32(void *ctx, uint32_t offset)
{
	struct forged *forged = ctx;

	if (offset == forged->offset)
		return forged->value;
	return forged->bench->ops.read32(forged->bench->ops.ctx, offset);
}

static void no_write32(void *ctx, uint32_t offset, uint32_t value)
{
	(void)offset, (void)value;
	// Probing changes nothing: there is nothing that a write could be.
	((struct forged *)ctx)->offset = UINT32_MAX;
}

const char *probing(struct bench *b)
{
	struct forged forged = { .bench = b };
	struct psm_ops ops = { .read32 = forged_read32, .write32 = no_write32, .relax = b->ops.relax, .ctx = &forged };
	struct psm p;

	forged.offset = REG(LOCK); // some register that probing has no use for
	CHECK_EQ(psm_probe(&p, &ops), 0);
	CHECK_EQ(forged.offset, REG(LOCK));
	CHECK_EQ(p.caps.features, b->built.features);
	CHECK_EQ(p.caps.entries, b->built.entries);
	CHECK_EQ(p.caps.asids, b->built.asids);
	CHECK_EQ(p.caps.groups, b->built.groups);
	CHECK_EQ(p.caps.devices, b->built.devices);
	CHECK_EQ(p.caps.iova_w, b->built.iova_w);
	CHECK_EQ(p.caps.pa_w, b->built.pa_w);
	CHECK_EQ(p.caps.granule_log2, b->built.granule_log2);

	forged = (struct forged){ .bench = b, .offset = REG(ID), .value = UINT32_MAX };
	CHECK_EQ(psm_probe(&p, &ops), -ENODEV);
	forged = (struct forged){ .bench = b, .offset = REG(VERSION), .value = UINT32_C(2) << 16 };
	CHECK_EQ(psm_probe(&p, &ops), -ENODEV);
	// Additions are compatible.
	forged.value = UINT32_C(1) << 16 | 0xffff;
	CHECK_EQ(psm_probe(&p, &ops), 0);
	return NULL;
}

const char *power_on(struct bench *b)
{
	struct psm p;

	CHECK(!b->irq(b->ctx));
	CHECK_EQ(peek(b, REG(STATUS)), 0);
	CHECK_EQ(peek(b, REG(LOCK)), 0);
	CHECK_EQ(peek(b, REG(IRQ_ENABLE)), 0);
	CHECK_EQ(psm_probe(&p, &b->ops), 0);
	for (uint8_t a = 0; a < p.caps.asids; a++)
		CHECK_EQ(psm_mode(&p, a), PSM_MODE_BLOCKED);
	for (uint8_t g = 0; g < p.caps.groups; g++)
		CHECK_EQ(dma(b, g, 0, 1, false, 0), PSM_FAULT_GROUP);
	CHECK_EQ(psm_group_asid(&p, 1, 2), 0);
	CHECK_EQ(dma(b, 1, 0, 1, false, 0), PSM_FAULT_BLOCKED);
	CHECK_EQ(dma(b, p.caps.groups, 0, 1, false, 0), PSM_FAULT_GROUP);
	return NULL;
}

const char *map_and_unmap(struct bench *b)
{
	const struct psm_entry all = { .start = 0, .last = UINT64_MAX, .pa = 0, .perm = PSM_PERM_READ };
	struct psm_entry set[4] = { pages(1, 1, RW), pages(2, 3, PSM_PERM_READ), pages(8, 1, PSM_PERM_WRITE), pages(16, 2, 0) };
	struct psm_entry other = pages(1, 1, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	// In no order: the device keeps them sorted.
	for (int i = 3; i >= 0; i--)
		CHECK_EQ(psm_map(&p, 1, &set[i]), 0);
	other.pa = UINT64_C(0x123456789000);
	CHECK_EQ(psm_map(&p, 2, &other), 0);
	for (int i = 0; i < 4; i++)
		TRY(translates(b, 1, &set[i]));
	TRY(translates(b, 2, &other));
	CHECK_EQ(dma(b, 1, 6 * PAGE, 1, false, 0), PSM_FAULT_NO_MAPPING);
	CHECK_EQ(dma(b, 3, PAGE, 1, false, 0), PSM_FAULT_NO_MAPPING);
	TRY(holds(&p, 1, set, 4));
	TRY(holds(&p, 2, &other, 1));

	// A hole: nothing, and no error.
	CHECK_EQ(psm_unmap(&p, 1, 6 * PAGE, 7 * PAGE - 1), 0);
	TRY(holds(&p, 1, set, 4));
	// One byte of an entry: all of it.
	CHECK_EQ(psm_unmap(&p, 1, 3 * PAGE, 3 * PAGE), 0);
	CHECK_EQ(dma(b, 1, 2 * PAGE, 1, false, 0), PSM_FAULT_NO_MAPPING);
	CHECK_EQ(dma(b, 1, 5 * PAGE - 1, 1, false, 0), PSM_FAULT_NO_MAPPING);
	set[1] = set[2], set[2] = set[3];
	TRY(holds(&p, 1, set, 3));
	TRY(holds(&p, 2, &other, 1));
	CHECK_EQ(psm_unmap(&p, 1, 0, UINT64_MAX), 0);
	TRY(holds(&p, 1, NULL, 0));
	CHECK_EQ(psm_mode(&p, 1), PSM_MODE_MAPPED);

	CHECK_EQ(psm_map(&p, 1, &all), 0);
	CHECK_EQ(dma(b, 1, UINT64_MAX, 1, false, UINT64_MAX), PSM_FAULT_NONE);
	CHECK_EQ(dma(b, 1, UINT64_MAX, 2, false, 0), PSM_FAULT_OVERFLOW);
	CHECK_EQ(dma(b, 1, 5, 1, true, 0), PSM_FAULT_PERMISSION);
	TRY(holds(&p, 1, &all, 1));
	return NULL;
}

const char *refusals(struct bench *b)
{
	const struct psm_entry set[2] = { pages(4, 2, RW), pages(8, 1, RW) };
	struct psm_entry e;
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK_EQ(psm_set_map(&p, 1, set, 2), 0);

	// Touching an entry on either side is fine; any byte in common is not.
	for (int i = 0; i < 4; i++) {
		const struct psm_entry overlap[4] = { pages(4, 2, RW), pages(5, 1, RW), pages(3, 2, RW), pages(0, 64, RW) };

		CHECK_EQ(psm_map(&p, 1, &overlap[i]), -EEXIST);
	}
	e = pages(6, 2, RW);
	CHECK_EQ(psm_map(&p, 1, &e), 0);
	CHECK_EQ(psm_unmap(&p, 1, e.start, e.last), 0);

	e = (struct psm_entry){ .start = 1, .last = 0, .perm = RW };
	CHECK_EQ(psm_map(&p, 1, &e), -EINVAL);
	CHECK_EQ(p.code, PSM_CODE_INVAL_RANGE);
	if (p.caps.pa_w == 64) {
		e = (struct psm_entry){ .start = 0, .last = PAGE - 1, .pa = UINT64_MAX - 5, .perm = RW };
		CHECK_EQ(psm_map(&p, 1, &e), -EINVAL);
		CHECK_EQ(p.code, PSM_CODE_INVAL_PA);
	}
	e = pages(32, 1, RW);
	CHECK_EQ(psm_map(&p, p.caps.asids, &e), -EINVAL);
	CHECK_EQ(psm_map(&p, 0xff, &e), -EINVAL);
	CHECK_EQ(p.code, PSM_CODE_INVAL_ASID);
	CHECK_EQ(psm_group_asid(&p, p.caps.groups, 0), -EINVAL);
	CHECK_EQ(p.code, PSM_CODE_INVAL_GROUP);
	CHECK_EQ(psm_group_asid(&p, 0, p.caps.asids), -EINVAL);
	CHECK_EQ(psm_device_reset(&p, p.caps.devices, true), -EINVAL);
	CHECK_EQ(p.code, PSM_CODE_INVAL_DEVICE);
	// CMD.target has seven bits: 128 must not become 0.
	CHECK_EQ(psm_quiesce(&p, 0x80), -EINVAL);
	CHECK_EQ(psm_group_asid(&p, 0x81, 3), -EINVAL);
	CHECK_EQ(psm_device_reset(&p, 0x80, true), -EINVAL);
	CHECK_EQ(psm_reset_map(&p, 0x80), -EINVAL);
	TRY(holds(&p, 1, set, 2));
	for (uint8_t g = 0; g < p.caps.groups; g++)
		CHECK_EQ(peek(b, REG(GROUP) + 4u * g), UINT32_C(0x80000000) | g);
	return NULL;
}

const char *no_space(struct bench *b)
{
	struct psm_entry e;
	struct psm p;

	TRY(bring_up(b, &p));
	TRY(fill(&p, 1, 0, p.caps.entries - 2u));
	e = pages(1, 1, RW);
	CHECK_EQ(psm_map(&p, 2, &e), 0);

	// A limit counts what lives in the one address space.
	psm_set_limit(&p, 2, 1);
	e = pages(3, 1, RW);
	CHECK_EQ(psm_map(&p, 2, &e), -ENOSPC);
	CHECK_EQ(p.code, PSM_CODE_NOSPC_LIMIT);
	psm_set_limit(&p, 2, PSM_NO_LIMIT);
	CHECK_EQ(psm_map(&p, 2, &e), 0);
	e = pages(5, 1, RW);
	CHECK_EQ(psm_map(&p, 2, &e), -ENOSPC);
	CHECK_EQ(p.code, PSM_CODE_NOSPC_TABLE);
	// What overlaps is told as that, full or not.
	e = pages(3, 1, RW);
	CHECK_EQ(psm_map(&p, 2, &e), -EEXIST);
	// What a reset leaves behind takes no room.
	CHECK_EQ(psm_reset_map(&p, 1), 0);
	TRY(fill(&p, 3, 100, p.caps.entries - 2u));
	CHECK_EQ(psm_count(&p, 2), 2);
	return NULL;
}

const char *map_batch(struct bench *b)
{
	struct psm_entry entries[80], kept[80];
	uint8_t codes[80];
	uint32_t count = 0, mapped = 0;
	struct psm p;

	TRY(bring_up(b, &p));
	CHECK(p.caps.entries <= 64);
	// 40 that fit, in falling blocks of 5, one after each block that overlaps it; and then too many.
	for (uint32_t block = 8; block-- > 0;) {
		for (uint32_t i = 0; i < 5; i++)
			entries[count++] = pages(100 * block + 2 * i, 1, RW);
		entries[count++] = pages(100 * block + 4, 1, RW);
	}
	CHECK_EQ(psm_map_batch(&p, 1, entries, count, codes), 0);
	for (uint32_t i = 0; i < count; i++)
		CHECK_EQ(codes[i], i % 6 == 5 ? PSM_CODE_EXIST : PSM_CODE_OK);
	for (uint32_t block = 0; block < 8; block++) {
		for (uint32_t i = 0; i < 5; i++)
			kept[mapped++] = pages(100 * block + 2 * i, 1, RW);
	}
	TRY(holds(&p, 1, kept, mapped));
	for (uint32_t i = 0; i < mapped; i += 7)
		TRY(translates(b, 1, &kept[i]));

	count = p.caps.entries - mapped + 3;
	for (uint32_t i = 0; i < count; i++)
		entries[i] = pages(1000 + 2 * i, 1, RW);
	CHECK_EQ(psm_map_batch(&p, 2, entries, count, codes), 0);
	for (uint32_t i = 0; i < count; i++)
		CHECK_EQ(codes[i], i + 3 < count ? PSM_CODE_OK : PSM_CODE_NOSPC_TABLE);
	TRY(holds(&p, 2, entries, count - 3));
	TRY(holds(&p, 1, kept, mapped));
	return NULL;
}
