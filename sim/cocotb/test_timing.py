# SPDX-License-Identifier: Apache-2.0
"""The timing diagrams of docs/timing are true: each is played on the RTL and compared lane by lane, clock by clock.

A column of a diagram is one clock; what it shows is sampled in the middle of that clock. A column with a gap (`|`)
stands for as many clocks as `x-persimmon.gaps` says, in which no lane changes. Data labels are numbers that the
scenario knows by that name. Everything is driven by hand here: the masters of cocotbext-axi have timing of their own.
"""

import json
import os
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge, Timer
from cocotbext.axi import AxiLiteBus, AxiLiteMaster

from bench import CLOCK_NS, PAGE
from registers import ADDRESS, CODE, OP

DIAGRAMS = Path(os.environ["PERSIMMON_ROOT"]) / "docs/timing"
LIMITS = {"timeout_time": 1, "timeout_unit": "ms"}

IOVA, PA = 0x7_1000, 0x23_4000
DRAINED = 1 << 2  # in IRQ_STATUS


class Bench:
    """The device under test with its inputs quiet, and a recording of what the diagrams may show."""

    def __init__(self, dut):
        self.dut = dut
        core = dut.u_persimmon.u_core
        # Lanes that are no ports of the top level.
        self.inside = {
            "effect": core.u_state.effect_i,
            "bank_q": core.u_iotlb.bank_q,
            "commit_seq": core.u_state.commit_seq_o,
            "draining": core.u_drain.draining_o,
            "post_ring": core.u_post.post_ring_i,
            "pending": core.u_post.pending_o,
            "result_seq": core.u_post.result_seq_o,
            "req_valid": core.g_xlate[0].u_xlate.req_valid_i,
            "req_ready": core.g_xlate[0].u_xlate.req_ready_o,
            "rsp_valid": core.g_xlate[0].u_xlate.rsp_valid_o,
            "rsp_commit_seq": core.g_xlate[0].u_xlate.rsp_commit_seq_o,
        }
        self.samples = []  # for each clock: lane -> value
        # Effects are numbered as in iommu_pkg.
        self.names = {"IOVA": IOVA, "PA": PA, "SLVERR": 2, "none": 0, "MAP": 1, "UNMAP": 2}

    def signal(self, lane):
        if lane in self.inside:
            return self.inside[lane]
        return getattr(self.dut, lane.removesuffix("_i").removesuffix("_o"))

    async def start(self):
        dut = self.dut
        for level in (1, 0):
            dut.clk.value = 0
            dut.rst_n.value = level
            await Timer(CLOCK_NS, "ns")
        Clock(dut.clk, CLOCK_NS, "ns").start()
        for side, channels in (("s", ("aw", "w", "ar")), ("m", ("b", "r"))):
            for channel in channels:
                getattr(dut, f"{side}_axi_{channel}valid").value = 0
        for ready in ("s_axi_bready", "s_axi_rready", "m_axi_awready", "m_axi_wready", "m_axi_arready"):
            getattr(dut, ready).value = 1
        for channel in ("aw", "ar"):
            for field in ("id", "lock", "cache", "prot", "qos", "region", "user"):
                getattr(dut, f"s_axi_{channel}{field}").value = 0
            getattr(dut, f"s_axi_{channel}size").value = (len(dut.s_axi_wdata) // 8).bit_length() - 1
            getattr(dut, f"s_axi_{channel}burst").value = 1
        for quiet in ("s_axi_awatop", "m_axi_bid", "m_axi_bresp", "m_axi_rid", "m_axi_rresp", "dev_reset"):
            getattr(dut, quiet).value = 0
        self.bus = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), dut.clk, dut.rst_n, reset_active_level=False)
        await self.clocks(5)
        dut.rst_n.value = 1
        await self.clocks(5)
        self.latency = await self.bus.read_dword(ADDRESS["CAP_TABLE"]) >> 24
        await self.command("group_asid")

    async def clocks(self, count):
        for _ in range(count):
            await RisingEdge(self.dut.clk)

    async def doorbell(self, name, iova=0, length=PAGE, pa=0, register="CMD"):
        for argument, value in (("ARG_IOVA", iova), ("ARG_LAST", iova + length - 1), ("ARG_PA", pa)):
            await self.bus.write_qword(ADDRESS[argument], value)
        await self.bus.write_dword(ADDRESS[register], OP[name] | 3 << 8)

    async def command(self, name, **arguments):
        await self.doorbell(name, **arguments)
        while await self.bus.read_dword(ADDRESS["STATUS"]) & 1:
            pass
        code = CODE[await self.bus.read_dword(ADDRESS["RESULT"]) & 0xFF]
        assert code == "ok", f"{name}: {code}"

    async def send(self, channel, **fields):
        """One handshake of a channel that the bench drives, in the next clock if the other side is ready."""
        for field, value in fields.items():
            getattr(self.dut, f"{channel}{field}").value = value
        valid, ready = getattr(self.dut, f"{channel}valid"), getattr(self.dut, f"{channel}ready")
        valid.value = 1
        while True:
            await FallingEdge(self.dut.clk)
            taken = int(ready.value)
            await RisingEdge(self.dut.clk)
            if taken:
                break
        valid.value = 0

    async def until(self, lane, wanted=1):
        """To the middle of the first clock in which the lane has that value."""
        signal = self.signal(lane)
        while True:
            await FallingEdge(self.dut.clk)
            if int(signal.value) == wanted:
                return

    async def record(self, lanes):
        signals = {lane: self.signal(lane) for lane in lanes}
        while True:
            await FallingEdge(self.dut.clk)
            self.samples.append({lane: signal.value for lane, signal in signals.items()})

    # --- against a diagram -------------------------------------------------------------------------------------

    def compare(self, diagram, first):
        """Every lane from the sample `first` on; returns how many values that was."""
        gaps = [self.number(text) for text in diagram["x-persimmon"].get("gaps", [])]
        lanes = dict(lanes_of(diagram["signal"]))
        columns = len(next(iter(lanes.values()))["wave"])
        clocks, at = [], first
        for column in range(columns):
            width = 1
            if any(lane["wave"][column] == "|" for lane in lanes.values()):
                width = gaps.pop(0)
            clocks.append(range(at, at + width))
            at += width
        assert not gaps and at <= len(self.samples), "the diagram has other gaps, or is longer than the recording"

        compared = 0
        for name, lane in lanes.items():
            assert len(lane["wave"]) == columns, f"{name}: not {columns} columns"
            labels = iter(lane.get("data", []))
            wanted = None
            for column, brick in enumerate(lane["wave"]):
                if brick in "01":
                    wanted = int(brick)
                elif brick == "x":
                    wanted = None
                elif brick in "=2345":
                    wanted = self.number(next(labels))
                else:
                    assert brick in ".|", f"{name}: no rule for {brick!r}"
                if wanted is None:
                    continue
                for clock in clocks[column]:
                    value = int(self.samples[clock][name])
                    assert value == wanted, f"{name}, column {column}: {value:#x}, the diagram says {wanted:#x}"
                    compared += 1
            assert next(labels, None) is None, f"{name}: more labels than values"
        return compared

    def number(self, text):
        """A label or the length of a gap: names, numbers, sums and differences."""
        words = str(text).replace("+", " + ").replace("-", " - ").split()
        known = {"LATENCY": self.latency, **self.names}
        total, sign = 0, 1
        for word in words:
            if word in "+-":
                sign = 1 if word == "+" else -1
            else:
                total += sign * (known[word] if word in known else int(word, 0))
        return total


