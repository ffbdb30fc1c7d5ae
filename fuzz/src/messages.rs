// SPDX-License-Identifier: Apache-2.0
//! Bytes that user space writes to `/dev/vhost-vdpa-N`: the decoder of IOTLB messages, and the core behind it with a
//! parent driver on the golden device.
//!
//! The first byte picks a kernel and a parent ([`PROFILES`]). What follows is calls, a byte for which one and then its
//! operands; at the end of the bytes an operand is 0. A message is written either raw, as it stands in the input, or
//! made of a few bytes, so that its ranges meet those of others.

use persimmon::golden::Device;
use persimmon::regif::{Access, Entry, Mode, RegIf, Request};
use persimmon::vdpa::errno::answer;
use persimmon::vdpa::mm::{PAGE, Region, Vmas};
use persimmon::vdpa::parent::capability;
use persimmon::vdpa::uapi::{self, Envelope, IotlbMsg, Kind};
use persimmon::vdpa::{
    DeviceError, Errno, Error, Features, Iotlb, Kcall, Map, Mapping, Mm, MmId, OnChip, Probed,
    Profile, VhostVdpa, Written,
};

/// Kernels and parents.
const PROFILES: [&str; 8] = [
    "6.12-setmap-pa",
    "6.12-dmamap-pa",
    "6.12.117-setmap-pa-simcap8",
    "6.12.117-dmamap-pa-vhostcap8",
    "6.12-setmap-va",
    "6.12-dmamap-va",
    "6.1-setmap",
    "6.1-dmamap",
];
/// Entries of the device.
const ENTRIES: u16 = 64;
/// Where the program's memory is, and its pages: half in one piece, half each by itself.
const BUFFER: u64 = 0x5000_0000_0000;
const SCATTERED: u64 = BUFFER + PIECE * PAGE;
const PIECE: u64 = 16;
/// Calls of an input that are made: more is more of the same.
const CALLS: usize = 256;

/// Takes a write apart, and puts together again what was in it; then makes the calls that the bytes stand for.
///
/// # Panics
/// If anything that must hold does not: see [`Machine::written`].
pub fn messages(bytes: &[u8]) {
    for asid_acked in [false, true] {
        decode(bytes, asid_acked);
    }
    let mut input = Input(bytes);
    let name = PROFILES[usize::from(input.byte()) % PROFILES.len()];
    let mut machine = Machine::new(name);
    for _ in 0..CALLS {
        if input.0.is_empty() || machine.call(&mut input).is_none() {
            return;
        }
    }
}

/// A message that is understood is, encoded again, what was written: all of it that has a meaning.
fn decode(bytes: &[u8], asid_acked: bool) {
    let Ok((asid, msg)) = uapi::decode(bytes, asid_acked) else {
        return;
    };
    assert!(bytes.len() >= uapi::MSG_USED, "{} bytes", bytes.len());
    let v2 = bytes[0] == 2;
    let envelope = match v2 {
        true => Envelope::V2 { asid },
        false => Envelope::V1,
    };
    let again = uapi::encode(envelope, &msg);
    assert_eq!(again[..4], bytes[..4], "type");
    if v2 && asid_acked {
        assert_eq!(again[4..8], bytes[4..8], "asid");
    } else {
        assert_eq!(asid, 0);
    }
    // The rest of 40 bytes is padding.
    assert_eq!(again[8..34], bytes[8..34], "message");
    assert_eq!(uapi::decode(&again, asid_acked), Ok((asid, msg)));
}

/// What is left of the input.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn pick<T: Copy, const N: usize>(&mut self, all: [T; N]) -> T {
        all[usize::from(self.byte()) % N]
    }

    fn asid(&mut self) -> u32 {
        self.pick([0, 1, 0, 1, 0, 1, 2, u32::MAX])
    }

    /// Few places, at both ends and in the middle; mostly whole pages.
    fn iova(&mut self) -> u64 {
        let place = self.byte();
        let base = [0, 0, 1 << 63, u64::MAX - 31 * PAGE - (PAGE - 1)][usize::from(place >> 6)];
        base + u64::from(place >> 1 & 31) * PAGE + u64::from(place & 1) * 0x800
    }

    fn size(&mut self) -> u64 {
        match self.byte() {
            0 => 0,
            1 => 1,
            2 => u64::MAX,
            3 => 1 << 63,
            other if other & 1 == 1 => u64::from(other >> 2) * PAGE + 0x10,
            other => u64::from(other >> 2) * PAGE,
        }
    }

    fn message(&mut self) -> (Envelope, IotlbMsg) {
        let kind = self.pick([
            Kind::Update,
            Kind::Update,
            Kind::Invalidate,
            Kind::BatchBegin,
            Kind::BatchEnd,
            Kind::Other(1),
        ]);
        let asid = self.asid();
        let envelope = match self.byte() {
            255 => Envelope::V1,
            254 => Envelope::Unknown(3),
            _ => Envelope::V2 { asid },
        };
        let page = self.byte();
        let msg = IotlbMsg {
            iova: self.iova(),
            size: self.size(),
            uaddr: match page {
                255 => u64::MAX,
                page => BUFFER + u64::from(page >> 1) * PAGE + u64::from(page & 1) * 0x800,
            },
            perm: self.pick([3, 1, 2, 0, 255]),
            kind,
        };
        (envelope, msg)
    }
}

