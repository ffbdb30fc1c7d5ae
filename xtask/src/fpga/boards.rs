// SPDX-License-Identifier: Apache-2.0
//! Boards: a device, its pins, and the top level that goes on it.

use anyhow::bail;

/// What `--board NAME` stands for. Paths are seen from the root of the repository.
#[derive(Debug)]
pub struct Board {
    /// What `--board` calls it.
    pub name: &'static str,
    /// One of [`super::device::DEVICES`].
    pub device: &'static str,
    /// The package on this board, if not that of the device's entry.
    pub package: Option<&'static str>,
    /// Pins and electrical standards, an LPF for ECP5 or a PCF for iCE40.
    pub pins: &'static str,
    /// Top module.
    pub top: &'static str,
    /// What the top needs besides `rtl/iommu.f`.
    pub sources: &'static [&'static str],
    /// Parameters of the top; options on the command line win.
    pub parameters: &'static [(&'static str, u64)],
    /// The clock that timing must close on. A board that misses it gets no bitstream.
    pub mhz: f64,
    /// How `openFPGALoader -b` calls it.
    pub loader: &'static str,
}

/// Every board that has pins in `constraints/`.
pub const BOARDS: &[Board] = &[
    Board {
        name: "ulx3s",
        device: "lfe5u-85f",
        package: None,
        pins: "constraints/ulx3s.lpf",
        top: "ulx3s_top",
        sources: &[
            "rtl/board/board_pkg.sv",
            "rtl/board/board_uart_rx.sv",
            "rtl/board/board_uart_tx.sv",
            "rtl/board/board_uartbone.sv",
            "rtl/board/board_arb.sv",
            "rtl/board/board_axil.sv",
            "rtl/board/board_regs.sv",
            "rtl/board/board_dma.sv",
            "rtl/board/board_memory.sv",
            "rtl/board/board_script.sv",
            "rtl/board/board_selftest.sv",
            "rtl/board/board_leds.sv",
            "rtl/board/board_reset.sv",
            "rtl/board/board_lite.sv",
            "rtl/board/board_system.sv",
            "rtl/board/persimmon_board.sv",
            "rtl/board/EHXPLLL.sv",
            "rtl/board/ulx3s_top.sv",
        ],
        parameters: &[("ENTRIES", 64)],
        mhz: 50.0,
        loader: "ulx3s",
    },
    Board {
        name: "hx8k",
        device: "ice40hx8k",
        package: Some("ct256"),
        pins: "constraints/hx8k.pcf",
        top: "hx8k_top",
        sources: &[
            "rtl/board/board_pkg.sv",
            "rtl/board/board_uart_rx.sv",
            "rtl/board/board_uart_tx.sv",
            "rtl/board/board_uartbone.sv",
            "rtl/board/board_arb.sv",
            "rtl/board/board_axil.sv",
            "rtl/board/board_regs.sv",
            "rtl/board/board_dma.sv",
            "rtl/board/board_memory.sv",
            "rtl/board/board_script.sv",
            "rtl/board/board_selftest.sv",
            "rtl/board/board_leds.sv",
            "rtl/board/board_reset.sv",
            "rtl/board/board_lite.sv",
            "rtl/board/board_system.sv",
            "rtl/board/persimmon_board.sv",
            "rtl/board/SB_PLL40_CORE.sv",
            "rtl/board/hx8k_top.sv",
        ],
        parameters: &[("ENTRIES", 16)],
        mhz: 18.0,
        loader: "ice40_generic",
    },
];

/// The board that options mean by `name`.
pub fn find(name: &str) -> anyhow::Result<&'static Board> {
    let Some(board) = BOARDS.iter().find(|board| board.name == name) else {
        let names: Vec<_> = BOARDS.iter().map(|board| board.name).collect();
        bail!(
            "no board is called {name:?}; there are: {}",
            names.join(", ")
        );
    };
    Ok(board)
}