def lanes_of(signals):
    """Groups are lists that begin with a name; spacers and the clock have nothing to compare."""
    for signal in signals:
        if isinstance(signal, list):
            yield from lanes_of(signal[1:])
        elif signal.get("wave") and signal["wave"][0] != "p":
            yield signal["name"], signal


async def play(dut, name, scenario):
    """Runs `scenario`, which returns the sample that is the diagram's first column."""
    diagram = json.loads((DIAGRAMS / f"{name}.json").read_text(encoding="utf-8"))
    bench = Bench(dut)
    await bench.start()
    lanes = [lane for lane, _ in lanes_of(diagram["signal"])]
    first = await scenario(bench, lambda: cocotb.start_soon(bench.record(lanes)))
    if "PERSIMMON_TIMING_SHOW" in os.environ:
        for lane in lanes:
            values = (int(sample[lane]) for sample in bench.samples[max(first, 0) : first + 250])
            print(f"{lane:20}", " ".join(f"{value:x}" for value in values))
    compared = bench.compare(diagram, first)
    assert compared, f"{name}: nothing was compared"
    print(f"docs/timing/{name}.json: {compared} values are as drawn, LATENCY = {bench.latency}")


@cocotb.test(**LIMITS)
async def read(dut):
    """An accepted read burst of four beats; memory takes the address at once and answers two clocks later."""

    async def scenario(bench, record):
        await bench.command("map", iova=IOVA, pa=PA)
        bench.names |= {f"D{i}": 0x1111 * (i + 1) for i in range(4)}
        await bench.clocks(1)
        record()
        await bench.clocks(1)
        await bench.send("s_axi_ar", addr=IOVA, len=3)
        await bench.until("m_axi_arvalid_o")
        await bench.clocks(3)
        for i in range(4):
            await bench.send("m_axi_r", data=bench.names[f"D{i}"], last=int(i == 3))
        await bench.clocks(8)
        return 0

    await play(dut, "read", scenario)


