// SPDX-License-Identifier: Apache-2.0
//
// The register level of the Persimmon driver. docs/driver.md is its specification; the comments here say what would
// go wrong otherwise.
//
// Of the generated header this uses the offsets of `iommu_t`, which is never laid over the registers: it has 64-bit
// members, and the bus has 32-bit accesses. Fields are its masks (_bm) and positions (_bp).

#include "persimmon.h"

#include <errno.h>

#include "persimmon_regs.h"

#define REG(name) ((uint32_t)offsetof(iommu_t, name))
// Element `index` of an array of registers, whatever `index` is: offsetof() takes constants only.
#define REG_OF(name, index) (REG(name[0]) + (REG(name[1]) - REG(name[0])) * (uint32_t)(index))
#define IN_DEVICE(name, device) (REG(DEVICE[0].name) + (REG(DEVICE[1]) - REG(DEVICE[0])) * (uint32_t)(device))
#define IN_PORT(name, port) (REG(PORT[0].name) + (REG(PORT[1]) - REG(PORT[0])) * (uint32_t)(port))

#define GET(field, value) (((value) & IOMMU__##field##_bm) >> IOMMU__##field##_bp)
#define PUT(field, value) (((uint32_t)(value) << IOMMU__##field##_bp) & IOMMU__##field##_bm)

#define VERSION_MAJOR 1u
// The codes of this many commands can be read: the CODES registers.
#define CODES_KEPT (4u * (uint32_t)(sizeof(((iommu_t *)0)->CODES) / sizeof(uint32_t)))

static uint32_t get(const struct psm *p, uint32_t offset)
{
	return p->ops.read32(p->ops.ctx, offset);
}

static void put(const struct psm *p, uint32_t offset, uint32_t value)
{
	p->ops.write32(p->ops.ctx, offset, value);
}

static uint64_t get64(const struct psm *p, uint32_t offset)
{
	uint64_t low = get(p, offset);

	return low | (uint64_t)get(p, offset + 4) << 32;
}

static void put64(const struct psm *p, uint32_t offset, uint64_t value)
{
	put(p, offset, (uint32_t)value);
	put(p, offset + 4, (uint32_t)(value >> 32));
}

static int relax(const struct psm *p, uint32_t polls)
{
	return p->ops.relax(p->ops.ctx, polls);
}

static bool has(const struct psm *p, uint32_t feature)
{
	return (p->caps.features & feature) != 0;
}

// --- commands -------------------------------------------------------------------------------------------------------

int psm_errno(uint8_t code)
{
	switch (code) {
	case PSM_CODE_OK:
		return 0;
	case PSM_CODE_BUSY:
		return -EBUSY;
	case PSM_CODE_EXIST:
		return -EEXIST;
	case PSM_CODE_NOSPC_TABLE:
	case PSM_CODE_NOSPC_LIMIT:
		return -ENOSPC;
	case PSM_CODE_INVAL_OP:
		return -EOPNOTSUPP;
	case PSM_CODE_INVAL_INDEX:
		return -ENOENT;
	case PSM_CODE_NO_TXN:
		// A reset of its address space has aborted it: nothing is wrong with the arguments.
		return -ECANCELED;
	case PSM_CODE_INVAL_RANGE:
	case PSM_CODE_INVAL_ALIGN:
	case PSM_CODE_INVAL_PA:
	case PSM_CODE_INVAL_ASID:
	case PSM_CODE_INVAL_GROUP:
	case PSM_CODE_INVAL_DEVICE:
	case PSM_CODE_ORDER:
		return -EINVAL;
	default:
		return -EIO;
	}
}

static int wait_idle(const struct psm *p)
{
	uint32_t polls = 0;

	while (GET(STATUS__BUSY, get(p, REG(STATUS)))) {
		int err = relax(p, polls++);

		if (err)
			return err;
	}
	return 0;
}

// Nothing under way, and `seq` known: also after a command that was given up on, or somebody else's.
static int settle(struct psm *p)
{
	int err;

	if (p->settled)
		return 0;
	err = wait_idle(p);
	if (err)
		return err;
	p->seq = (uint16_t)GET(RESULT__SEQ, get(p, REG(RESULT)));
	p->settled = true;
	return 0;
}