/// S of each address space, ascending.
type Shadow = Vec<(u32, Vec<Map>)>;
/// D: mode and entries of each address space.
type Tables = Vec<(Mode, Vec<Entry>)>;

struct Machine {
    vdpa: VhostVdpa<Probed<OnChip<Device>>>,
    mm: Mm,
    profile: Profile,
    /// D was cleaned since open and S was not, or a set_map was refused: they may differ until the next one.
    parted: bool,
}

impl Machine {
    /// Opened and owned, all features acked but IOTLB_PERSIST.
    fn new(name: &str) -> Self {
        let profile = Profile::parse(name).unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let device = Device::new(capability(ENTRIES));
        let parent = OnChip::new(device, profile, None)
            .unwrap_or_else(|why| panic!("{name}: no parent on this device: {why}"));
        let regions = vec![
            Region::new("buf", BUFFER, PIECE * PAGE, 1 << 40),
            Region::new("scat", SCATTERED, PIECE * PAGE, 1 << 41)
                .scattered()
                .with_vmas(Vmas::PerPage),
        ];
        let mut machine = Self {
            vdpa: VhostVdpa::new(Probed::new(parent), &profile),
            mm: Mm::new(MmId(1), regions),
            profile,
            parted: false,
        };
        machine.open();
        let offered = machine.vdpa.get_backend_features().0;
        let all = Features(offered & !Features::IOTLB_PERSIST.0);
        let acked = answer(machine.vdpa.set_backend_features(all));
        assert_eq!(acked, Ok(Ok(())), "{name}");
        machine
    }

    fn open(&mut self) {
        let opened = self
            .vdpa
            .open()
            .and_then(|()| self.vdpa.set_owner(&self.mm));
        assert_eq!(answer(opened), Ok(Ok(())), "open");
        self.vdpa.parent_mut().take_calls();
        self.parted = false;
    }

    fn device(&mut self) -> &mut Device {
        self.vdpa.parent_mut().parent_mut().device()
    }

    fn shadow(&self) -> Shadow {
        let spaces = self.vdpa.spaces();
        spaces
            .map(|(asid, iotlb)| (asid, iotlb.iter().copied().collect()))
            .collect()
    }

    fn tables(&mut self) -> Tables {
        (0..2)
            .map(|asid| {
                let space = self.device().address_space(asid);
                let space = space.unwrap_or_else(|why| panic!("AS {asid} cannot be read: {why}"));
                (space.mode, space.entries)
            })
            .collect()
    }

    /// One call. `None` if the device is too small for it: nobody says what it holds then.
    fn call(&mut self, input: &mut Input<'_>) -> Option<()> {
        let before = self.tables();
        match input.byte() % 16 {
            0..=7 => {
                let (envelope, msg) = input.message();
                self.write(&uapi::encode(envelope, &msg))?;
            }
            8 => {
                let length = input.byte().into();
                self.write(input.take(length))?;
            }
            9 => self.reset(0, &before)?,
            10 => self.reset(input.byte(), &before)?,
            11 => {
                let features = u64::from(input.byte()) << 1 | u64::from(input.byte()) << 8;
                self.done(|m| m.vdpa.set_backend_features(Features(features)))?;
            }
            12 => {
                let (group, asid) = (input.byte().into(), input.asid());
                self.done(|m| m.vdpa.set_group_asid(m.mm.id(), group, asid))?;
            }
            13 => {
                self.done(|m| m.vdpa.release(&mut m.mm))?;
                assert_eq!(self.mm.pinned_vm(), 0, "pinned after release");
                assert_eq!(self.shadow(), [], "S after release");
                self.open();
            }
            14 => {
                let suspend = input.byte() & 1 == 0;
                self.done(|m| match suspend {
                    true => m.vdpa.suspend(),
                    false => m.vdpa.resume(),
                })?;
            }
            _ => {
                // Nobody but the owner may write.
                let mut child = self.mm.fork(MmId(2));
                let (envelope, msg) = input.message();
                let bytes = uapi::encode(envelope, &msg);
                let s = self.shadow();
                let written = self.told(|m| Ok(m.vdpa.write(&mut child, &bytes)?))?;
                let kret = written.ok().and_then(|written| written.kret);
                assert!(
                    kret.is_none_or(|kret| kret == Err(Errno::Eperm)),
                    "{kret:?}"
                );
                assert_eq!((self.shadow(), self.tables()), (s, before));
            }
        }
        self.agree();
        Some(())
    }

