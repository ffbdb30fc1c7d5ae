// SPDX-License-Identifier: Apache-2.0
//
// driver_test.c as a program: the device is at the other end of stdin and stdout, where tb/driver serves it.
//
// A process of its own, because then nothing of the driver's can be anything but C, a crash is a failed test, and the
// sanitizers see all of it. Words go in the byte order of the machine: both ends are on it.
//
//   remote --list
//   remote SCENARIO FEATURES ENTRIES ASIDS GROUPS DEVICES IOVA_W PA_W GRANULE_LOG2

#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum request {
	READ32,
	WRITE32,
	STEP,
	ACCESS,
	RELEASE,
	OFFER,
	UNANSWERED,
	LET_THROUGH,
	IRQ,
	PULSE_RESET,
};

// 32 bytes of question, 16 of answer.
struct question {
	uint32_t request;
	uint32_t a, b, c;
	uint64_t d;
	uint64_t reserved;
};

struct answer {
	uint64_t value;
	uint32_t fault;
	uint32_t tag;
};

static struct answer ask(struct question question)
{
	struct answer answer;

	if (fwrite(&question, sizeof(question), 1, stdout) != 1 || fflush(stdout) != 0 ||
	    fread(&answer, sizeof(answer), 1, stdin) != 1) {
		// The other end has said why.
		fputs("the device is gone\n", stderr);
		exit(2);
	}
	return answer;
}

static uint32_t remote_read32(void *ctx, uint32_t offset)
{
	(void)ctx;
	return (uint32_t)ask((struct question){ .request = READ32, .a = offset }).value;
}

static void remote_write32(void *ctx, uint32_t offset, uint32_t value)
{
	(void)ctx;
	ask((struct question){ .request = WRITE32, .a = offset, .b = value });
}

static void remote_step(void *ctx, uint32_t clocks)
{
	(void)ctx;
	ask((struct question){ .request = STEP, .a = clocks });
}

static int remote_relax(void *ctx, uint32_t polls)
{
	const struct bench *bench = ctx;

	if (polls >= bench->patience)
		return -ETIMEDOUT;
	remote_step(ctx, 5);
	return 0;
}

static struct bench_answer remote_access(void *ctx, uint8_t group, uint64_t iova, uint32_t len, bool write)
{
	struct answer answer =
		ask((struct question){ .request = ACCESS, .a = group, .b = len, .c = write, .d = iova });

	(void)ctx;
	return (struct bench_answer){ .pa = answer.value, .fault = (uint8_t)answer.fault, .tag = answer.tag };
}

static void remote_release(void *ctx, uint32_t tag)
{
	(void)ctx;
	ask((struct question){ .request = RELEASE, .a = tag });
}

static void remote_offer(void *ctx, uint8_t group, uint64_t iova, uint32_t len, bool write)
{
	(void)ctx;
	ask((struct question){ .request = OFFER, .a = group, .b = len, .c = write, .d = iova });
}

static uint32_t remote_unanswered(void *ctx)
{
	(void)ctx;
	return (uint32_t)ask((struct question){ .request = UNANSWERED }).value;
}

static uint32_t remote_let_through(void *ctx)
{
	(void)ctx;
	return (uint32_t)ask((struct question){ .request = LET_THROUGH }).value;
}

static bool remote_irq(void *ctx)
{
	(void)ctx;
	return ask((struct question){ .request = IRQ }).value != 0;
}

static void remote_pulse_reset(void *ctx, uint8_t device, bool clean)
{
	(void)ctx;
	ask((struct question){ .request = PULSE_RESET, .a = device, .b = clean });
}

static int list(void)
{
	for (size_t i = 0; i < bench_test_count; i++)
		puts(bench_tests[i].name);
	return 0;
}

static const struct bench_test *find(const char *name)
{
	for (size_t i = 0; i < bench_test_count; i++) {
		if (strcmp(bench_tests[i].name, name) == 0)
			return &bench_tests[i];
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const struct bench_test *test;
	const char *wrong;
	struct bench bench = {
		.ops = { .read32 = remote_read32, .write32 = remote_write32, .relax = remote_relax, .ctx = &bench },
		.patience = 2000,
		.ctx = &bench,
		.access = remote_access,
		.release = remote_release,
		.offer = remote_offer,
		.unanswered = remote_unanswered,
		.let_through = remote_let_through,
		.step = remote_step,
		.irq = remote_irq,
		.pulse_reset = remote_pulse_reset,
	};

	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		return list();
	if (argc != 10) {
		fputs("what tb/driver/main.rs gives it as arguments is missing\n", stderr);
		return 2;
	}
	test = find(argv[1]);
	if (!test) {
		fprintf(stderr, "no scenario %s\n", argv[1]);
		return 2;
	}
	bench.built = (struct psm_caps){
		.features = (uint32_t)strtoul(argv[2], NULL, 0),
		.entries = (uint16_t)strtoul(argv[3], NULL, 0),
		.asids = (uint8_t)strtoul(argv[4], NULL, 0),
		.groups = (uint8_t)strtoul(argv[5], NULL, 0),
		.devices = (uint8_t)strtoul(argv[6], NULL, 0),
		.iova_w = (uint8_t)strtoul(argv[7], NULL, 0),
		.pa_w = (uint8_t)strtoul(argv[8], NULL, 0),
		.granule_log2 = (uint8_t)strtoul(argv[9], NULL, 0),
	};
	wrong = test->run(&bench);
	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		return 1;
	}
	return 0;
}