// Executes the command whose arguments are written.
static int ring(struct psm *p, enum psm_op op, uint32_t operands)
{
	uint32_t result;
	int err = settle(p);

	if (err)
		return err;
	p->settled = false;
	put(p, REG(CMD), PUT(CMD__OP, op) | operands);
	// Reading STATUS pushes the write of CMD ahead of it, so this cannot see the idle of before.
	err = wait_idle(p);
	if (err)
		return err;
	result = get(p, REG(RESULT));
	// A doorbell that rang while busy is not executed, and RESULT is the other command's.
	if ((uint16_t)GET(RESULT__SEQ, result) != (uint16_t)(p->seq + 1) || GET(RESULT__OP, result) != (uint32_t)op)
		return -EIO;
	p->seq++;
	p->settled = true;
	p->code = (uint8_t)GET(RESULT__CODE, result);
	return psm_errno(p->code);
}

static int ring_asid(struct psm *p, enum psm_op op, uint8_t asid)
{
	return ring(p, op, PUT(CMD__ASID, asid));
}

// A number that CMD has no room for must not become another one.
static int ring_target(struct psm *p, enum psm_op op, uint8_t target, uint32_t operands)
{
	if (PUT(CMD__TARGET, target) >> IOMMU__CMD__TARGET_bp != target)
		return -EINVAL;
	return ring(p, op, PUT(CMD__TARGET, target) | operands);
}

static void put_entry(const struct psm *p, const struct psm_entry *entry)
{
	put64(p, REG(ARG_IOVA), entry->start);
	put64(p, REG(ARG_LAST), entry->last);
	put64(p, REG(ARG_PA), entry->pa);
}

static int ring_entry(struct psm *p, enum psm_op op, uint8_t asid, const struct psm_entry *entry)
{
	// A command that was given up on has its own copy of the arguments: they may be written at any time.
	put_entry(p, entry);
	return ring(p, op, PUT(CMD__ASID, asid) | PUT(CMD__PERM, entry->perm));
}

int psm_map(struct psm *p, uint8_t asid, const struct psm_entry *entry)
{
	return ring_entry(p, PSM_OP_MAP, asid, entry);
}

int psm_unmap(struct psm *p, uint8_t asid, uint64_t iova, uint64_t last)
{
	put64(p, REG(ARG_IOVA), iova);
	put64(p, REG(ARG_LAST), last);
	return ring_asid(p, PSM_OP_UNMAP, asid);
}

int psm_set_map_begin(struct psm *p, uint8_t asid)
{
	return ring_asid(p, PSM_OP_SET_MAP_BEGIN, asid);
}

int psm_set_map_entry(struct psm *p, uint8_t asid, const struct psm_entry *entry)
{
	return ring_entry(p, PSM_OP_SET_MAP_ENTRY, asid, entry);
}

int psm_set_map_commit(struct psm *p, uint8_t asid)
{
	return ring_asid(p, PSM_OP_SET_MAP_COMMIT, asid);
}

int psm_set_map_abort(struct psm *p, uint8_t asid)
{
	return ring_asid(p, PSM_OP_SET_MAP_ABORT, asid);
}

int psm_set_map(struct psm *p, uint8_t asid, const struct psm_entry *entries, size_t count)
{
	int err = psm_set_map_begin(p, asid);

	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		err = psm_set_map_entry(p, asid, &entries[i]);
		if (err) {
			uint8_t code = p->code;

			// Open, it would keep every MAP, UNMAP and SET_MAP out. NO_TXN is as good: a reset was faster.
			if (psm_set_map_abort(p, asid) == 0 || p->code == PSM_CODE_NO_TXN)
				p->code = code;
			return err;
		}
	}
	return psm_set_map_commit(p, asid);
}

int psm_reset_map(struct psm *p, uint8_t asid)
{
	return ring_asid(p, PSM_OP_RESET_MAP, asid);
}

int psm_device_reset(struct psm *p, uint8_t device, bool clean)
{
	return ring_target(p, PSM_OP_DEVICE_RESET, device, PUT(CMD__CLEAN, clean));
}

int psm_group_asid(struct psm *p, uint8_t group, uint8_t asid)
{
	return ring_target(p, PSM_OP_GROUP_ASID, group, PUT(CMD__ASID, asid));
}

int psm_quiesce(struct psm *p, uint8_t device)
{
	return ring_target(p, PSM_OP_QUIESCE, device, 0);
}

int psm_resume(struct psm *p, uint8_t device)
{
	return ring_target(p, PSM_OP_RESUME, device, 0);
}

int psm_fence(struct psm *p, uint8_t asid)
{
	return ring_asid(p, PSM_OP_FENCE, asid);
}

int psm_recover(struct psm *p, uint8_t asid)
{
	return ring_asid(p, PSM_OP_RECOVER, asid);
}

// --- posted commands --------------------------------------------------------------------------------------------------

