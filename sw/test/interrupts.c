// SPDX-License-Identifier: Apache-2.0
//
// Doorbells at the wrong time, and interrupts at the worst.

#include "check.h"

#include <errno.h>

const char *doorbell_while_busy(struct bench *b)
{
	const struct psm_entry one = pages(200, 2, RW), two = pages(210, 2, RW);
	const uint32_t map = PSM_OP_MAP | RW << IOMMU__CMD__PERM_bp | 1u << IOMMU__CMD__ASID_bp;
	uint32_t seq;
	struct psm p;

	TRY(bring_up(b, &p));
	TRY(fill(&p, 1, 0, p.caps.entries - 8u));
	seq = peek(b, REG(RESULT)) >> 16;
	CHECK(!(peek(b, REG(IRQ_STATUS)) & BIT_OF(IRQ_STATUS__DOORBELL_BUSY)));
	poke(b, REG(ARG_IOVA), (uint32_t)one.start);
	poke(b, REG(ARG_IOVA) + 4, 0);
	poke(b, REG(ARG_LAST), (uint32_t)one.last);
	poke(b, REG(ARG_LAST) + 4, 0);
	poke(b, REG(ARG_PA), (uint32_t)one.pa);
	poke(b, REG(ARG_PA) + 4, (uint32_t)(one.pa >> 32));
	poke(b, REG(CMD), map);
	poke(b, REG(ARG_IOVA), (uint32_t)two.start);
	poke(b, REG(ARG_LAST), (uint32_t)two.last);
	poke(b, REG(CMD), map);
	CHECK(peek(b, REG(STATUS)) & BIT_OF(STATUS__BUSY));
	CHECK(peek(b, REG(IRQ_STATUS)) & BIT_OF(IRQ_STATUS__DOORBELL_BUSY));
	while (peek(b, REG(STATUS)) & BIT_OF(STATUS__BUSY))
		b->step(b->ctx, 4);
	CHECK_EQ(peek(b, REG(RESULT)) >> 16, (seq + 1) & 0xffff);
	TRY(translates(b, 1, &one));
	CHECK_EQ(dma(b, 1, two.start, 1, false, 0), PSM_FAULT_NO_MAPPING);
	// A driver that was not told of that command says so, once.
	CHECK_EQ(psm_map(&p, 1, &two), -EIO);
	CHECK_EQ(psm_unmap(&p, 1, two.start, two.last), 0);
	CHECK_EQ(psm_map(&p, 1, &two), 0);
	TRY(translates(b, 1, &two));
	return NULL;
}

static void begin_of_another(struct tap *tap)
{
	tap->bench->ops.write32(tap->bench->ops.ctx, REG(CMD), PSM_OP_SET_MAP_BEGIN | 2u << IOMMU__CMD__ASID_bp);
}

// Two drivers on one device, which must not be: the one whose doorbell is lost gets no answer that is not its own.
const char *a_lost_doorbell_is_noticed(struct bench *b)
{
	const struct psm_entry one = pages(200, 2, RW);
	struct psm p;

	TRY(bring_up(b, &p));
	TRY(fill(&p, 1, 0, p.caps.entries - 8u));
	for (uint32_t at = 1; at <= 7; at++) {
		struct tap tap = { .bench = b, .countdown = at, .event = begin_of_another };

		tap_into(&tap, &p);
		CHECK_EQ(psm_map(&p, 1, &one), -EIO);
		CHECK_EQ(tap.countdown, 0);
		p.ops = b->ops;
		CHECK_EQ(psm_set_map_abort(&p, 2), 0);
		CHECK_EQ(dma(b, 1, one.start, 1, false, 0), PSM_FAULT_NO_MAPPING);
	}
	CHECK_EQ(psm_map(&p, 1, &one), 0);
	return NULL;
}

// A wait that was given up on leaves the driver able to go on, with answers of its own.
const char *giving_up(struct bench *b)
{
	// They descend, so that each takes a pass: the device is busy for longer than a driver takes to ring again.
	const struct psm_entry ones[3] = { pages(206, 2, RW), pages(203, 2, RW), pages(200, 2, RW) };
	const struct psm_entry two = pages(210, 2, RW);
	uint8_t codes[3];
	struct psm p;

	TRY(bring_up(b, &p));
	TRY(fill(&p, 1, 0, p.caps.entries - 8u));
	b->patience = 0;
	CHECK_EQ(psm_map_batch(&p, 1, ones, 3, codes), -ETIMEDOUT);
	CHECK_EQ(psm_map(&p, 1, &two), -ETIMEDOUT);
	b->patience = 2000;
	CHECK_EQ(psm_map(&p, 1, &two), 0);
	for (int i = 0; i < 3; i++)
		TRY(translates(b, 1, &ones[i]));
	TRY(translates(b, 1, &two));
	return NULL;
}

