// SPDX-License-Identifier: Apache-2.0
//! Persimmon: an on-chip IOMMU whose mappings persist across a virtio device reset.
//!
//! The hardware is SystemVerilog (`rtl/`). This crate is everything around it: the model it is compared with, the
//! vhost-vdpa layer that drives both, and the recordings of real Linux kernels that have the last word.
//!
//! # S and D
//!
//! Two tables run through all of it. **S** is the shadow table that vhost-vdpa keeps for each address space
//! (`struct vhost_iotlb` in `drivers/vhost/vdpa.c`): it decides whether an UPDATE is refused with `EEXIST`, and its
//! entries are what pages are pinned for. **D** is the table that the device really translates with. User space writes
//! to S; a parent driver carries S to D, either the whole table at a time (`.set_map`) or range by range (`.dma_map`,
//! `.dma_unmap`). They are meant to agree. A device reset may clean D and never touches S; what follows from that is
//! the subject of the project. `persimmon run --policy compat-reset` shows it step by step.
//!
//! # Six facts that a model gets wrong
//!
//! 1. **A reset never touches S.** After a cleaning reset S still holds the mappings while D is 1:1 (or empty): the
//!    same UPDATE again is `EEXIST` inside and `EFAULT` at `write()`. The next set_map, for whatever reason (another
//!    UPDATE, any INVALIDATE, an empty batch), sends all of S and brings every old mapping back; with dma_map nothing
//!    does. So "old mappings cannot be restored" is true of dma_map parents only.
//! 2. **`write()` never returns the reason.** Whatever the handler did not like becomes `EFAULT`; `EINVAL` is for
//!    messages that cannot be read. [`vdpa::Written`] keeps both.
//! 3. **INVALIDATE removes whole entries** that overlap, and never splits one. How much goes depends on how UPDATE was
//!    cut at physical discontinuities, which user space cannot see.
//! 4. **BATCH_END ignores what set_map answers**, and unmapping ignores every error: S and D may part with success
//!    reported.
//! 5. **The reset at open never cleans**, and comes before any feature is negotiated.
//! 6. **Release gives back only the address spaces that were used** in this open; a failing UPDATE or BATCH_BEGIN
//!    counts as use.
//!
//! The first one, on the golden model:
//!
//! ```
//! use persimmon::cosim::run::machine::{Buffer, Call, Machine};
//! use persimmon::cosim::run::observe::{Landing, Table};
//! use persimmon::golden::Device;
//! use persimmon::regif::Capability;
//! use persimmon::vdpa::{Kernel, Mapping, OnChip, Profile};
//!
//! # fn main() -> Result<(), persimmon::vdpa::DeviceError> {
//! let device = Device::new(Capability {
//!     entries: 64, asids: 2, groups: 2, devices: 1, iova_w: 64, pa_w: 64, granule_log2: 12,
//! });
//! let profile = Profile::new(Kernel::V6_12, Mapping::SetMap);
//! let parent = OnChip::new(device, profile, None)?;
//! let mut machine = Machine::new(parent, profile.rules, 2);
//! for call in [Call::Open, Call::SetOwner, Call::Ack { persist: false }, Call::Update(Buffer::A)] {
//!     assert_eq!(machine.call(call)?.result, Ok(()));
//! }
//!
//! machine.call(Call::Reset)?;
//! let sight = machine.look()?;
//! assert_eq!(sight.s.unwrap().len(), 1);              // S has it,
//! assert_eq!(sight.d[0], Table::OneToOne);            // D does not:
//! assert_eq!(sight.dma, Landing::At(0x1_0000));       // DMA goes to PA = IOVA.
//! let again = machine.call(Call::Update(Buffer::A))?;
//! assert_eq!(again.to_string(), "EFAULT (EEXIST)");
//!
//! machine.call(Call::Update(Buffer::B))?;             // A set_map for another reason
//! assert_eq!(machine.look()?.d[0].ranges().len(), 2); // brings A back.
//! # Ok(())
//! # }
//! ```
//!
//! # Layers
//!
//! | module | holds | knows |
//! |---|---|---|
//! | [`regif`] | the register interface: commands, results, policy, translations | nothing |
//! | [`golden`] | what the device must do, clock-free | `regif` |
//! | [`dut`] | the Verilated RTL behind a safe type | `regif` |
//! | [`board`] | a board with the RTL on it, over its UART; a simulated one, too | `regif`, `dut` |
//! | [`vdpa`] | vhost-vdpa and its parent drivers (`set_map`, `dma_map`) | `regif` |
//! | [`trace`] | the format of the recordings | nothing |
//! | [`cosim`] | lockstep of golden and DUT, replay of recordings, the thread's positions played | all of the above |
//! | [`cli`] | the `persimmon` command | `cosim` and below |
//!
//! A parent driver is written once, on [`regif::RegIf`], and runs on the golden model, on the RTL, or on both at
//! once ([`cosim::Lockstep`]).

pub mod board;
pub mod cli;
pub mod cosim;
pub mod dut;
pub mod golden;
pub mod regif;
pub mod trace;
pub mod vdpa;
