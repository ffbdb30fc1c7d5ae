// SPDX-License-Identifier: Apache-2.0
//
// See board_bridge.h.

#include "sim/board_bridge.h"

#include <exception>
#include <memory>
#include <string>

#include "sim/board.h"

namespace persimmon {

struct BoardHandle {
  std::unique_ptr<Board> board;
  std::string error;
};

namespace {

// Calls `what` with the board; an exception becomes the error of the handle.
template <class What>
bool guarded(BoardHandle* handle, What what) {
  // Without a board, the error is why there is none.
  if (!handle->board) return false;
  try {
    what(*handle->board);
    return true;
  } catch (const std::exception& e) {
    handle->error = e.what();
    return false;
  }
}

}  // namespace

extern "C" {

BoardHandle* persimmon_board_new(std::size_t number, std::uint32_t seed) {
  auto handle = std::make_unique<BoardHandle>();
  try {
    handle->board = new_board(number, seed);
  } catch (const std::exception& e) {
    handle->error = e.what();
  }
  return handle.release();
}

void persimmon_board_delete(BoardHandle* handle) { delete handle; }

const char* persimmon_board_error(const BoardHandle* handle) { return handle->error.c_str(); }

std::uint64_t persimmon_board_clocks(const BoardHandle* handle) {
  return handle->board ? handle->board->clocks() : 0;
}

std::uint8_t persimmon_board_leds(const BoardHandle* handle) { return handle->board ? handle->board->leds() : 0; }

bool persimmon_board_step(BoardHandle* handle, std::uint64_t clocks) {
  return guarded(handle, [=](Board& board) { board.step(clocks); });
}

bool persimmon_board_send(BoardHandle* handle, const std::uint8_t* bytes, std::size_t count) {
  return guarded(handle, [=](Board& board) { board.send({bytes, count}); });
}

std::size_t persimmon_board_unsent(const BoardHandle* handle) {
  return handle->board ? handle->board->unsent() : 0;
}

std::size_t persimmon_board_take(BoardHandle* handle, std::uint8_t* to, std::size_t count) {
  return handle->board ? handle->board->take({to, count}) : 0;
}

bool persimmon_board_set_bug(BoardHandle* handle, std::uint8_t number) {
  return guarded(handle, [=](Board& board) { board.set_bug(number); });
}

}  // extern "C"

}  // namespace persimmon
