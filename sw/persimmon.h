/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driver of the Persimmon on-chip IOMMU: the register level, and nothing above it.
 *
 * docs/driver.md specifies what it does and why. A parent driver of a kernel calls it from its vdpa_config_ops; firmware
 * calls it as it is. It needs a freestanding C11 compiler, allocates nothing, sleeps nowhere and keeps no table of its
 * own: what is mapped is in the device and in the caller's books.
 *
 * One caller at a time, but for psm_irq(), which may run beside any other function.
 *
 * Functions that return an int return 0 or a negative errno. The code that the device gave is in psm.code then.
 */
#ifndef PERSIMMON_H
#define PERSIMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers of rtl/regs/iommu.rdl: the generated header has its registers and fields, but not its enumerations. */

enum psm_op {
	PSM_OP_MAP = 0x01,
	PSM_OP_UNMAP = 0x02,
	PSM_OP_SET_MAP_BEGIN = 0x03,
	PSM_OP_SET_MAP_ENTRY = 0x04,
	PSM_OP_SET_MAP_COMMIT = 0x05,
	PSM_OP_SET_MAP_ABORT = 0x06,
	PSM_OP_RESET_MAP = 0x07,
	PSM_OP_DEVICE_RESET = 0x08,
	PSM_OP_GROUP_ASID = 0x09,
	PSM_OP_QUIESCE = 0x0a,
	PSM_OP_RESUME = 0x0b,
	PSM_OP_READ = 0x0c,
	PSM_OP_FENCE = 0x0d,
	PSM_OP_RECOVER = 0x0e,
};

enum psm_code {
	PSM_CODE_OK = 0x00,
	PSM_CODE_BUSY = 0x01,
	PSM_CODE_EXIST = 0x02,
	PSM_CODE_NOSPC_TABLE = 0x03,
	PSM_CODE_NOSPC_LIMIT = 0x04,
	PSM_CODE_INVAL_RANGE = 0x05,
	PSM_CODE_INVAL_ALIGN = 0x06,
	PSM_CODE_INVAL_PA = 0x07,
	PSM_CODE_INVAL_ASID = 0x08,
	PSM_CODE_INVAL_GROUP = 0x09,
	PSM_CODE_INVAL_DEVICE = 0x0a,
	PSM_CODE_INVAL_OP = 0x0b,
	PSM_CODE_INVAL_INDEX = 0x0c,
	PSM_CODE_NO_TXN = 0x0d,
	PSM_CODE_ORDER = 0x0e,
};

enum psm_fault_reason {
	PSM_FAULT_NONE = 0,
	PSM_FAULT_GROUP = 1,
	PSM_FAULT_OVERFLOW = 2,
	PSM_FAULT_BLOCKED = 3,
	PSM_FAULT_PA_WIDTH = 4,
	PSM_FAULT_NO_MAPPING = 5,
	PSM_FAULT_PERMISSION = 6,
	PSM_FAULT_CROSSING = 7,
	PSM_FAULT_BURST = 8,
	PSM_FAULT_PARITY = 9,
};

enum psm_mode {
	PSM_MODE_BLOCKED = 0,
	PSM_MODE_IDENTITY = 1,
	PSM_MODE_MAPPED = 2,
};

enum psm_persist {
	PSM_PERSIST_BY_FLAG = 0,
	PSM_PERSIST_ALWAYS_CLEAN = 1,
	PSM_PERSIST_NEVER_CLEAN = 2,
};

/* struct psm_entry.perm; the device keeps the other bits and looks at none of them. */
#define PSM_PERM_READ 0x01u
#define PSM_PERM_WRITE 0x02u

/* LIMIT: none but the table's. */
#define PSM_NO_LIMIT 0xffffu

