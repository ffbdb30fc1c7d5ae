// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/regs/iommu.rdl by `cargo xtask regs`; do not edit.
//! SystemRDL component definitions
#![allow(non_camel_case_types)] // needed for type normalization suffixes

use super::_root; // alias to root module of generated code

pub mod iommu;
pub mod op_e;
pub mod code_e;
pub mod mode_e;
pub mod persist_e;
pub mod fault_e;
pub mod dirty_op_e;
pub mod inject_e;
pub mod group_source_e;
