// SPDX-License-Identifier: Apache-2.0
//! The RTL, each of its builds, against the golden model.
//!
//! [`scenarios`] are directed: every command, every refusal, and what has to be left alone. [`sequences`] fill the
//! table to the sizes at which a search or a merge goes wrong. [`random`] draws commands and accesses from a seed, and
//! [`pages`] draws them for the build whose parameters are the default ones.
//! [`posted`] gives the same commands several at a time.
//! [`parity`] damages words of the table. [`power_on`] resets all of it, in any clock.
//! [`traffic`], [`timing`], [`doorbell`] and [`drains`] look at clocks and pins, which the golden model does not have.
//! [`constant`] shows that what one address space does changes no clock of another's requests.
//! [`bugs`] runs directed and random stimulus on RTL that is wrong on purpose. [`registers`] is the register map as the
//! RTL shows it.
//!
//! What needs no clocks runs on a [`bench::Bench`]: it compares the answers to every call, and all that a driver can
//! read after every command.

mod bench;
mod bugs;
mod constant;
mod doorbell;
mod drains;
mod header;
mod pages;
mod parity;
mod posted;
mod power_on;
mod random;
mod registers;
mod scenarios;
mod sequences;
mod stimulus;
mod timing;
mod traffic;
