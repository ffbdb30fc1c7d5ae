/* SPDX-License-Identifier: Apache-2.0 */
/* C interface of a simulated board, for src/board/ffi.rs, which declares the same. Functions that return bool return
 * false on failure, and persimmon_board_error() then says why. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
namespace persimmon {
extern "C" {
#endif

typedef struct BoardHandle BoardHandle;

/* Powers on board number `number` of build/variants.rs. Never null; a failure shows at the next call that can. */
BoardHandle* persimmon_board_new(size_t number, uint32_t seed);
void persimmon_board_delete(BoardHandle* handle);
/* Valid until the next call. */
const char* persimmon_board_error(const BoardHandle* handle);
uint64_t persimmon_board_clocks(const BoardHandle* handle);
uint8_t persimmon_board_leds(const BoardHandle* handle);
bool persimmon_board_step(BoardHandle* handle, uint64_t clocks);
bool persimmon_board_send(BoardHandle* handle, const uint8_t* bytes, size_t count);
size_t persimmon_board_unsent(const BoardHandle* handle);
size_t persimmon_board_take(BoardHandle* handle, uint8_t* to, size_t count);
bool persimmon_board_set_bug(BoardHandle* handle, uint8_t number);

#ifdef __cplusplus
}
}  // namespace persimmon
#endif
