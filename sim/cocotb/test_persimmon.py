# SPDX-License-Identifier: Apache-2.0
"""A second opinion on the AXI4 data path: cocotbext-axi drives the top level. Run by `cargo xtask cocotb`."""

import os
from dataclasses import dataclass, field

import cocotb
from cocotb.triggers import Combine
from cocotbext.axi import AxiLockType, AxiResp

from bench import FIXED, INCR, PAGE, WRAP, Access, Bench, seeded
from registers import ADDRESS, PORT_CTRL_QUIESCE, PORT_STATUS, READ, WRITE

# A test that hangs has failed.
LIMITS = {"timeout_time": 100, "timeout_unit": "ms"}

RW = READ | WRITE


@cocotb.test(**LIMITS)
async def bring_up(dut):
    """From reset to the first byte by registers alone: unassigned, blocked, identity, mapped, quiesced, reset."""
    bench = Bench(dut)
    await bench.start()
    rng = seeded("bring_up")

    assert await bench.read(ADDRESS["ID"]) == int.from_bytes(b"PRSM", "big")
    axi = await bench.read(ADDRESS["CAP_AXI"])
    assert 1 << (axi & 0xFF) == len(dut.s_axi_wdata), f"CAP_AXI {axi:#x}"
    assert axi >> 8 & 0xFF == len(dut.s_axi_arid), f"CAP_AXI {axi:#x}"

    # Part of a register cannot be written.
    word = bytes.fromhex("78563412")
    whole = await bench.bus.write(ADDRESS["STUCK_CLOCKS"], word)
    assert whole.resp == AxiResp.OKAY
    for first, last in ((0, 1), (1, 3), (3, 4)):
        part = await bench.bus.write(ADDRESS["STUCK_CLOCKS"] + first, bytes(last - first))
        assert part.resp == AxiResp.SLVERR, f"bytes {first} to {last}: {part.resp}"
    assert await bench.read(ADDRESS["STUCK_CLOCKS"]) == int.from_bytes(word, "little")
    await bench.write(ADDRESS["STUCK_CLOCKS"], 0)

    size = bench.beat_log2
    # What memory holds is never 0, so that a read that should have been refused cannot look like one.
    bench.fill(rng, 0x4_2000, PAGE)
    bench.fill(rng, 0x9_7000, PAGE)

    async def both(group, iova):
        await bench.check(Access(group, iova, 64, size, write=True), rng)
        await bench.check(Access(group, iova, 64, size), rng)

    await both(0, 0x4_2000)  # no address space
    await bench.assign(0, 0)
    await both(0, 0x4_2000)  # BLOCKED
    await bench.write(ADDRESS["INIT_MODE"], 1)
    await bench.ok("reset_map", asid=0)
    bench.tables.identity.add(0)
    await both(0, 0x4_2000)  # identity
    await both(0, 1 << bench.pa_bits)  # identity, and memory ends before it
    bench.tables.identity.remove(0)
    await bench.map(0, 0xFFFF_FFFF_FFFF_F000, PAGE, 0x9_7000, RW)
    await both(0, 0xFFFF_FFFF_FFFF_F000)  # mapped, at the very end
    await both(0, 0x4_2000)  # and nothing else
    await bench.ok("reset_map", asid=0)
    bench.tables.unmap(0, 0xFFFF_FFFF_FFFF_F000, PAGE)
    bench.tables.identity.add(0)
    await both(0, 0x4_2040)

    # A quiesced port finishes what it has and takes nothing more.
    await bench.write(ADDRESS["PORT"], PORT_CTRL_QUIESCE)
    waiting = cocotb.start_soon(bench.check(Access(0, 0x4_2080, 8, 0), rng))
    await bench.clocks(200)
    assert not waiting.done(), "a quiesced port has let a read through"
    assert await bench.read(PORT_STATUS) & 1, "a quiesced port is not idle"
    await bench.write(ADDRESS["PORT"], 0)
    await waiting

    bench.compare_memory()
    bench.compared.report("bring-up")


