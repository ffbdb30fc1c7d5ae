# SPDX-License-Identifier: Apache-2.0
"""Register addresses and command codes, read from rtl/regs/iommu.rdl itself: a foreign bench keeps no copy."""

import os
import re
from pathlib import Path

_SOURCE = Path(os.environ["PERSIMMON_ROOT"]) / "rtl/regs/iommu.rdl"
_TEXT = _SOURCE.read_text(encoding="utf-8")


def _addresses() -> dict[str, int]:
    """`} NAME @ 0x...;` and the arrays `} NAME[n] @ 0x...;`: name to address of the first."""
    found = re.findall(r"^    \} (\w+)(?:\[\d+\])? @ (0x[0-9a-f]+)", _TEXT, re.MULTILINE)
    return {name: int(address, 16) for name, address in found}


def _codes(enum: str) -> dict[str, int]:
    """The members of one `enum` of the register map, by name."""
    body = re.search(rf"^enum {enum} \{{(.*?)^\}};", _TEXT, re.MULTILINE | re.DOTALL).group(1)
    found = re.findall(r"(\w+)\s*=\s*\d+'([hd])([0-9a-f]+)", body)
    return {name: int(digits, 16 if base == "h" else 10) for name, base, digits in found}


ADDRESS = _addresses()
OP = _codes("op_e")
CODE = {number: name for name, number in _codes("code_e").items()}
FAULT = _codes("fault_e")

PORT_CTRL_QUIESCE = 1 << 31
PORT_STATUS = ADDRESS["PORT"] + 4
READ, WRITE = 1, 2  # bits of perm