/* The bus, as the caller reaches it. */
struct psm_ops {
	/*
	 * 32 bits at a byte offset, as readl() and writel(): a write comes after all that the caller stored to memory before,
	 * accesses arrive in program order, and nothing of what follows a read is done before it has its value.
	 */
	uint32_t (*read32)(void *ctx, uint32_t offset);
	void (*write32)(void *ctx, uint32_t offset, uint32_t value);
	/* Between two polls, with their number. Not 0 ends the wait, and is what the waiting function returns. */
	int (*relax)(void *ctx, uint32_t polls);
	void *ctx;
};

/* What the device was built with: CAP_*. */
struct psm_caps {
	uint32_t features; /* CAP_FEATURES, IOMMU__CAP_FEATURES__*_bm of the generated header */
	uint16_t entries;
	uint16_t fault_records;
	uint8_t asids;
	uint8_t groups;
	uint8_t devices;
	uint8_t ports;
	uint8_t iova_w;
	uint8_t pa_w;
	uint8_t granule_log2;
	uint8_t batch;
};

struct psm {
	struct psm_ops ops;
	struct psm_caps caps;
	uint32_t irq_enable; /* what IRQ_ENABLE holds */
	uint16_t seq;        /* RESULT.seq of the last command that was waited for */
	uint8_t code;        /* RESULT.code of it, enum psm_code */
	bool settled;        /* no command is under way, and `seq` is the device's */
};

/* [start, last] -> pa; `last` is inclusive. */
struct psm_entry {
	uint64_t start;
	uint64_t last;
	uint64_t pa;
	uint8_t perm;
};

/* DEVICE[d]: what a reset of the device does. */
struct psm_policy {
	enum psm_persist persist;
	uint8_t as0;     /* where its groups go; caps.asids or more: nowhere, they fault until they are assigned again */
	uint16_t groups; /* the device's, a bit each */
	uint16_t asids;  /* those that a cleaning reset cleans, a bit each */
};

/* One entry of the table and its address space, of one moment. */
struct psm_slot {
	struct psm_entry entry;
	uint8_t asid;
	bool live;   /* false: left behind by a reset, translates nothing */
	bool poison; /* damaged: what finds it faults */
};

struct psm_fault {
	uint64_t iova;
	uint32_t seq;    /* number of the fault since power-on, from 0; gaps are faults that found no room */
	uint16_t len_m1; /* length in bytes, minus one */
	uint8_t group;
	uint8_t asid;
	uint8_t reason; /* enum psm_fault_reason */
	bool write;
};

/* What psm_irq() found. */
struct psm_events {
	uint32_t causes;   /* bits of IRQ_STATUS */
	uint16_t draining; /* DRAINING, read after the causes were acknowledged */
	uint16_t stuck;    /* new bits of STUCK, acknowledged */
};

/* --- finding it, and a state to start from ------------------------------------------------------------------------ */

/* Reads who it is. Changes nothing. -ENODEV: not a Persimmon, or one whose registers this driver does not know. */
int psm_probe(struct psm *p, const struct psm_ops *ops);

/*
 * From any state, also one that somebody else left, to: interrupts off, no transaction, every address space empty and
 * drained, no limits, no device quiesced. Policies and groups stay. Not 0: accesses to what was mapped may still be
 * going on, and the DMA masters have to be reset first.
 */
int psm_start(struct psm *p);

/* --- policy; -EPERM: it is frozen and is another one ------------------------------------------------------------- */

int psm_set_policy(struct psm *p, uint8_t device, const struct psm_policy *policy);
/* Modes after RESET_MAP and after a cleaning device reset, a bit for each ASID: 0 BLOCKED, 1 IDENTITY. */
int psm_set_modes(struct psm *p, uint16_t init_identity, uint16_t clean_identity);
/* Freezes both until power-on reset. */
int psm_lock(struct psm *p);
void psm_set_limit(struct psm *p, uint8_t asid, uint16_t entries);

/* --- commands: each returns when it is committed, that is, when every access accepted from now on sees it ----------- */

