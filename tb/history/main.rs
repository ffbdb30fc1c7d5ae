// SPDX-License-Identifier: Apache-2.0
//! Bugs that vhost-vdpa, its parent drivers and its users really had, each as a test that would have caught it.
//!
//! A test tells the bug in its doc comment, with the commit or the mail that reported it, and then does what the
//! report did. The numbers are those of the project's list of them. Everything runs on a [`machine::Machine`]: the
//! modelled kernel on a device that is the golden model and the RTL in lockstep, both parents where the bug does not
//! choose one; so hardware is held to what the kernel learnt.
//!
//! | number | what | file |
//! |---|---|---|
//! | 1 | reset at open | [`lifecycle`] |
//! | 2, 3 | group bounds, a group that moves under DRIVER_OK | [`groups`] |
//! | 4, 5 | entries and holes of more than 1 GiB | [`spans`] |
//! | 7 | tearing down what was never built | [`lifecycle`] |
//! | 8 | leaked entries | [`lifecycle`] |
//! | 9, 10 | what an unmap tells the parent, size 0 | [`messages`] |
//! | 11, 12 | the full range, the last byte of an access | [`spans`] |
//! | 13 | what the code shows and nobody reported | [`batches`], [`accounting`] |
//! | 14 | a message before the owner | [`messages`] |
//! | 15 | a suspension that is not the whole device's | [`groups`] |
//!
//! Number 6 (35025963326e "vdpa/mlx5: Fix suboptimal range on iotlb iteration", the companion of number 4) is about
//! time alone. There is no iteration here: a lookup takes LATENCY clocks and a pass one clock for each entry,
//! whatever is mapped, which `tb/rtl/timing.rs` measures. The part of number 13 that is a race (vdpa_sim changes its
//! 1:1 flag outside the lock) has no counterpart either: the mode of an address space and its entries change at one
//! clock edge, by one command, and nothing runs beside it; `tb/rtl/traffic.rs` watches that under traffic.

mod accounting;
mod batches;
mod groups;
mod lifecycle;
mod machine;
mod messages;
mod spans;
