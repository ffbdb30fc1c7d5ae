# SPDX-License-Identifier: Apache-2.0
"""The top level between the models of cocotbext-axi, and what must come of an access.

    AxiLiteMaster -> registers        AxiMaster -> persimmon -> AxiRam

`Tables` says what each address space translates to, `Memory` what every byte of physical memory must be. Both are
written for this bench and share nothing with the golden model of the repository. A translation is looked up a page
at a time: a granule is a page of 4 KiB or more, and a burst that AXI4 allows does not leave its page.
"""

import itertools
import logging
import os
import random
from dataclasses import dataclass

from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer
from cocotb.utils import get_sim_time
from cocotbext.axi import (
    AxiBurstType,
    AxiBus,
    AxiLiteBus,
    AxiLiteMaster,
    AxiLockType,
    AxiMaster,
    AxiRam,
    AxiResp,
)

from registers import ADDRESS, CODE, OP, READ, WRITE

PAGE = 4096
CLOCK_NS = 10
INCR, FIXED, WRAP = AxiBurstType.INCR, AxiBurstType.FIXED, AxiBurstType.WRAP


def seeded(name: str) -> random.Random:
    """Numbers that depend on the seed of the run and on who asks, not on who asked before."""
    return random.Random(f"{os.environ['COCOTB_RANDOM_SEED']}/{name}")