int psm_map(struct psm *p, uint8_t asid, const struct psm_entry *entry);
int psm_unmap(struct psm *p, uint8_t asid, uint64_t iova, uint64_t last);
/* The table of `asid` becomes `entries`, ascending and disjoint; if it cannot, it stays what it was. */
int psm_set_map(struct psm *p, uint8_t asid, const struct psm_entry *entries, size_t count);
int psm_set_map_begin(struct psm *p, uint8_t asid);
int psm_set_map_entry(struct psm *p, uint8_t asid, const struct psm_entry *entry);
int psm_set_map_commit(struct psm *p, uint8_t asid);
int psm_set_map_abort(struct psm *p, uint8_t asid);
int psm_reset_map(struct psm *p, uint8_t asid);
int psm_device_reset(struct psm *p, uint8_t device, bool clean);
int psm_group_asid(struct psm *p, uint8_t group, uint8_t asid);
int psm_quiesce(struct psm *p, uint8_t device);
int psm_resume(struct psm *p, uint8_t device);
int psm_fence(struct psm *p, uint8_t asid);
int psm_recover(struct psm *p, uint8_t asid);

/*
 * Maps `count` entries as far as they go; codes[i] is what became of entries[i], enum psm_code. With posted commands the
 * device merges up to caps.batch of them in one pass. Not 0: the device did not answer, and codes mean nothing.
 */
int psm_map_batch(struct psm *p, uint8_t asid, const struct psm_entry *entries, size_t count, uint8_t *codes);

/* --- reading back -------------------------------------------------------------------------------------------------- */

/* Entry number `index` of the whole table, which is sorted by {asid, start}; -ENOENT: there are not that many. */
int psm_read_entry(struct psm *p, uint32_t index, struct psm_slot *slot);
enum psm_mode psm_mode(struct psm *p, uint8_t asid);
/* Live entries. */
uint16_t psm_count(struct psm *p, uint8_t asid);

/* --- completion ------------------------------------------------------------------------------------------------------ */

/* Address spaces with removals that accesses in flight may not have noticed, a bit each. */
uint16_t psm_draining(struct psm *p);
/*
 * Waits until nothing in flight uses what was removed from `asids` (a bit each) before this call. The memory may be given
 * back then, and what devices wrote there may be read.
 */
int psm_wait_drained(struct psm *p, uint16_t asids);
/* Holds the device's requests and waits until none is in flight in `asids`: .suspend. psm_resume() lets them on. */
int psm_suspend(struct psm *p, uint8_t device, uint16_t asids);
/* Clocks after which an unfinished drain interrupts; 0 for never. */
void psm_set_stuck_clocks(struct psm *p, uint32_t clocks);

/* --- interrupts and faults --------------------------------------------------------------------------------------- */

/* Bits of IRQ_ENABLE, IOMMU__IRQ_ENABLE__*_bm. In force when this returns. */
void psm_irq_enable(struct psm *p, uint32_t causes);
/* For the interrupt handler: acknowledges what is pending and enabled. False: it was not this device. */
bool psm_irq(struct psm *p, struct psm_events *events);
/*
 * Reasons (bits, by enum psm_fault_reason) that are only counted; records that interrupt together, 0 as 1; clocks after
 * which the oldest interrupts alone, 0 for never.
 */
void psm_fault_config(struct psm *p, uint16_t mask, uint8_t threshold, uint32_t clocks);
/* Takes the oldest fault record. False: there is none, and the interrupt of the queue is acknowledged. */
bool psm_fault_pop(struct psm *p, struct psm_fault *fault);
/* Faults so far, modulo 2^32, and how many of them were not recorded. */
void psm_fault_counts(struct psm *p, uint32_t *raised, uint32_t *dropped);

/* The errno, negative or 0, that stands for a code. */
int psm_errno(uint8_t code);

#ifdef __cplusplus
}
#endif

#endif
