-F ../iommu.f
board_pkg.sv
board_uart_rx.sv
board_uart_tx.sv
board_uartbone.sv
board_arb.sv
board_axil.sv
board_regs.sv
board_dma.sv
board_memory.sv
board_script.sv
board_selftest.sv
board_leds.sv
board_reset.sv
board_lite.sv
board_system.sv
persimmon_board.sv
