// SPDX-License-Identifier: Apache-2.0
//! Persimmon: an on-chip IOMMU whose mappings persist across a virtio device reset.
//!
//! The hardware is SystemVerilog (`rtl/`). This crate is everything around it: the model it is compared with, the
//! vhost-vdpa layer that drives both, and the recordings of real Linux kernels that have the last word.
//!
//! Two tables run through all of it. **S** is the shadow table that vhost-vdpa keeps for each address space: it
//! decides whether an UPDATE is refused with `EEXIST`. **D** is the table that the device really translates with.
//! A device reset may clean D and never touches S; what follows from that is the subject of the project.
//!
//! # Layers
//!
//! | module | holds | knows |
//! |---|---|---|
//! | [`regif`] | the register interface: commands, results, policy, translations | nothing |
//! | [`golden`] | what the device must do, clock-free | `regif` |
//! | [`dut`] | the Verilated RTL behind a safe type | `regif` |
//! | [`vdpa`] | vhost-vdpa and its parent drivers (`set_map`, `dma_map`) | `regif` |
//! | [`trace`] | the format of the recordings | nothing |
//! | [`cosim`] | lockstep of golden and DUT, replay of recordings | all of the above |
//! | [`cli`] | the `persimmon` command | `cosim` and below |
//!
//! A parent driver is written once, on [`regif::RegIf`], and runs on the golden model, on the RTL, or on both at
//! once ([`cosim::Lockstep`]).

pub mod cli;
pub mod cosim;
pub mod dut;
pub mod golden;
pub mod regif;
pub mod trace;
pub mod vdpa;