// What the system does with a level: the handler runs as long as the line is up. Returns how often, or -1 if that does
// not end or was not this device.
static int service(struct bench *b, struct psm *p, struct psm_events *last, uint32_t *handled)
{
	for (int runs = 0; runs < 20; runs++) {
		struct psm_events events;

		b->step(b->ctx, 8);
		if (!b->irq(b->ctx))
			return runs;
		if (!psm_irq(p, &events))
			return -1;
		*last = events;
		*handled |= events.causes;
	}
	return -1;
}

// Two drains end; the second one in front of access number `at` of the handler of the first, `clocks` clocks before.
static const char *race(struct bench *b, struct psm *p, uint32_t at, uint32_t clocks, bool *hit)
{
	const struct psm_entry one = pages(4, 2, RW);
	struct psm_events last = { .draining = 0xffff };
	uint32_t handled = 0;
	struct bench_answer in_flight[2];
	struct tap tap = { .bench = b, .clocks = clocks, .event = release_tag };

	for (uint8_t i = 0; i < 2; i++) {
		CHECK_EQ(psm_set_map(p, i + 1u, &one, 1), 0);
		CHECK_EQ(psm_wait_drained(p, (uint16_t)(2u << i)), 0);
		in_flight[i] = b->access(b->ctx, i + 1u, one.start, 64, true);
		CHECK_EQ(in_flight[i].fault, PSM_FAULT_NONE);
		CHECK_EQ(psm_reset_map(p, i + 1u), 0);
	}
	// What ended while this was set up.
	poke(b, REG(IRQ_STATUS), UINT32_MAX);
	b->step(b->ctx, 4);
	CHECK(!b->irq(b->ctx));
	CHECK_EQ(psm_draining(p), 0x6);
	b->release(b->ctx, in_flight[0].tag);
	b->step(b->ctx, 8);
	CHECK(b->irq(b->ctx));

	tap.tag = in_flight[1].tag;
	tap.countdown = at;
	tap_into(&tap, p);
	CHECK(service(b, p, &last, &handled) >= 1);
	p->ops = b->ops;
	*hit = tap.countdown == 0;
	if (!*hit) {
		b->release(b->ctx, in_flight[1].tag);
		b->step(b->ctx, 8);
		CHECK(service(b, p, &last, &handled) >= 1);
	}
	// The line is down, so nobody will look again: the last look must have seen both.
	CHECK_EQ(psm_draining(p), 0);
	CHECK_EQ(last.draining, 0);
	CHECK_EQ(handled, BIT_OF(IRQ_STATUS__DRAINED));
	return NULL;
}

const char *interrupt_races(struct bench *b)
{
	uint32_t accesses = 0;
	bool hit = true;
	struct psm p;

	TRY(bring_up(b, &p));
	psm_irq_enable(&p, BIT_OF(IRQ_ENABLE__DRAINED));
	for (uint32_t at = 1; hit; at++) {
		for (uint32_t clocks = 0; clocks < 8 && hit; clocks++)
			TRY(race(b, &p, at, clocks, &hit));
		accesses += hit;
	}
	// The handler reads the causes, acknowledges them, and looks: the event was in front of each.
	CHECK(accesses >= 3);
	return NULL;
}

const char *interrupt_masks(struct bench *b)
{
	const uint32_t done = BIT_OF(IRQ_ENABLE__CMD_DONE), busy = BIT_OF(IRQ_ENABLE__DOORBELL_BUSY);
	struct psm_events events;
	struct psm p;

	TRY(bring_up(b, &p));
	// A cause that is not enabled is nobody's interrupt, and stays for who polls it.
	CHECK_EQ(psm_reset_map(&p, 1), 0);
	b->step(b->ctx, 8);
	CHECK(!b->irq(b->ctx));
	CHECK(!psm_irq(&p, &events));
	CHECK(peek(b, REG(IRQ_STATUS)) & done);
	psm_irq_enable(&p, busy);
	CHECK(!b->irq(b->ctx));
	CHECK(!psm_irq(&p, &events));
	CHECK(peek(b, REG(IRQ_STATUS)) & done);
	// Enabling shows what has been waiting.
	psm_irq_enable(&p, done);
	CHECK(b->irq(b->ctx));
	CHECK(psm_irq(&p, &events));
	CHECK_EQ(events.causes, done);
	CHECK(!b->irq(b->ctx));
	// A refused command completes like any other.
	CHECK_EQ(psm_reset_map(&p, 0xff), -EINVAL);
	b->step(b->ctx, 8);
	CHECK(b->irq(b->ctx));
	CHECK(psm_irq(&p, &events));
	psm_irq_enable(&p, 0);
	CHECK_EQ(psm_reset_map(&p, 1), 0);
	b->step(b->ctx, 8);
	CHECK(!b->irq(b->ctx));
	return NULL;
}