@cocotb.test(**LIMITS)
async def shapes(dut):
    """Every size, many lengths, every alignment; all wrapping and fixed bursts of full width. Written, then read."""
    bench = Bench(dut)
    await bench.start()
    rng = seeded("shapes")
    await bench.assign(3, 2)
    # Pages that are neighbours as IOVA and far apart in memory, in an order that no shift would give.
    base = 0x1234_5678_9000
    for i, pa in enumerate((0x50_3000, 0x11_0000, 0x7F_F000, 0x20_1000)):
        bench.fill(rng, pa, PAGE)
        await bench.map(2, base + i * PAGE, PAGE, pa, RW)

    async def both(iova, length, size, burst):
        axi_id = rng.randrange(bench.ids)
        await bench.check(Access(3, iova, length, size, burst, True, axi_id), rng)
        if burst == INCR:
            size = rng.randrange(size + 1)
        await bench.check(Access(3, iova, length, size, burst, False, axi_id), rng)

    full = bench.beat_log2
    for size in range(full + 1):
        for offset in range(1 << full):
            length = rng.choice((1, 2, 3, (1 << full) - 1, 1 << full, (3 << full) + 1))
            await both(base + PAGE + offset, length, size, INCR)
        # As long as a burst can be, and across two pages.
        await both(base, min(256 << size, PAGE), size, INCR)
        await both(base + rng.randrange(PAGE, 2 * PAGE), PAGE + rng.randrange(PAGE), size, INCR)
    for beats in (2, 4, 8, 16):
        length = beats << full
        for start in range(beats):
            # AxiMaster counts a wrapping burst as if it went straight on, and must not see the end of the page.
            await both(base + 2 * PAGE + length + (start << full), length, full, WRAP)
    for beats in range(1, 17):
        await both(base + 3 * PAGE + (rng.randrange(64) << full), beats << full, full, FIXED)

    bench.compare_memory()
    bench.compared.report("shapes")


@cocotb.test(**LIMITS)
async def refused(dut):
    """Whatever the IOMMU answers itself: SLVERR, no data, memory untouched, and the burst behind it as always."""
    bench = Bench(dut)
    await bench.start()
    rng = seeded("refused")
    full = bench.beat_log2
    await bench.assign(0, 0)
    await bench.assign(1, 1)
    base = 0x8000_0000
    for i, perm in enumerate((RW, READ, WRITE, 0, RW)):
        bench.fill(rng, 0x3_0000 + i * PAGE, PAGE)
        await bench.map(0, base + i * PAGE, PAGE, 0x3_0000 + i * PAGE, perm)
    bench.pause("refused", 0.2)

    # Page 5 is not mapped, address space 1 is BLOCKED, group 2 has none, the others are no groups.
    groups = 1 << len(dut.s_axi_aruser)
    for _ in range(150):
        group = rng.choice((0, 0, 0, 0, 1, rng.randrange(2, groups)))
        # Few IDs, so that refused and forwarded bursts of one ID wait for each other.
        shape = dict(axi_id=rng.randrange(3), write=rng.random() < 0.5)
        if rng.random() < 0.2:
            # Longer than 16 beats breaks a rule.
            access = Access(group, base + rng.randrange(6) * PAGE, rng.randrange(1, 24) << full, full, FIXED, **shape)
        else:
            lock = rng.choice((AxiLockType.NORMAL, AxiLockType.EXCLUSIVE))
            iova = base + rng.randrange(6 * PAGE)
            length = min(rng.choice((1, 8, 64, 700)), base + 6 * PAGE - iova)
            access = Access(group, iova, length, rng.randrange(full + 1), lock=lock, **shape)
        await bench.check(access, rng)

    # Many at a time, of one ID: every other one is refused, and the answers come in order.
    order = []

    async def one(number):
        await bench.check(Access(0, base + number % 2 * 5 * PAGE, 256, full, axi_id=1), rng)
        order.append(number)

    await Combine(*[cocotb.start_soon(one(number)) for number in range(24)])
    assert order == list(range(24)), f"answers of one ID out of order: {order}"
    assert bench.compared.refused > 50, "hardly anything was refused"

    bench.compare_memory()
    bench.compared.report("refused")


@dataclass
class Slot:
    """A range that comes and goes under traffic, and where it may have been when.

    `history` holds (clock of the doorbell, clock of the result, physical address or None). Between the two either
    state is right, but each burst is of one of them as a whole.
    """

    asid: int
    iova: int
    length: int
    homes: list[int]
    history: list = field(default_factory=lambda: [[0, 0, None]])

    def at(self) -> int | None:
        return self.history[-1][2]

    def possible(self, first, last) -> set:
        """Where it may have been from clock `first` to `last`."""
        ends = [done for _, done, _ in self.history[1:]] + [None]
        return {
            home
            for (begin, _, home), end in zip(self.history, ends)
            if begin <= last and (end is None or end >= first)
        }


