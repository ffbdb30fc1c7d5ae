// SPDX-License-Identifier: Apache-2.0
//! What is proven, at which sizes, and the broken variants that each proof must catch.

mod axi;
mod control;
mod primitives;
mod table;

use super::memories;

/// One property of one design at one size.
pub struct Proof {
    /// What the command line and the tables call it.
    pub name: String,
    /// Whose properties: a file and module of `formal/`.
    pub top: &'static str,
    /// What it needs besides, from the root of the repository, in the order of the file list.
    pub sources: Vec<String>,
    /// Parameters of `top`.
    pub parameters: Vec<(&'static str, u32)>,
    /// How far the proof goes.
    pub method: Method,
    /// Clocks within which every cover is reached and every broken variant fails.
    pub reach: u32,
    /// Edits that every variant has: to read two versions of one module beside each other.
    pub edits: Vec<Edit>,
    /// With each of these the proof must fail.
    pub broken: Vec<Broken>,
}

/// How far a proof goes.
#[derive(Clone, Copy)]
pub enum Method {
    /// So many clocks from the start.
    Bounded(u32),
    /// Any number of clocks: from the start for as many as this, and whatever has held for as many holds in the next.
    Induction(u32),
}

/// A text in a source, and what replaces it, wherever it is there. It must be there.
#[derive(Clone)]
pub struct Edit {
    /// One of [`Proof::sources`].
    pub file: String,
    /// What is there.
    pub from: String,
    /// What is wanted.
    pub to: String,
}

/// Edits that make the design wrong.
pub struct Broken {
    /// What is wrong then.
    pub name: &'static str,
    /// How.
    pub edits: Vec<Edit>,
}

impl Edit {
    /// Replaces `from` by `to` in `file`.
    pub fn new(file: impl Into<String>, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            from: from.into(),
            to: to.into(),
        }
    }
}

/// A broken variant by one edit of a module below `rtl/`.
fn broken(name: &'static str, module: &str, from: &str, to: &str) -> Broken {
    Broken {
        name,
        edits: vec![Edit::new(rtl(module), from, to)],
    }
}

fn rtl(module: &str) -> String {
    format!("rtl/{module}.sv")
}

/// Every proof, the ones of small modules first.
pub fn all() -> Vec<Proof> {
    let mut proofs = primitives::proofs();
    proofs.extend(control::proofs());
    proofs.extend(table::proofs());
    proofs.extend(axi::proofs());
    proofs.extend(memories::proofs());
    proofs
}

/// Properties of `modules`, which `iommu_pkg` precedes.
fn property(
    name: &str,
    top: &'static str,
    modules: &[&str],
    parameters: &[(&'static str, u32)],
    method: Method,
    reach: u32,
    broken: Vec<Broken>,
) -> Proof {
    Proof {
        name: name.to_owned(),
        top,
        sources: std::iter::once(&"iommu_pkg")
            .chain(modules)
            .map(|module| rtl(module))
            .collect(),
        parameters: parameters.to_vec(),
        method,
        reach,
        edits: Vec::new(),
        broken,
    }
}
