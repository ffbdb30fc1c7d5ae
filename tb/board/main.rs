// SPDX-License-Identifier: Apache-2.0
//! A board, from its pins: the self-test and its LEDs, the frames on the UART, and the host's side of them. All on
//! simulated boards, most of them at a pseudo-terminal.

mod frames;
mod host;
mod lockstep;
mod selftest;

use persimmon::board::{Board, BoardBuild, Simulation};

/// A simulated board, and a host that has taken it over.
fn board(build: BoardBuild) -> (Simulation, Board) {
    let simulation = Simulation::start(build, 0).unwrap();
    let board = Board::open(simulation.port()).unwrap();
    (simulation, board)
}
