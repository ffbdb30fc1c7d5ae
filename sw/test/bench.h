/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What driver_test.c has beside the driver: a device that was just powered on, seen from all its sides.
 *
 * tb/driver puts the Verilated model behind it (remote.c). On a board it would be a few lines around a DMA master.
 */
#ifndef PERSIMMON_TEST_BENCH_H
#define PERSIMMON_TEST_BENCH_H

#include "persimmon.h"

/* What became of an access. */
struct bench_answer {
	uint64_t pa;   /* of its first byte */
	uint8_t fault; /* enum psm_fault_reason */
	uint32_t tag;  /* for release() */
};

struct bench {
	/* The bus of the device; relax() lets some clocks pass and gives up after `patience` polls. */
	struct psm_ops ops;
	uint32_t patience;
	/* The parameters that this device was built with, by who built it. */
	struct psm_caps built;

	void *ctx;
	/* A DMA access, up to its answer. It is in flight until it is released. */
	struct bench_answer (*access)(void *ctx, uint8_t group, uint64_t iova, uint32_t len, bool write);
	void (*release)(void *ctx, uint32_t tag);
	/* A DMA access that the device may hold. It is released as soon as it is answered. */
	void (*offer)(void *ctx, uint8_t group, uint64_t iova, uint32_t len, bool write);
	/* Accesses offered and not answered. */
	uint32_t (*unanswered)(void *ctx);
	/* How many of those offered were let through, since the last call. */
	uint32_t (*let_through)(void *ctx);
	/* Lets clocks pass. */
	void (*step)(void *ctx, uint32_t clocks);
	/* The interrupt line. */
	bool (*irq)(void *ctx);
	/* The reset pin of a virtio device, with the CLEAN_MAP flag beside it. */
	void (*pulse_reset)(void *ctx, uint8_t device, bool clean);
};

/* Returns what is wrong, or a null pointer. */
typedef const char *bench_scenario(struct bench *bench);

struct bench_test {
	const char *name;
	bench_scenario *run;
};

extern const struct bench_test bench_tests[];
extern const size_t bench_test_count;

#endif