// Takes the codes of the commands that completed since `p->seq`, at most `room` of them. Returns how many.
static uint32_t take_codes(struct psm *p, uint8_t *codes, size_t room)
{
	uint16_t now = (uint16_t)GET(RESULT__SEQ, get(p, REG(RESULT)));
	uint32_t word = 0, shown = CODES_KEPT, taken = 0;

	while (p->seq != now && taken < room) {
		uint32_t slot = (uint32_t)(p->seq + 1) % CODES_KEPT;

		// Not a word read before RESULT: it could lack the newest of its codes.
		if (shown != slot / 4) {
			shown = slot / 4;
			word = get(p, REG_OF(CODES, shown));
		}
		p->seq++;
		p->code = (uint8_t)(word >> 8 * (slot % 4));
		codes[taken++] = p->code;
	}
	return taken;
}

static int post_maps(struct psm *p, uint8_t asid, const struct psm_entry *entries, size_t count, uint8_t *codes)
{
	size_t sent = 0, done = 0;
	uint32_t polls = 0;
	int err = settle(p);

	if (err)
		return err;
	p->settled = false;
	while (done < count) {
		uint32_t free = GET(POST_STATUS__FREE, get(p, REG(POST_STATUS))), taken;

		// Beyond CODES_KEPT the code of a command would be overwritten before it is read.
		for (; sent < count && free > 0 && sent - done < CODES_KEPT; sent++, free--) {
			put_entry(p, &entries[sent]);
			put(p, REG(POST),
			    PUT(POST__OP, PSM_OP_MAP) | PUT(POST__ASID, asid) | PUT(POST__PERM, entries[sent].perm));
		}
		taken = take_codes(p, codes + done, sent - done);
		done += taken;
		polls = taken ? 0 : polls + 1;
		if (polls) {
			err = relax(p, polls - 1);
			if (err)
				return err;
		}
	}
	p->settled = true;
	return 0;
}

int psm_map_batch(struct psm *p, uint8_t asid, const struct psm_entry *entries, size_t count, uint8_t *codes)
{
	if (has(p, IOMMU__CAP_FEATURES__POST_bm))
		return post_maps(p, asid, entries, count, codes);
	for (size_t i = 0; i < count; i++) {
		int err = psm_map(p, asid, &entries[i]);

		// A refusal is an answer; without one there is no code.
		if (err && !p->settled)
			return err;
		codes[i] = p->code;
	}
	return 0;
}

// --- finding it, and a state to start from ----------------------------------------------------------------------------

int psm_probe(struct psm *p, const struct psm_ops *ops)
{
	uint32_t value;

	*p = (struct psm){ .ops = *ops };
	// ID first: at the wrong address even VERSION may be something that reading changes.
	if (get(p, REG(ID)) != IOMMU__ID__ID_reset)
		return -ENODEV;
	if (GET(VERSION__MAJOR, get(p, REG(VERSION))) != VERSION_MAJOR)
		return -ENODEV;

	value = get(p, REG(CAP_TABLE));
	p->caps.entries = (uint16_t)GET(CAP_TABLE__ENTRIES, value);
	value = get(p, REG(CAP_SPACE));
	p->caps.asids = (uint8_t)GET(CAP_SPACE__ASIDS, value);
	p->caps.groups = (uint8_t)GET(CAP_SPACE__GROUPS, value);
	p->caps.devices = (uint8_t)GET(CAP_SPACE__DEVICES, value);
	p->caps.ports = (uint8_t)GET(CAP_SPACE__PORTS, value);
	value = get(p, REG(CAP_WIDTH));
	p->caps.iova_w = (uint8_t)GET(CAP_WIDTH__IOVA_W, value);
	p->caps.pa_w = (uint8_t)GET(CAP_WIDTH__PA_W, value);
	p->caps.granule_log2 = (uint8_t)GET(CAP_WIDTH__GRANULE_LOG2, value);
	p->caps.batch = (uint8_t)GET(CAP_WIDTH__BATCH, value);
	p->caps.features = get(p, REG(CAP_FEATURES));
	value = get(p, REG(CAP_LOG));
	p->caps.fault_records = (uint16_t)GET(CAP_LOG__FAULTS, value);
	return 0;
}

static uint64_t last_iova(const struct psm *p)
{
	return UINT64_MAX >> (64 - p->caps.iova_w);
}