    /// A call, and what the kernel answers.
    fn told<T>(
        &mut self,
        call: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Option<Result<T, Errno>> {
        match answer(call(self)) {
            Ok(told) => Some(told),
            Err(DeviceError::Full { .. }) => None,
            Err(error) => panic!("the device is out of order: {error}"),
        }
    }

    fn done(&mut self, call: impl FnOnce(&mut Self) -> Result<(), Error>) -> Option<()> {
        self.told(call).map(drop)
    }

    /// SET_STATUS. One that keeps mappings changes no table.
    fn reset(&mut self, status: u8, before: &Tables) -> Option<()> {
        let persists = self.vdpa.acked().has(Features::IOTLB_PERSIST);
        let s = self.shadow();
        self.done(|m| m.vdpa.set_status(status))?;
        assert_eq!(self.shadow(), s, "a reset touches S");
        let same = self.tables() == *before;
        assert!(same || !persists, "a reset with IOTLB_PERSIST changes D");
        assert!(same || status == 0, "SET_STATUS {status} changes D");
        self.parted |= !same;
        Some(())
    }

    /// A write by the owner, and what must hold of every one.
    fn write(&mut self, bytes: &[u8]) -> Option<()> {
        let (s, pinned) = (self.shadow(), self.mm.pinned_vm());
        let acked = self.vdpa.acked().has(Features::ASID);
        self.vdpa.parent_mut().take_calls();
        let written = self.told(|m| Ok(m.vdpa.write(&mut m.mm, bytes)?))?;
        let written = written.unwrap_or_else(|errno| panic!("write() says {errno:?} by itself"));
        let calls = self.vdpa.parent_mut().take_calls();
        match uapi::decode(bytes, acked) {
            Ok((asid, msg)) => self.written(asid, msg, written, (&s, pinned), &calls),
            Err(errno) => {
                assert_eq!((written.ret, written.kret), (Err(errno), None));
                assert_eq!((self.shadow(), calls), (s, vec![]));
            }
        }
        Some(())
    }

    /// What a message that could be read has done: both channels of its error, S, and the pages that are pinned.
    fn written(
        &mut self,
        asid: u32,
        msg: IotlbMsg,
        written: Written,
        (before, pinned): (&Shadow, u64),
        calls: &[Kcall],
    ) {
        let kret = written
            .kret
            .unwrap_or_else(|| panic!("{msg:x?} was read and never handled"));
        let ret = match kret {
            Ok(()) => Ok(uapi::MSG_SIZE),
            Err(_) => Err(Errno::Efault),
        };
        assert_eq!(written.ret, ret, "{kret:?}");

        let of = |shadow: &Shadow, asid: u32| -> Vec<Map> {
            let found = shadow.iter().find(|(number, _)| *number == asid);
            found.map(|(_, maps)| maps.clone()).unwrap_or_default()
        };
        let after = self.shadow();
        for (other, maps) in &after {
            if *other != asid {
                assert_eq!(
                    *maps,
                    of(before, *other),
                    "{msg:x?} to AS {asid} changed another"
                );
            }
        }
        let (old, new) = (of(before, asid), of(&after, asid));
        // Literally, as vhost_iotlb_itree_first: also where last < iova.
        let last = msg.iova.wrapping_add(msg.size).wrapping_sub(1);
        let meets = |map: &&Map| map.start <= last && map.last >= msg.iova;
        match (msg.kind, kret) {
            (Kind::Update, Ok(())) => {
                assert!(
                    !old.iter().any(|map| meets(&map)),
                    "UPDATE of what is there"
                );
                assert!(
                    old.iter().all(|map| new.contains(map)),
                    "UPDATE lost an entry"
                );
            }
            // A walk in va mode that ends at IOVA 0 before it began takes everything back: the kernel's own mistake.
            (Kind::Update, Err(_)) if self.profile.use_va => {}
            (Kind::Update, Err(_)) => {
                assert_eq!(
                    (new, self.mm.pinned_vm()),
                    (old, pinned),
                    "a refused UPDATE"
                );
            }
            (Kind::Invalidate, Ok(())) => {
                let mut kept = old;
                kept.retain(|map| !meets(&map));
                if super::broken() && msg.iova == 1 << 63 {
                    kept.pop();
                }
                assert_eq!(new, kept, "INVALIDATE {:x} to {last:x}", msg.iova);
            }
            _ => assert_eq!(new, old, "{:?} changed S", msg.kind),
        }
        self.pushed(asid, calls);
    }

    /// A set_map that was accepted, and after which nothing came, has made D what S is.
    fn pushed(&mut self, asid: u32, calls: &[Kcall]) {
        let returned = |call: &Kcall| matches!(call, Kcall::SetMapRet(Err(_)));
        if calls.iter().any(returned) {
            self.parted = true;
        } else if matches!(calls.last(), Some(Kcall::SetMap { asid: to, .. }) if *to == asid) {
            let (mode, d) = self.tables().swap_remove(asid as usize);
            assert_eq!(
                (mode, d),
                (Mode::Mapped, self.entries(asid)),
                "after set_map"
            );
        }
    }

    /// S of an address space as the device's entries.
    fn entries(&self, asid: u32) -> Vec<Entry> {
        let found = self.vdpa.spaces().find(|(number, _)| *number == asid);
        found.map(|(_, iotlb)| entries(iotlb)).unwrap_or_default()
    }

    /// What holds after every call.
    fn agree(&mut self) {
        let mut pages = 0;
        for (asid, maps) in self.shadow() {
            for pair in maps.windows(2) {
                assert!(pair[0].last < pair[1].start, "AS {asid}: {pair:x?} in S");
            }
            assert!(maps.iter().all(|map| map.start <= map.last), "{maps:x?}");
            let limit = self.profile.vhost_entries.unwrap_or(usize::MAX);
            assert!(maps.len() <= limit, "{} entries in S", maps.len());
            pages += maps.iter().map(|map| map.size() / PAGE).sum::<u64>();
        }
        let pinned = if self.profile.use_va { 0 } else { pages };
        assert_eq!(self.mm.pinned_vm(), pinned, "pages pinned for what S holds");

        for (asid, (mode, d)) in (0..).zip(self.tables()) {
            for pair in d.windows(2) {
                assert!(pair[0].last < pair[1].start, "AS {asid}: {pair:x?} in D");
            }
            let by_range = self.profile.mapping == Mapping::DmaMap;
            if by_range && !self.parted && mode == Mode::Mapped {
                assert_eq!(d, self.entries(asid), "AS {asid}: D and S");
            }
            self.lands(asid, mode, &d);
        }
    }

    /// Accesses to both ends of the last entry land where it says.
    fn lands(&mut self, asid: u32, mode: Mode, d: &[Entry]) {
        let Some(entry) = d.last().filter(|_| mode == Mode::Mapped) else {
            return;
        };
        for group in 0..2 {
            let device = self.device();
            if device.group(group).ok().flatten().map(u32::from) != Some(asid) || device.held(group)
            {
                continue;
            }
            for iova in [entry.start, entry.last] {
                let request = Request {
                    group,
                    iova,
                    len: 1,
                    access: Access::Read,
                };
                let response = device
                    .translate(request)
                    .unwrap_or_else(|why| panic!("{request:x?}: {why}"));
                let released = device.release(response.tag);
                assert!(released.is_ok(), "{released:?}");
                match entry.perm & 1 {
                    0 => assert!(response.result.is_err(), "{response:x?}"),
                    _ => assert_eq!(response.result, Ok(entry.pa + (iova - entry.start))),
                }
            }
        }
    }
}

fn entries(iotlb: &Iotlb) -> Vec<Entry> {
    let entry = |map: &Map| Entry {
        start: map.start,
        last: map.last,
        pa: map.addr,
        perm: map.perm,
    };
    iotlb.iter().map(entry).collect()
}
