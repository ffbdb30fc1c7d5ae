// SPDX-License-Identifier: Apache-2.0
//! User space programs and device resets, on RTL and golden model in lockstep.
//!
//! | file | holds |
//! |---|---|
//! | `matrix.rs` | every program on every kernel and parent |
//! | `cost.rs` | what one device reset costs |
//! | `sessions.rs` | recorded sessions of QEMU on every kernel |

mod cost;
mod matrix;
mod sessions;
