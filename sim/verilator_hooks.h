/* SPDX-License-Identifier: Apache-2.0 */
/* Included before everything in the Verilated sources: sends what they print to failure.cc. */
#pragma once

#ifdef __cplusplus
extern "C"
#endif
int persimmon_printf(const char* format, ...);

#define VL_PRINTF persimmon_printf
#define VL_USER_FINISH
#define VL_USER_STOP
#define VL_USER_FATAL
