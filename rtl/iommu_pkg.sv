// SPDX-License-Identifier: Apache-2.0
//
// Types, parameter defaults, enumerations and size functions of the IOMMU. Nothing else defines a width.
// The encodings of op_e, code_e, mode_e and persist_e are those of rtl/regs/iommu.rdl.

package iommu_pkg;

  // Parameter defaults: the configuration that the project's figures are quoted for.
  localparam int unsigned EntriesDefault = 2048;
  localparam int unsigned AsidsDefault = 16;
  localparam int unsigned GroupsDefault = 16;
  localparam int unsigned DevicesDefault = 1;
  localparam int unsigned GranuleLog2Default = 12;
  localparam int unsigned RadixDefault = 8;
  localparam int unsigned BatchDefault = 16;

  // What the register map can address.
  localparam int unsigned AsidsMax = 16;
  localparam int unsigned GroupsMax = 16;
  localparam int unsigned DevicesMax = 4;
  localparam int unsigned PortsMax = 4;
  localparam int unsigned RidsMax = 16;
  localparam int unsigned AxilAddrW = 10;
  localparam int unsigned CodesKept = 32;
  localparam int unsigned BatchMax = 16;  // so that the codes of two full queues are still there

  // Records of the fault queue.
  localparam int unsigned FaultDepthDefault = 64;

  // Widths at the boundary, wide enough that a number out of range is refused instead of aliased.
  localparam int unsigned AsidPortW = 8;
  localparam int unsigned GroupPortW = 8;
  localparam int unsigned LenW = 12;
  localparam int unsigned SeqW = 32;
  localparam int unsigned ResultSeqW = 16;
  localparam int unsigned PermW = 8;
  // A page of the dirty log, and what an AXI4 burst does not cross.
  localparam int unsigned PageLog2 = 12;

  // Bits of perm that the hardware enforces; the others are kept and returned only.
  localparam int unsigned PermRead = 0;
  localparam int unsigned PermWrite = 1;

  // Bits of the number of requests in flight, where nothing else bounds it.
  localparam int unsigned InFlightW = 8;
  // Clocks in which a request may be accepted that iommu_drain has not counted yet.
  localparam int unsigned UncreditedClocks = 6;

  typedef enum logic [7:0] {
    OpMap          = 8'h01,
    OpUnmap        = 8'h02,
    OpSetMapBegin  = 8'h03,
    OpSetMapEntry  = 8'h04,
    OpSetMapCommit = 8'h05,
    OpSetMapAbort  = 8'h06,
    OpResetMap     = 8'h07,
    OpDeviceReset  = 8'h08,
    OpGroupAsid    = 8'h09,
    OpQuiesce      = 8'h0a,
    OpResume       = 8'h0b,
    OpRead         = 8'h0c,
    OpFence        = 8'h0d,
    OpRecover      = 8'h0e
  } op_e;

  // Behind the check that an op exists: all that do differ in their low bits.
  typedef logic [3:0] op_low_t;

  // A command as the driver gives it: ARG and CMD, or ARG and POST, copied when the doorbell rings.
  typedef struct packed {
    logic             posted;  // by POST
    logic [7:0]       op;
    logic [PermW-1:0] perm;
    logic [7:0]       asid;
    logic [6:0]       target;
    logic             clean;
    logic [63:0]      iova;
    logic [63:0]      last;
    logic [63:0]      pa;
  } command_t;

  typedef enum logic [7:0] {
    CodeOk          = 8'h00,
    CodeBusy        = 8'h01,
    CodeExist       = 8'h02,
    CodeNospcTable  = 8'h03,
    CodeNospcLimit  = 8'h04,
    CodeInvalRange  = 8'h05,
    CodeInvalAlign  = 8'h06,
    CodeInvalPa     = 8'h07,
    CodeInvalAsid   = 8'h08,
    CodeInvalGroup  = 8'h09,
    CodeInvalDevice = 8'h0a,
    CodeInvalOp     = 8'h0b,
    CodeInvalIndex  = 8'h0c,
    CodeNoTxn       = 8'h0d,
    CodeOrder       = 8'h0e
  } code_e;

  typedef enum logic [1:0] {
    ModeBlocked  = 2'd0,
    ModeIdentity = 2'd1,
    ModeMapped   = 2'd2
  } mode_e;

  typedef enum logic [1:0] {
    PersistByFlag   = 2'd0,
    PersistAlways   = 2'd1,  // always clean
    PersistNever    = 2'd2,  // never clean
    PersistReserved = 2'd3   // as PersistAlways: an undefined policy must not keep mappings
  } persist_e;

  // Why an access is refused. When several reasons apply, the first of these is reported: Group, Burst, Overflow,
  // Blocked, PaWidth, Parity, NoMapping, Permission, Crossing.
  typedef enum logic [3:0] {
    FaultNone       = 4'd0,
    FaultGroup      = 4'd1,
    FaultOverflow   = 4'd2,
    FaultBlocked    = 4'd3,
    FaultPaWidth    = 4'd4,
    FaultNoMapping  = 4'd5,
    FaultPermission = 4'd6,
    FaultCrossing   = 4'd7,
    FaultBurst      = 4'd8,
    FaultParity     = 4'd9
  } fault_e;

  // What one pass of the merge engine does to the stream of live entries. Its operands are of one address space.
  typedef enum logic [2:0] {
    MergeMap,     // insert the operands that nothing speaks against, each with a verdict of its own
    MergeUnmap,   // drop what overlaps an operand
    MergePrefix,  // copy the address spaces below, remember where they end
    MergeSuffix,  // copy the address spaces above, from there on
    MergeRead,    // write nothing; present one entry
    MergeRecover  // drop the poisoned entries of one address space
  } merge_e;

  // What MergeMap says of an operand.
  typedef enum logic [1:0] {
    VerdictOk,
    VerdictExist,
    VerdictLimit,
    VerdictTable
  } verdict_e;

  // What a command does to the state that lookups see, all at one clock edge.
  typedef enum logic [3:0] {
    EffectNone,
    EffectMap,          // `amount` entries more, the AS is MAPPED; the banks flip
    EffectUnmap,        // `amount` entries fewer, the AS is MAPPED; the banks flip
    EffectSetMap,       // `amount` entries, the AS is MAPPED; the banks flip
    EffectResetMap,     // the AS to INIT_MODE
    EffectGroupAsid,    // the group to the AS
    EffectDeviceReset,  // groups to AS 0, address spaces to CLEAN_MODE if the policy says so
    EffectQuiesce,
    EffectResume,
    EffectRecover,      // `amount` entries fewer; the banks flip
    EffectFence         // nothing changes; the AS drains as after a removal
  } effect_e;

  // What READ has found, all of one moment; addresses in bytes.
  typedef struct packed {
    logic                 valid;   // there is an entry of that number
    logic                 live;    // its address space is MAPPED
    logic                 poison;  // a word of it is damaged, or was
    logic [AsidPortW-1:0] asid;
    logic [PermW-1:0]     perm;
    logic [63:0]          start;
    logic [63:0]          last;    // inclusive
    logic [63:0]          pa;      // 0 if poisoned
    mode_e                mode;    // of the address space asked for
    logic [15:0]          count;   // its live entries
    logic [15:0]          n;       // entries in the active bank
    logic [SeqW-1:0]      seq;
  } read_t;

  // What fault queue, counters and dirty log show: the registers of the same names.
  typedef struct packed {
    logic                  fault_irq;
    logic [31:0]           fault_raised;
    logic [31:0]           fault_dropped;
    logic                  fault_valid;
    logic [7:0]            fault_waiting;
    fault_e                fault_reason;
    logic                  fault_write;
    logic [GroupPortW-1:0] fault_group;
    logic [AsidPortW-1:0]  fault_asid;
    logic [LenW-1:0]       fault_len_m1;
    logic [63:0]           fault_iova;
    logic [31:0]           fault_seq;
    logic                  perf_busy;
    logic [63:0]           perf_value;
    logic                  dirty_busy;
    logic                  dirty_everything;
    logic                  dirty_refused;
    logic [31:0]           dirty_pages;
  } logs_t;

  // Damage on purpose: register INJECT.
  typedef struct packed {
    logic [2:0]  what;
    logic [3:0]  depth;
    logic [7:0]  place;
    logic [15:0] index;
  } inject_t;

  // What is known of damage: register PARITY_COUNT, IRQ_STATUS.parity, and whether INJECT has happened.
  typedef struct packed {
    logic [15:0] lookups;
    logic [15:0] passes;
    logic        found;     // one clock
    logic        injected;  // one clock
  } parity_t;

  // Bits that number n things; 1 for a single one, because a vector needs a bit.
  function automatic int unsigned idx_w(int unsigned n);
    return (n > 1) ? $clog2(n) : 1;
  endfunction

  // Plus one, without a carry chain: on an FPGA it takes longer to get into one and out again than these few bits. For
  // positions and small counters: whoever calls it extends the value, and takes as many bits of the result as it has.
  // Not written as a choice: a flip-flop that keeps its value in one branch gets an enable of its own, and all bits of a
  // counter can share theirs.
  localparam int unsigned PlusOneW = 16;
  function automatic logic [PlusOneW-1:0] plus_one(logic [PlusOneW-1:0] value);
    for (int unsigned i = 0; i < PlusOneW; i++) begin
      plus_one[i] = value[i] ^ ((value | ~PlusOneW'((1 << i) - 1)) == '1);
    end
  endfunction

  // Keys of search level j, j = 0 the leaf: entry i is key i / k^j of level j.
  function automatic int unsigned level_keys(int unsigned entries, int unsigned k, int unsigned j);
    int unsigned keys;
    keys = entries;
    if (k < 2) return keys;  // no radix; iotlb refuses it by name
    for (int unsigned i = 0; i < j; i++) keys = (keys + k - 1) / k;
    return keys;
  endfunction

  // Levels of the search. The top one has at most k keys and lives in flip-flops.
  function automatic int unsigned levels(int unsigned entries, int unsigned k);
    int unsigned n;
    n = 1;
    while (k >= 2 && level_keys(entries, k, n - 1) > k) n++;
    return n;
  endfunction

  // A level is small if its rows of both banks fit the sixteen words of a distributed RAM.
  localparam int unsigned SmallRows = 16;
  function automatic bit level_small(int unsigned entries, int unsigned k, int unsigned j);
    return 2 * 2 ** idx_w((level_keys(entries, k, j) + k - 1) / k) <= SmallRows;
  endfunction

  // Clocks in which a level reads: a distributed RAM into its register; a block RAM, its output register and a register
  // in the fabric, because the wire from one to the other takes a clock of its own.
  localparam int unsigned SmallReadClocks = 1;
  localparam int unsigned LargeReadClocks = 3;

  // Clocks of level j: read, compare, encode.
  function automatic int unsigned level_clocks(int unsigned entries, int unsigned k, int unsigned j);
    return (level_small(entries, k, j) ? SmallReadClocks : LargeReadClocks) + 2;
  endfunction

  // Clocks of the top: compare, and encode unless the level below is small and so near that it is addressed at once.
  function automatic int unsigned top_clocks(int unsigned entries, int unsigned k);
    int unsigned n;
    n = levels(entries, k);
    return (n > 1 && level_small(entries, k, n - 2)) ? 1 : 2;
  endfunction

  // RAM, output register, choice of the bank.
  localparam int unsigned PayloadClocks = 3;

  // Clocks from the query at the port of `iotlb` to the address of the payload.
  function automatic int unsigned search_clocks(int unsigned entries, int unsigned k);
    int unsigned clocks;
    clocks = top_clocks(entries, k);
    for (int unsigned j = 0; j + 1 < levels(entries, k); j++) clocks += level_clocks(entries, k, j);
    return clocks;
  endfunction

  // Clocks from the query at the port of `iotlb` to the entry at its output.
  function automatic int unsigned iotlb_latency(int unsigned entries, int unsigned k);
    return search_clocks(entries, k) + PayloadClocks;
  endfunction

  // LATENCY: rising edges from the one that accepts a request to the one that samples its response. Beside
  // the table: one clock to look the group up, one to check, one to choose the answer.
  function automatic int unsigned latency(int unsigned entries, int unsigned k);
    return iotlb_latency(entries, k) + 3;
  endfunction

  // The parity of a word takes two clocks: first that of every sixteen bits, then of those.
  localparam int unsigned ParityMax = 256;
  localparam int unsigned ParityPartW = 16;
  function automatic logic [ParityMax/ParityPartW-1:0] parity_parts(logic [ParityMax-1:0] word);
    for (int unsigned i = 0; i < ParityMax / ParityPartW; i++) parity_parts[i] = ^word[ParityPartW*i+:ParityPartW];
  endfunction

  // Parts of a word of so many bits.
  function automatic int unsigned parity_parts_n(int unsigned width);
    return (width + ParityPartW - 1) / ParityPartW;
  endfunction

endpackage