@cocotb.test(**LIMITS)
async def read_refused(dut):
    """A read burst of three beats that nothing maps, and behind it, of another ID, one that goes on."""

    async def scenario(bench, record):
        await bench.command("map", iova=IOVA, pa=PA)
        bench.names |= {"BAD": IOVA + PAGE}
        await bench.clocks(1)
        record()
        await bench.clocks(1)
        await bench.send("s_axi_ar", addr=IOVA + PAGE, len=2)
        await bench.send("s_axi_ar", addr=IOVA, len=0, id=1)
        await bench.clocks(bench.latency + 20)
        return 0

    await play(dut, "read-refused", scenario)


@cocotb.test(**LIMITS)
async def write_refused(dut):
    """A write burst of four beats that nothing maps; the master offers its data together with the address."""

    async def scenario(bench, record):
        await bench.command("map", iova=IOVA, pa=PA)
        bench.names |= {"BAD": IOVA + PAGE, "W0": 0, "W1": 1, "W2": 2, "W3": 3}
        await bench.clocks(1)
        record()
        await bench.clocks(1)
        cocotb.start_soon(bench.send("s_axi_aw", addr=IOVA + PAGE, len=3))
        for i in range(4):
            await bench.send("s_axi_w", data=i, strb=0xFF, last=int(i == 3))
        await bench.clocks(12)
        return 0

    await play(dut, "write-refused", scenario)


@cocotb.test(**LIMITS)
async def flip(dut):
    """A MAP takes effect under a stream of lookups, one a clock."""

    async def scenario(bench, record):
        await bench.command("map", iova=IOVA + 4 * PAGE, pa=PA)
        bench.names |= {"old": await bench.bus.read_dword(ADDRESS["COMMIT_SEQ"])}
        bench.names["new"] = bench.names["old"] + 1
        bench.names["A"] = int(bench.signal("bank_q").value)
        bench.names["B"] = 1 - bench.names["A"]
        task = record()

        async def lookups():
            while True:
                await bench.send("s_axi_ar", addr=IOVA, len=0)

        cocotb.start_soon(lookups())

        async def answers():
            while True:
                await bench.until("m_axi_arvalid_o")
                await RisingEdge(dut.clk)
                await bench.send("m_axi_r", data=0, last=1)

        cocotb.start_soon(answers())
        await bench.doorbell("map", iova=IOVA, pa=PA)
        await bench.until("effect", bench.names["MAP"])
        await bench.clocks(bench.latency + 10)
        task.cancel()
        effect = next(i for i, sample in enumerate(bench.samples) if int(sample["effect"]))
        return effect - 2

    await play(dut, "flip", scenario)


@cocotb.test(**LIMITS)
async def removal(dut):
    """An UNMAP while a read burst of its range is on the way: committed at once, drained with the last beat."""

    async def scenario(bench, record):
        await bench.command("map", iova=IOVA, pa=PA)
        await bench.bus.write_dword(ADDRESS["IRQ_STATUS"], 0xFF)
        await bench.bus.write_dword(ADDRESS["IRQ_ENABLE"], DRAINED)
        bench.names |= {"old": await bench.bus.read_dword(ADDRESS["COMMIT_SEQ"])}
        bench.names["new"] = bench.names["old"] + 1
        await bench.send("s_axi_ar", addr=IOVA, len=1)
        await bench.until("m_axi_arvalid_o")
        task = record()
        await bench.doorbell("unmap", iova=IOVA)
        await bench.until("effect", bench.names["UNMAP"])
        await bench.clocks(20)
        for i in range(2):
            await bench.send("m_axi_r", data=i, last=i)
        await bench.clocks(20)
        task.cancel()
        return next(i for i, sample in enumerate(bench.samples) if int(sample["effect"])) - 2

    await play(dut, "removal", scenario)


@cocotb.test(**LIMITS)
async def posted(dut):
    """Three MAPs, posted one after the other: the first one starts at once, the others share the next pass."""

    async def scenario(bench, record):
        # A table that takes a pass long enough for two to be posted meanwhile.
        for i in range(48):
            await bench.command("map", iova=0x100_0000 + 2 * i * PAGE, pa=PA)
        state = {"s": "COMMIT_SEQ", "r": "RESULT"}
        bench.names |= {name: await bench.bus.read_dword(ADDRESS[of]) for name, of in state.items()}
        bench.names["r"] >>= 16
        bench.names |= {"A": int(bench.signal("bank_q").value)}
        bench.names["B"] = 1 - bench.names["A"]
        task = record()
        for i in range(3):
            iova = IOVA + 2 * i * PAGE
            await bench.bus.write_dword(ADDRESS["ARG_IOVA"], iova)
            await bench.bus.write_dword(ADDRESS["ARG_LAST"], iova + PAGE - 1)
            if i == 0:
                for argument in ("ARG_IOVA", "ARG_LAST"):
                    await bench.bus.write_dword(ADDRESS[argument] + 4, 0)
            await bench.bus.write_dword(ADDRESS["POST"], OP["map"] | 3 << 8)
        await bench.clocks(200)
        task.cancel()
        return next(i for i, sample in enumerate(bench.samples) if int(sample["post_ring"])) - 1

    await play(dut, "posted", scenario)