@dataclass(frozen=True)
class Access:
    """What a DMA master asks for; AxiMaster makes it one burst or, at pages and at 256 beats, several."""

    group: int
    iova: int
    length: int
    size: int
    burst: AxiBurstType = INCR
    write: bool = False
    axi_id: int = 0
    lock: AxiLockType = AxiLockType.NORMAL

    def addresses(self) -> list[int]:
        """The IOVA of each byte of data, in the order in which the bytes travel."""
        if self.burst == FIXED:
            beat = 1 << self.size
            return [self.iova + i % beat for i in range(self.length)]
        if self.burst == WRAP:
            base = self.iova // self.length * self.length
            return [base + (self.iova - base + i) % self.length for i in range(self.length)]
        return list(range(self.iova, self.iova + self.length))

    def bursts(self) -> list[range]:
        """The bursts on the bus, each as the positions of its bytes in the data."""
        if self.burst != INCR:
            return [range(self.length)]
        beat = 1 << self.size
        parts, start = [], 0
        while start < self.length:
            first = self.iova + start
            last = min((first // PAGE + 1) * PAGE, (first // beat + 256) * beat) - 1
            stop = min(self.length, last + 1 - self.iova)
            parts.append(range(start, stop))
            start = stop
        return parts

    def breaks_a_rule(self) -> bool:
        """The IOMMU refuses it whatever is mapped."""
        return self.burst == FIXED and self.length >> self.size > 16


class Tables:
    """Which page of which address space is where, and what may be done there."""

    def __init__(self):
        self.asid_of = {}  # group -> asid
        self.identity = set()  # asids
        self.pages = {}  # (asid, page of IOVA) -> (page of PA, perm)

    def map(self, asid, iova, length, pa, perm):
        for i in range(length // PAGE):
            self.pages[asid, iova // PAGE + i] = (pa // PAGE + i, perm)

    def unmap(self, asid, iova, length):
        for i in range(length // PAGE):
            self.pages.pop((asid, iova // PAGE + i), None)

    def translate(self, group, iova, write, pa_bits):
        """Physical address of one byte, or None."""
        asid = self.asid_of.get(group)
        if asid in self.identity:
            return iova if iova >> pa_bits == 0 else None
        page, perm = self.pages.get((asid, iova // PAGE), (0, 0))
        return page * PAGE + iova % PAGE if perm & (WRITE if write else READ) else None


class Memory:
    """What physical memory must hold; pages never written hold 0, as in the model of cocotbext-axi."""

    def __init__(self):
        self.pages = {}

    def read(self, pa):
        page = self.pages.get(pa // PAGE)
        return page[pa % PAGE] if page else 0

    def write(self, pa, value):
        self.pages.setdefault(pa // PAGE, bytearray(PAGE))[pa % PAGE] = value

    def compare(self, ram):
        """Every page that either side knows; returns how many bytes that was."""
        found = {address // PAGE for address in ram.mem.segs}
        for page in sorted(found | self.pages.keys()):
            expected = bytes(self.pages.get(page, bytes(PAGE)))
            actual = ram.read(page * PAGE, PAGE)
            if expected != actual:
                at = next(i for i in range(PAGE) if expected[i] != actual[i])
                raise AssertionError(
                    f"memory at {page * PAGE + at:#x} is {actual[at]:#04x}, must be {expected[at]:#04x}"
                )
        return PAGE * len(found | self.pages.keys())


@dataclass
class Compared:
    """How much was compared. A test that compared nothing has failed."""

    bursts: int = 0
    refused: int = 0
    data_bytes: int = 0
    memory_bytes: int = 0

    def report(self, what: str):
        assert self.bursts and self.data_bytes and self.memory_bytes, f"{what}: nothing was compared"
        print(
            f"{what}: compared {self.bursts} bursts ({self.refused} of them refused) with {self.data_bytes} bytes of "
            f"data, and {self.memory_bytes} bytes of memory",
            flush=True,
        )


class Bench:
    """The device under test with everything around it."""

    def __init__(self, dut):
        # The models log every beat.
        logging.getLogger(f"cocotb.{dut._name}").setLevel(logging.WARNING)
        self.dut = dut
        self.pa_bits = len(dut.m_axi_araddr)
        self.beat_log2 = (len(dut.s_axi_wdata) // 8).bit_length() - 1
        self.ids = 1 << len(dut.s_axi_arid)
        self.tables = Tables()
        self.memory = Memory()
        self.compared = Compared()

    async def start(self):
        """Clock, models, reset."""
        dut = self.dut
        # Power-up values are random, those of clock and reset too: an edge of the reset before the first of the clock.
        for level in (1, 0):
            dut.clk.value = 0
            dut.rst_n.value = level
            await Timer(CLOCK_NS, "ns")
        self.clock = Clock(dut.clk, CLOCK_NS, "ns")
        self.clock.start()
        dut.dev_reset.value = 0
        dut.dev_reset_clean.value = 0
        dut.s_axi_awatop.value = 0
        reset = {"reset": dut.rst_n, "reset_active_level": False}
        self.bus = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, **reset)
        self.master = AxiMaster(AxiBus.from_prefix(dut, "s_axi"), dut.clk, **reset)
        self.ram = AxiRam(AxiBus.from_prefix(dut, "m_axi"), dut.clk, size=1 << self.pa_bits, **reset)
        await self.clocks(5)
        dut.rst_n.value = 1
        await self.clocks(5)

    async def clocks(self, count):
        for _ in range(count):
            await RisingEdge(self.dut.clk)

    def now(self):
        """The clock that it is."""
        return int(get_sim_time("ns")) // CLOCK_NS

    # --- registers ---------------------------------------------------------------------------------------------

    async def read(self, address):
        return await self.bus.read_dword(address)

    async def write(self, address, value):
        await self.bus.write_dword(address, value)

    async def command(self, name, *, asid=0, target=0, perm=0, iova=0, last=0, pa=0):
        """Runs a command to its end; returns the name of its result."""
        for register, value in (("ARG_IOVA", iova), ("ARG_LAST", last), ("ARG_PA", pa)):
            await self.bus.write_qword(ADDRESS[register], value)
        await self.write(ADDRESS["CMD"], OP[name] | perm << 8 | asid << 16 | target << 24)
        while await self.read(ADDRESS["STATUS"]) & 1:
            pass
        result = await self.read(ADDRESS["RESULT"])
        assert result >> 8 & 0xFF == OP[name], f"RESULT is of another command: {result:#x}"
        return CODE[result & 0xFF]

    async def ok(self, name, **arguments):
        code = await self.command(name, **arguments)
        assert code == "ok", f"{name} {arguments}: {code}"

    async def map(self, asid, iova, length, pa, perm):
        await self.ok("map", asid=asid, iova=iova, last=iova + length - 1, pa=pa, perm=perm)
        self.tables.map(asid, iova, length, pa, perm)

    async def unmap(self, asid, iova, length):
        await self.ok("unmap", asid=asid, iova=iova, last=iova + length - 1)
        self.tables.unmap(asid, iova, length)

    async def assign(self, group, asid):
        await self.ok("group_asid", target=group, asid=asid)
        self.tables.asid_of[group] = asid

    async def drained(self, asid):
        """Until no access from before the last removal is unfinished."""
        while await self.read(ADDRESS["DRAINING"]) >> asid & 1:
            pass

    # --- accesses ----------------------------------------------------------------------------------------------

    async def put(self, access, data=b""):
        """Hands the access to the foreign master and waits for its answer."""
        arguments = dict(burst=access.burst, size=access.size, lock=access.lock, user=access.group)
        if access.write:
            return await self.master.write(access.iova, data, awid=access.axi_id, **arguments)
        return await self.master.read(access.iova, access.length, arid=access.axi_id, **arguments)

    def places(self, access):
        """For each byte of data its physical address, None in a burst that is refused; and how many bursts are."""
        places, refused = [None] * access.length, 0
        addresses = access.addresses()
        for burst in access.bursts():
            first = self.tables.translate(access.group, addresses[burst[0]], access.write, self.pa_bits)
            if first is None or access.breaks_a_rule():
                refused += 1
                continue
            for i in burst:
                places[i] = first // PAGE * PAGE + addresses[i] % PAGE
        return places, refused

    async def check(self, access, rng):
        """One access with a known outcome: response, data, and for a write what memory must hold from here on."""
        places, refused = self.places(access)
        data = rng.randbytes(access.length) if access.write else b""
        answer = await self.put(access, data)
        expected = AxiResp.SLVERR if refused else AxiResp.OKAY
        assert answer.resp == expected, f"{access}: {answer.resp!r}, must be {expected!r}"
        if access.write:
            for place, value in zip(places, data):
                if place is not None:
                    self.memory.write(place, value)
        else:
            data = bytes(0 if place is None else self.memory.read(place) for place in places)
            assert answer.data == data, f"{access}: read {answer.data.hex()}, must be {data.hex()}"
        self.count(access, refused)

    def count(self, access, refused):
        self.compared.bursts += len(access.bursts())
        self.compared.refused += refused
        self.compared.data_bytes += access.length

    def fill(self, rng, pa, length):
        """New contents, behind the device's back."""
        data = rng.randbytes(length)
        self.ram.write(pa, data)
        for i, value in enumerate(data):
            self.memory.write(pa + i, value)

    def compare_memory(self):
        self.compared.memory_bytes += self.memory.compare(self.ram)

    # --- back-pressure -----------------------------------------------------------------------------------------

    def pause(self, name, probability):
        """All ten channels stop now and then, each by itself."""
        sides = {"master": self.master, "ram": self.ram}
        for side, model in sides.items():
            for interface, channels in ((model.write_if, "awb"), (model.read_if, "ar")):
                channels = ("aw", "w", "b") if channels == "awb" else ("ar", "r")
                for channel in channels:
                    rng = seeded(f"{name}/{side}/{channel}")
                    stops = (rng.random() < probability for _ in itertools.count())
                    getattr(interface, f"{channel}_channel").set_pause_generator(stops)

    def resume(self):
        for model in (self.master, self.ram):
            for channel in ("aw", "w", "b"):
                getattr(model.write_if, f"{channel}_channel").clear_pause_generator()
            for channel in ("ar", "r"):
                getattr(model.read_if, f"{channel}_channel").clear_pause_generator()