int psm_start(struct psm *p)
{
	uint16_t all = (uint16_t)((1u << p->caps.asids) - 1);
	uint32_t status;
	int err;

	psm_irq_enable(p, 0);
	// What was posted before is executed: the queue cannot be emptied otherwise.
	p->settled = false;
	err = settle(p);
	if (err)
		return err;
	status = get(p, REG(STATUS));
	if (GET(STATUS__TXN_OPEN, status)) {
		err = psm_set_map_abort(p, (uint8_t)GET(STATUS__TXN_ASID, status));
		if (err && p->code != PSM_CODE_NO_TXN)
			return err;
	}
	// Not RESET_MAP: a frozen INIT_MODE may be IDENTITY, and devices of before may be running. After UNMAP the table
	// decides, and it is empty.
	for (uint8_t asid = 0; asid < p->caps.asids; asid++) {
		psm_set_limit(p, asid, PSM_NO_LIMIT);
		err = psm_unmap(p, asid, 0, last_iova(p));
		if (err)
			return err;
	}
	if (has(p, IOMMU__CAP_FEATURES__DIRTY_bm))
		put(p, REG(DIRTY_CTRL), IOMMU__DIRTY_CTRL__SHIFT_reset << IOMMU__DIRTY_CTRL__SHIFT_bp);
	// Only now: what was held sees the empty tables.
	for (uint8_t device = 0; device < p->caps.devices; device++) {
		err = psm_resume(p, device);
		if (err)
			return err;
	}
	if (has(p, IOMMU__CAP_FEATURES__AXI_bm)) {
		for (uint8_t port = 0; port < p->caps.ports; port++)
			put(p, IN_PORT(CTRL, port), get(p, IN_PORT(CTRL, port)) & ~IOMMU__PORT__CTRL__QUIESCE_bm);
	}
	err = psm_wait_drained(p, all);
	put(p, REG(STUCK), IOMMU__STUCK__ASIDS_bm);
	put(p, REG(IRQ_STATUS), UINT32_MAX);
	return err;
}

// --- policy -----------------------------------------------------------------------------------------------------------

int psm_set_policy(struct psm *p, uint8_t device, const struct psm_policy *policy)
{
	uint32_t value = PUT(DEVICE__POLICY__PERSIST, policy->persist) | PUT(DEVICE__POLICY__AS0, policy->as0);

	if (device >= p->caps.devices)
		return -EINVAL;
	put(p, IN_DEVICE(POLICY, device), value);
	put(p, IN_DEVICE(GROUPS, device), policy->groups);
	put(p, IN_DEVICE(ASIDS, device), policy->asids);
	// Frozen, the registers take the writes without a word.
	if (get(p, IN_DEVICE(POLICY, device)) != value || get(p, IN_DEVICE(GROUPS, device)) != policy->groups ||
	    get(p, IN_DEVICE(ASIDS, device)) != policy->asids)
		return -EPERM;
	return 0;
}

int psm_set_modes(struct psm *p, uint16_t init_identity, uint16_t clean_identity)
{
	put(p, REG(INIT_MODE), init_identity);
	put(p, REG(CLEAN_MODE), clean_identity);
	if (get(p, REG(INIT_MODE)) != init_identity || get(p, REG(CLEAN_MODE)) != clean_identity)
		return -EPERM;
	return 0;
}

int psm_lock(struct psm *p)
{
	put(p, REG(LOCK), IOMMU__LOCK__LOCK_bm);
	return GET(LOCK__LOCK, get(p, REG(LOCK))) ? 0 : -EIO;
}

void psm_set_limit(struct psm *p, uint8_t asid, uint16_t entries)
{
	if (asid < p->caps.asids)
		put(p, REG_OF(LIMIT, asid), entries);
}

// --- reading back -----------------------------------------------------------------------------------------------------

int psm_read_entry(struct psm *p, uint32_t index, struct psm_slot *slot)
{
	uint32_t attr;
	int err;

	put64(p, REG(ARG_IOVA), index);
	err = ring_asid(p, PSM_OP_READ, 0);
	if (err)
		return err;
	attr = get(p, REG(RD_ATTR));
	*slot = (struct psm_slot){
		.entry = {
			.start = get64(p, REG(RD_START)),
			.last = get64(p, REG(RD_LAST)),
			.pa = get64(p, REG(RD_PA)),
			.perm = (uint8_t)GET(RD_ATTR__PERM, attr),
		},
		.asid = (uint8_t)GET(RD_ATTR__ASID, attr),
		.live = GET(RD_ATTR__LIVE, attr) != 0,
		.poison = GET(RD_ATTR__POISON, attr) != 0,
	};
	return 0;
}

enum psm_mode psm_mode(struct psm *p, uint8_t asid)
{
	if (asid >= p->caps.asids)
		return PSM_MODE_BLOCKED;
	return (enum psm_mode)GET(AS_STATUS__MODE, get(p, REG_OF(AS_STATUS, asid)));
}

