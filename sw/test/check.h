/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the scenarios share: checks that return an error text, and what most of them do.
 *
 * Expectations are docs/driver.md's. What a scenario writes past the driver, it writes with the generated header.
 */
#ifndef PERSIMMON_TEST_CHECK_H
#define PERSIMMON_TEST_CHECK_H

#include "bench.h"
#include "persimmon_regs.h"

#define SCENARIOS(X)               \
	X(probing)                 \
	X(power_on)                \
	X(map_and_unmap)           \
	X(refusals)                \
	X(no_space)                \
	X(map_batch)               \
	X(set_map)                 \
	X(poisoned_transaction)    \
	X(beside_a_transaction)    \
	X(reset_during_set_map)    \
	X(reset_map)               \
	X(persistence)             \
	X(resets_and_transactions) \
	X(lock)                    \
	X(start_from_any_state)    \
	X(group_moves)             \
	X(drains)                  \
	X(stuck)                   \
	X(quiesce)                 \
	X(fence)                   \
	X(suspend)                 \
	X(doorbell_while_busy)     \
	X(a_lost_doorbell_is_noticed) \
	X(giving_up)               \
	X(interrupt_races)         \
	X(interrupt_masks)         \
	X(fault_records)           \
	X(fault_coalescing)        \
	X(fault_races)             \
	X(damage)

#define DECLARE(name) bench_scenario name;
SCENARIOS(DECLARE)
#undef DECLARE

#define REG(name) ((uint32_t)offsetof(iommu_t, name))
#define BIT_OF(field) ((uint32_t)IOMMU__##field##_bm)

#define STRING(x) #x
#define LINE(x) STRING(x)
#define CHECK(condition)                                                          \
	do {                                                                      \
		if (!(condition))                                                 \
			return __FILE__ ":" LINE(__LINE__) ": not so: " #condition; \
	} while (0)
/* Of two integers; says what the value was. */
#define CHECK_EQ(value, expected)                                                             \
	do {                                                                                  \
		long long value_ = (long long)(value), expected_ = (long long)(expected);     \
		if (value_ != expected_)                                                      \
			return differs(__FILE__ ":" LINE(__LINE__) ": " #value, value_, expected_); \
	} while (0)
/* Of what itself returns an error text. */
#define TRY(call)                            \
	do {                                 \
		const char *wrong_ = (call); \
		if (wrong_)                  \
			return wrong_;       \
	} while (0)

#define PAGE 0x1000u
#define RW (PSM_PERM_READ | PSM_PERM_WRITE)

const char *differs(const char *what, long long value, long long expected);

/* Registers past the driver. */
uint32_t peek(struct bench *b, uint32_t offset);
void poke(struct bench *b, uint32_t offset, uint32_t value);

/* `count` pages at page `page`, to a physical address that no other entry of a scenario has. */
struct psm_entry pages(uint64_t page, uint64_t count, uint8_t perm);
/* A driver on the device, and group g in address space g. */
const char *bring_up(struct bench *b, struct psm *p);
/* `count` entries of a page each, every other page from `page` on. */
const char *fill(struct psm *p, uint8_t asid, uint64_t page, uint32_t count);

/* An access from its acceptance to its release. Returns its fault; the address has to be `pa` if there is none. */
int dma(struct bench *b, uint8_t group, uint64_t iova, uint32_t len, bool write, uint64_t pa);
/* Both ends of an entry translate, by `group`, as its permissions say, and the byte behind it does not follow it. */
const char *translates(struct bench *b, uint8_t group, const struct psm_entry *e);
/* The live entries of `asid` are exactly these, by reading the table back. */
const char *holds(struct psm *p, uint8_t asid, const struct psm_entry *entries, uint32_t count);

/* Something happens in front of one of a driver's register accesses, and some clocks pass between the two. */
struct tap {
	struct bench *bench;
	uint32_t countdown; /* register accesses up to it; 0: it has happened */
	uint32_t clocks;
	void (*event)(struct tap *tap);
	uint32_t tag; /* for release_tag() */
};

/* From here on the driver's accesses are counted. Until the caller gives it the bench's ops again. */
void tap_into(struct tap *tap, struct psm *p);
void release_tag(struct tap *tap);

#endif
