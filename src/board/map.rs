// SPDX-License-Identifier: Apache-2.0
//! The board's own registers: byte addresses and bits, as `rtl/board/board_pkg.sv` has them.

/// "PRSB".
pub const ID: u16 = 0x400;
/// Value of [`ID`].
pub const ID_VALUE: u32 = 0x5052_5342;
/// KiB of memory, and the version of this map.
pub const INFO: u16 = 0x404;
/// Version that this code speaks.
pub const MAJOR: u32 = 1;
/// What is to be done.
pub const CTRL: u16 = 0x408;
/// IOMMU, DMA master and memory's bus as after power-on.
pub const CTRL_RESET: u32 = 1 << 0;
/// Start the self-test.
pub const CTRL_TEST: u32 = 1 << 1;
/// Stop it.
pub const CTRL_STOP: u32 = 1 << 2;
/// Pulse the reset pin of device 0.
pub const CTRL_DEVICE: u32 = 1 << 4;
/// With it: the CLEAN_MAP flag.
pub const CTRL_CLEAN: u32 = 1 << 5;
/// Accesses of the host that were not answered with OKAY, and the first of them.
pub const BUS_ERROR: u16 = 0x40c;
/// How far the self-test is.
pub const TEST_STATUS: u16 = 0x410;
/// What it read last.
pub const TEST_GOT: u16 = 0x414;
/// Physical address of memory, low half.
pub const MEM_BASE: u16 = 0x418;
/// High half.
pub const MEM_BASE_HI: u16 = 0x41c;
/// DMA master: IOVA, low half; the high half, the data and the control word follow.
pub const DMA_IOVA: u16 = 0x420;
/// DMA master: what came of it; the word read and the physical address follow.
pub const DMA_STATUS: u16 = 0x430;
/// Where memory is seen.
pub const WINDOW: u16 = 0x8000;
