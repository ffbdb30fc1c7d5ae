// SPDX-License-Identifier: Apache-2.0
//
// The protocol of LiteX's "uartbone", by which litex_server, wishbone-tool and `persimmon --dut uart:` read and write
// registers over a UART. A frame of the host is
//
//   command   1 byte   0x01 write, 0x02 read; 0x03 and 0x04 the same without counting the address up
//   length    1 byte   words, 1 to 255
//   address   4 bytes  of the first word, in words, most significant byte first
//   data      4 bytes  a word, most significant byte first: follow a write, answer a read
//
// A write is not acknowledged. Nothing in it is checked either, so a frame that was cut off, or garbage that looks like
// the start of one, ends when the line has been quiet for TIMEOUT clocks; the host waits that long and starts anew.
// A bus error cannot be told in an answer; it is kept in the register BUS_ERROR.

module board_uartbone
  import board_pkg::*;
#(
  /// Clocks of silence that end an unfinished frame
  parameter int unsigned TIMEOUT = 5_000_000,
  /// Bits of a count of these clocks
  localparam int unsigned QuietW = $clog2(TIMEOUT + 1)
) (
  /// Clock
  input  logic       clk_i,
  /// Asynchronous reset, active low
  input  logic       rst_ni,
  /// A byte from the host; cannot be held
  input  logic       rx_valid_i,
  /// Which
  input  logic [7:0] rx_data_i,
  /// A byte to the host
  output logic       tx_valid_o,
  /// It is taken
  input  logic       tx_ready_i,
  /// Which
  output logic [7:0] tx_data_o,
  /// The bus
  output request_t   request_o,
  /// Its answer
  input  reply_t     reply_i
);

  typedef enum logic [2:0] {
    Command,
    Length,
    Address,
    Data,
    Access,
    Send
  } state_e;

  state_e            state_q;
  logic              write_q, fixed_q;
  logic [7:0]        words_q;  // left, this one included
  logic [1:0]        bytes_q;  // of an address or a word, so far
  logic [AddrW-3:0]  addr_q;
  logic              beyond_q;  // the address is larger than the bus
  logic [31:0]       data_q;
  logic [QuietW-1:0] quiet_q;
  logic              known, receiving, expired;

  assign known     = rx_data_i inside {8'h01, 8'h02, 8'h03, 8'h04};
  assign receiving = state_q inside {Length, Address, Data};
  assign expired   = quiet_q == QuietW'(TIMEOUT);

  assign request_o = '{valid: state_q == Access, write: write_q,
                       addr: beyond_q ? Nowhere : {addr_q, 2'b00}, data: data_q};
  assign tx_valid_o = state_q == Send;
  assign tx_data_o  = data_q[31:24];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) quiet_q <= '0;
    else if (!receiving || rx_valid_i) quiet_q <= '0;
    else if (!expired) quiet_q <= quiet_q + QuietW'(1);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Command;
      write_q <= 1'b0;
      fixed_q <= 1'b0;
      words_q <= '0;
      bytes_q <= '0;
    end else begin
      unique case (state_q)
        // A byte that is no command is not the start of a frame: the next one may be.
        Command: if (rx_valid_i && known) begin
          state_q <= Length;
          write_q <= rx_data_i[0];
          fixed_q <= rx_data_i[2:0] > 3'd2;
          bytes_q <= '0;
        end
        Length: if (rx_valid_i) begin
          state_q <= Address;
          words_q <= rx_data_i;
        end
        Address: if (rx_valid_i) begin
          bytes_q <= bytes_q + 2'd1;
          if (bytes_q == 2'd3) state_q <= (words_q == '0) ? Command : write_q ? Data : Access;
        end
        Data: if (rx_valid_i) begin
          bytes_q <= bytes_q + 2'd1;
          if (bytes_q == 2'd3) state_q <= Access;
        end
        Access: if (reply_i.done) begin
          words_q <= words_q - 8'd1;
          state_q <= !write_q ? Send : (words_q == 8'd1) ? Command : Data;
        end
        Send: if (tx_ready_i) begin
          bytes_q <= bytes_q + 2'd1;
          if (bytes_q == 2'd3) state_q <= (words_q == '0) ? Command : Access;
        end
        default: state_q <= Command;
      endcase
      if (receiving && expired) state_q <= Command;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Address && rx_valid_i) begin
      addr_q   <= {(bytes_q == 2'd0) ? '0 : addr_q[AddrW-11:0], rx_data_i};
      // The bus is smaller than the protocol's address. What lies beyond it is nowhere.
      beyond_q <= bytes_q != 2'd0 && (beyond_q || addr_q[AddrW-3:AddrW-10] != '0);
    end
    if (state_q == Access && reply_i.done && !fixed_q) begin
      addr_q <= addr_q + (AddrW - 2)'(1);
      if (addr_q == '1) beyond_q <= 1'b1;
    end
    if (state_q == Data && rx_valid_i) data_q <= {data_q[23:0], rx_data_i};
    if (state_q == Access && reply_i.done && !write_q) data_q <= reply_i.data;
    if (state_q == Send && tx_ready_i) data_q <= {data_q[23:0], 8'h00};
  end

  // BUS_ERROR keeps it.
  logic unused_resp;
  assign unused_resp = ^reply_i.resp;

endmodule
