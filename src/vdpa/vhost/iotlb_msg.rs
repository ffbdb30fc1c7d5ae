// SPDX-License-Identifier: Apache-2.0
//! IOTLB messages: vhost_chr_write_iter and vhost_vdpa_process_iotlb_msg.

use super::{DeviceError, Errno, Error, Iotlb, Mm, VhostVdpa};
use crate::vdpa::errno::answer;
use crate::vdpa::features::Features;
use crate::vdpa::ops::ConfigOps;
use crate::vdpa::uapi::{self, IotlbMsg, Kind};

/// What became of a `write()`, on both error channels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Written {
    /// What `write()` returns: 72 (also for a short write that was taken), `EINVAL` for what cannot be read as a
    /// message, `EFAULT` for whatever the handler did not like.
    pub ret: Result<usize, Errno>,
    /// What the message handler returned; `None` if the message never reached it.
    pub kret: Option<Result<(), Errno>>,
}

impl<P: ConfigOps> VhostVdpa<P> {
    /// `write()` of one message by the process `current`.
    ///
    /// # Errors
    /// Only if the device is out of order; see [`Written`] for the kernel's own.
    pub fn write(&mut self, current: &mut Mm, bytes: &[u8]) -> Result<Written, DeviceError> {
        let asid_acked = self.acked().has(Features::ASID);
        let (asid, msg) = match uapi::decode(bytes, asid_acked) {
            Ok(decoded) => decoded,
            Err(errno) => {
                return Ok(Written {
                    ret: Err(errno),
                    kret: None,
                });
            }
        };
        let kret = answer(self.process(current, asid, &msg))?;
        Ok(Written {
            ret: kret.map(|()| uapi::MSG_SIZE).map_err(|_| Errno::Efault),
            kret: Some(kret),
        })
    }

    /// vhost_vdpa_process_iotlb_msg, in its order of tests.
    fn process(&mut self, mm: &mut Mm, asid: u32, msg: &IotlbMsg) -> Result<(), Error> {
        self.check_owner(mm.id())?;
        if self.rules.persist_required && !self.acked().has(Features::IOTLB_PERSIST) {
            // The thread leaves open where such a kernel refuses; the first message is as early as it matters.
            return Err(Errno::Eopnotsupp.into());
        }
        if matches!(msg.kind, Kind::Update | Kind::BatchBegin) {
            self.find_or_create(asid)?;
        }
        let state = self.opened();
        if (state.in_batch && state.batch_asid != asid) || !state.spaces.contains_key(&asid) {
            return Err(Errno::Einval.into());
        }
        match msg.kind {
            Kind::Update => self.with_table(asid, |v, iotlb| v.update(mm, asid, iotlb, msg)),
            Kind::Invalidate => self.with_table(asid, |v, iotlb| {
                v.unmap(mm, asid, iotlb, msg.iova, msg.size)
            }),
            Kind::BatchBegin => {
                state.in_batch = true;
                state.batch_asid = asid;
                Ok(())
            }
            Kind::BatchEnd => {
                if std::mem::take(&mut state.in_batch) && self.ops.ops().set_map {
                    // What set_map answers is lost on the way.
                    answer(self.with_table(asid, |v, iotlb| v.ops.set_map(asid, iotlb)))?.ok();
                }
                Ok(())
            }
            Kind::Other(_) => Err(Errno::Einval.into()),
        }
    }

    /// vhost_vdpa_find_alloc_as.
    fn find_or_create(&mut self, asid: u32) -> Result<(), Errno> {
        let limit = self.entries;
        if asid >= self.ops.nas() {
            return Err(Errno::Einval);
        }
        self.opened()
            .spaces
            .entry(asid)
            .or_insert_with(|| Iotlb::new(limit));
        Ok(())
    }

    /// Lends the table of an address space that exists, so that the parent can be called with it.
    fn with_table<T>(&mut self, asid: u32, body: impl FnOnce(&mut Self, &mut Iotlb) -> T) -> T {
        let mut iotlb = self.opened().spaces.remove(&asid).unwrap_or_default();
        let result = body(self, &mut iotlb);
        self.opened().spaces.insert(asid, iotlb);
        result
    }

    /// vhost_vdpa_process_iotlb_update.
    fn update(
        &mut self,
        mm: &mut Mm,
        asid: u32,
        iotlb: &mut Iotlb,
        msg: &IotlbMsg,
    ) -> Result<(), Error> {
        let (first, last) = self.ops.get_iova_range();
        let end = match msg
            .size
            .checked_sub(1)
            .and_then(|n| msg.iova.checked_add(n))
        {
            Some(end) if msg.iova >= first && end <= last => end,
            _ => return Err(Errno::Einval.into()),
        };
        if iotlb.first(msg.iova, end).is_some() {
            return Err(Errno::Eexist.into());
        }
        if self.ops.use_va() {
            self.va_map(mm, asid, iotlb, msg)
        } else {
            self.pa_map(mm, asid, iotlb, msg)
        }
    }
}