uint16_t psm_count(struct psm *p, uint8_t asid)
{
	if (asid >= p->caps.asids)
		return 0;
	return (uint16_t)GET(AS_STATUS__COUNT, get(p, REG_OF(AS_STATUS, asid)));
}

// --- completion -------------------------------------------------------------------------------------------------------

uint16_t psm_draining(struct psm *p)
{
	return (uint16_t)GET(DRAINING__ASIDS, get(p, REG(DRAINING)));
}

int psm_wait_drained(struct psm *p, uint16_t asids)
{
	uint32_t polls = 0;

	for (;;) {
		int err;

		// A bit seen at 0 once is enough. Waiting for all to be 0 together could wait for ever: others go on removing.
		asids &= psm_draining(p);
		if (!asids)
			return 0;
		err = relax(p, polls++);
		if (err)
			return err;
	}
}

int psm_suspend(struct psm *p, uint8_t device, uint16_t asids)
{
	int err = psm_quiesce(p, device);

	if (err)
		return err;
	// QUIESCE stops what comes; FENCE makes what was accepted before something to wait for.
	for (uint8_t asid = 0; asid < p->caps.asids; asid++) {
		if (!(asids >> asid & 1))
			continue;
		err = psm_fence(p, asid);
		if (err)
			return err;
	}
	return psm_wait_drained(p, asids);
}

void psm_set_stuck_clocks(struct psm *p, uint32_t clocks)
{
	put(p, REG(STUCK_CLOCKS), clocks);
}

// --- interrupts and faults --------------------------------------------------------------------------------------------

void psm_irq_enable(struct psm *p, uint32_t causes)
{
	p->irq_enable = causes;
	put(p, REG(IRQ_ENABLE), causes);
	// Pushes the write: after this no interrupt of a cause that was taken away is on its way from the device.
	(void)get(p, REG(IRQ_ENABLE));
}

bool psm_irq(struct psm *p, struct psm_events *events)
{
	// A cause that is not enabled belongs to somebody who polls it.
	uint32_t causes = get(p, REG(IRQ_STATUS)) & p->irq_enable;

	*events = (struct psm_events){ .causes = causes };
	if (!causes)
		return false;
	// Acknowledge, then look. The other way round, what happens in between is neither seen nor interrupts again.
	put(p, REG(IRQ_STATUS), causes);
	if (causes & IOMMU__IRQ_STATUS__STUCK_bm) {
		events->stuck = (uint16_t)GET(STUCK__ASIDS, get(p, REG(STUCK)));
		put(p, REG(STUCK), events->stuck);
	}
	// This read also pushes the acknowledgement: returning before it arrives would interrupt once for nothing.
	events->draining = psm_draining(p);
	return true;
}

void psm_fault_config(struct psm *p, uint16_t mask, uint8_t threshold, uint32_t clocks)
{
	put(p, REG(FAULT_CTRL), PUT(FAULT_CTRL__MASK, mask) | PUT(FAULT_CTRL__THRESHOLD, threshold));
	put(p, REG(FAULT_TIMER), clocks);
}

bool psm_fault_pop(struct psm *p, struct psm_fault *fault)
{
	uint32_t info = get(p, REG(FAULT_INFO));

	if (!GET(FAULT_INFO__VALID, info)) {
		// IRQ_STATUS.fault is set in every clock in which enough records wait: acknowledged before, it would only be set
		// again. A record that comes from here on sets it again too.
		put(p, REG(IRQ_STATUS), IOMMU__IRQ_STATUS__FAULT_bm);
		return false;
	}
	*fault = (struct psm_fault){
		.iova = get64(p, REG(FAULT_IOVA)),
		.seq = get(p, REG(FAULT_SEQ)),
		.len_m1 = (uint16_t)GET(FAULT_LEN__LEN_M1, get(p, REG(FAULT_LEN))),
		.group = (uint8_t)GET(FAULT_INFO__GROUP, info),
		.asid = (uint8_t)GET(FAULT_INFO__ASID, info),
		.reason = (uint8_t)GET(FAULT_INFO__REASON, info),
		.write = GET(FAULT_INFO__WRITE, info) != 0,
	};
	put(p, REG(FAULT_POP), IOMMU__FAULT_POP__POP_bm);
	return true;
}

void psm_fault_counts(struct psm *p, uint32_t *raised, uint32_t *dropped)
{
	*raised = get(p, REG(FAULT_RAISED));
	*dropped = get(p, REG(FAULT_DROPPED));
}