class Traffic:
    """Masters on ranges that stay, masters on ranges that come and go, and the driver that makes them do so."""

    STAYING, SLOTS = 6, 4
    STAY_PAGES = 8

    def __init__(self, bench, bursts):
        self.bench = bench
        self.goal = bursts
        self.exact = self.raced = 0
        self.commands = 0
        self.entries = set()  # (asid, iova, length, pa, perm)
        # Each page of memory has one owner.
        rng = seeded("places")
        pages = rng.sample(range(1, (1 << bench.pa_bits) // PAGE // 4), 400)
        self.free = [page * 4 * PAGE for page in pages]  # room for four pages each
        self.slots = []

    def running(self):
        return self.bench.compared.bursts < self.goal

    async def set_up(self):
        bench, rng = self.bench, seeded("set up")
        await bench.assign(0, 0)
        await bench.assign(1, 1)
        for worker in range(self.STAYING):
            page = 0
            while page < self.STAY_PAGES:
                pages = min(rng.choice((1, 1, 2, 4)), self.STAY_PAGES - page)
                perm = rng.choice((RW, RW, RW, READ, WRITE, None))
                if perm is not None:
                    pa = self.free.pop()
                    bench.fill(rng, pa, pages * PAGE)
                    await self.map(0, self.window(worker) + page * PAGE, pages * PAGE, pa, perm)
                page += pages
        for number in range(self.SLOTS):
            length = rng.choice((1, 2, 4)) * PAGE
            homes = [self.free.pop() for _ in range(3)]
            for pa in homes:
                bench.fill(rng, pa, length)
            self.slots.append(Slot(1, 0xABC_0000_0000 + (number << 20), length, homes))

    def window(self, worker):
        return 0x4000_0000 + worker * self.STAY_PAGES * PAGE

    async def map(self, asid, iova, length, pa, perm):
        await self.bench.map(asid, iova, length, pa, perm)
        self.entries.add((asid, iova, length, pa, perm))

    # --- masters -----------------------------------------------------------------------------------------------

    def access(self, rng, group, iova, room, write, one_burst=False):
        size = rng.randrange(self.bench.beat_log2 + 1)
        length = min(room, rng.choice((rng.randrange(1, 9), rng.randrange(1, 300), rng.randrange(1, 2500))))
        if one_burst:
            length = min(length, PAGE - iova % PAGE, (256 << size) - iova % (1 << size))
        return Access(group, iova, length, size, INCR, write, rng.randrange(self.bench.ids))

    async def stay(self, worker):
        """Knows exactly what must come: nobody touches its ranges, whatever else the driver does."""
        rng = seeded(f"stay {worker}")
        while self.running():
            offset = rng.randrange(self.STAY_PAGES * PAGE)
            room = self.STAY_PAGES * PAGE - offset
            access = self.access(rng, 0, self.window(worker) + offset, room, rng.random() < 0.5)
            await self.bench.check(access, rng)

    async def come_and_go(self, slot, number):
        """Single bursts, each of which must be of one state that was there while it was under way."""
        bench, rng = self.bench, seeded(f"come and go {number}")
        while self.running():
            offset = rng.randrange(slot.length - 8)
            write = rng.random() < 0.5
            access = self.access(rng, 1, slot.iova + offset, slot.length - offset, write, one_burst=True)
            data = rng.randbytes(access.length) if access.write else b""
            begin = bench.now()
            answer = await bench.put(access, data)
            possible = slot.possible(begin, bench.now())
            if len(possible) == 1:
                self.exact += 1
            else:
                self.raced += 1
            # With each state: what memory holds there.
            held = {
                home: bytes(bench.memory.read(home + offset + i) for i in range(access.length))
                for home in possible
                if home is not None
            }
            if answer.resp != AxiResp.OKAY:
                assert answer.resp == AxiResp.SLVERR and None in possible, f"{access}: {answer.resp!r}, {possible}"
                assert access.write or not any(answer.data), f"{access}: data of a refused read"
                bench.count(access, len(access.bursts()))
            elif access.write:
                landed = [home for home in held if bench.ram.read(home + offset, access.length) == data]
                # Very short ones may look as if they were there before.
                assert landed, f"{access}: OKAY, and the data are at none of {possible}"
                home = next((home for home in landed if held[home] != data), landed[0])
                for i, value in enumerate(data):
                    bench.memory.write(home + offset + i, value)
                bench.count(access, 0)
            else:
                assert answer.data in held.values(), f"{access}: read {answer.data.hex()}, held {held}"
                bench.count(access, 0)
            for home in held:
                want = bytes(bench.memory.read(home + offset + i) for i in range(access.length))
                assert bench.ram.read(home + offset, access.length) == want, f"{access}: memory at {home:#x}"

    # --- the driver ----------------------------------------------------------------------------------------------

    async def drive(self):
        """MAP, UNMAP and RESET_MAP, as fast as the registers take them."""
        bench, rng = self.bench, seeded("drive")
        freed = []  # removed, and perhaps still in use
        beside = 0x7000_0000
        while self.running():
            self.commands += 1
            kind = rng.random()
            if kind < 0.08:
                begin = bench.now()
                freed += [(slot, slot.at()) for slot in self.slots if slot.at() is not None]
                for slot in self.slots:
                    slot.history.append([begin, None, None])
                await bench.ok("reset_map", asid=1)
                for slot in self.slots:
                    slot.history[-1][1] = bench.now()
                self.entries = {entry for entry in self.entries if entry[0] != 1}
            elif kind < 0.25:
                # Neighbours in the address space of the ranges that stay.
                entry = (0, beside, PAGE, self.free[0], RW)
                if entry in self.entries:
                    await bench.unmap(0, beside, PAGE)
                    self.entries.remove(entry)
                else:
                    await self.map(*entry)
                    code = await bench.command("map", asid=0, perm=RW, iova=beside, last=beside + PAGE - 1)
                    assert code == "exist", f"mapped twice: {code}"
            else:
                await self.change(rng.choice(self.slots), rng, freed)
            if freed and rng.random() < 0.7:
                # What a kernel does once nobody uses the pages: hands them to somebody else.
                await bench.drained(1)
                for slot, home in freed:
                    if slot.at() != home:
                        bench.fill(rng, home, slot.length)
                freed.clear()

    async def change(self, slot, rng, freed):
        bench = self.bench
        old = slot.at()
        home = None if old is not None else rng.choice(slot.homes)
        slot.history.append([bench.now(), None, home])
        where = dict(asid=slot.asid, iova=slot.iova, last=slot.iova + slot.length - 1)
        if home is None:
            await bench.ok("unmap", **where)
            self.entries.remove((slot.asid, slot.iova, slot.length, old, RW))
            freed.append((slot, old))
        else:
            await bench.ok("map", pa=home, perm=RW, **where)
            self.entries.add((slot.asid, slot.iova, slot.length, home, RW))
        slot.history[-1][1] = bench.now()

    async def compare_table(self):
        """The whole table through the READ window."""
        bench, found, index = self.bench, set(), 0
        while (code := await bench.command("read", iova=index)) == "ok":
            index += 1
            attributes = await bench.read(ADDRESS["RD_ATTR"])
            start, last, pa = [await bench.bus.read_qword(ADDRESS[name]) for name in ("RD_START", "RD_LAST", "RD_PA")]
            if attributes & 1:
                found.add((attributes >> 16 & 0xFF, start, last + 1 - start, pa, attributes >> 8 & 0xFF))
        assert code == "inval_index", code
        assert found == self.entries, f"table: {found ^ self.entries} differ"
        return len(found)


@cocotb.test(**LIMITS)
async def traffic(dut):
    """Ten masters' worth of accesses with all channels stopping at random, while the table changes under them."""
    bench = Bench(dut)
    await bench.start()
    traffic = Traffic(bench, int(os.environ["PERSIMMON_BURSTS"]))
    await traffic.set_up()
    bench.pause("traffic", 0.15)
    tasks = [cocotb.start_soon(traffic.stay(worker)) for worker in range(traffic.STAYING)]
    tasks += [cocotb.start_soon(traffic.come_and_go(slot, n)) for n, slot in enumerate(traffic.slots)]
    await Combine(*tasks, cocotb.start_soon(traffic.drive()))

    bench.resume()
    entries = await traffic.compare_table()
    assert await bench.read(PORT_STATUS) & 1, "nothing is under way and the port is not idle"
    assert await bench.read(ADDRESS["DRAINING"]) == 0, "nothing is under way and something drains"
    assert traffic.commands and entries and traffic.exact, "the table never changed, or traffic never saw it"
    bench.compare_memory()
    bench.compared.report("traffic")
    print(
        f"traffic: {traffic.commands} commands beside it; {traffic.exact} accesses to ranges that come and go saw one "
        f"possible state, {traffic.raced} a change; {entries} entries read back"
    )
