// SPDX-License-Identifier: Apache-2.0
//! The operations of the format, in one table: name, arguments, and results that only that operation has. Reading
//! and writing both come from it.

use serde_json::{Map, Value};

use super::error::Fault;
use super::field::{Hex, Slot};
use super::meta::Meta;
use super::symbol::{IdentityAddr, Symbol};

macro_rules! ops {
    ($(
        $(#[$doc:meta])*
        $name:literal => $variant:ident { $( $field:ident: $type:ty = $key:literal ),* $(,)? }
    )*) => {
        /// What a step does. Fields are named as in the format; `type_` is its `type`.
        #[derive(Clone, PartialEq, Debug)]
        #[allow(missing_docs, reason = "the fields are those of the format")]
        pub enum Op {
            /// Header of a file; no operation.
            Meta(Meta),
            $( $(#[$doc])* $variant { $( $field: $type ),* }, )*
        }

        impl Op {
            /// Its name in the format.
            pub fn name(&self) -> &'static str {
                match self {
                    Self::Meta(_) => "meta",
                    $( Self::$variant { .. } => $name, )*
                }
            }

            pub(super) fn take(name: &str, object: &mut Map<String, Value>) -> Result<Self, Fault> {
                match name {
                    "meta" => Ok(Self::Meta(Meta::take(object)?)),
                    $( $name => Ok(Self::$variant { $( $field: <$type>::read(object, $key)? ),* }), )*
                    other => Err(Fault::UnknownOp(other.to_owned())),
                }
            }

            pub(super) fn put(&self, fields: &mut Vec<(&'static str, Value)>) {
                match self {
                    Self::Meta(meta) => meta.put(fields),
                    $( Self::$variant { $( $field ),* } => {
                        $( fields.extend($field.put().map(|value| ($key, value))); )*
                    } )*
                }
            }
        }
    };
}

ops! {
    /// Opens the character device.
    "open" => Open {}
    /// Closes it.
    "close" => Close {}
    /// VHOST_SET_OWNER.
    "set_owner" => SetOwner {}
    /// VHOST_RESET_OWNER.
    "reset_owner" => ResetOwner {}
    /// VHOST_GET_BACKEND_FEATURES.
    "get_backend_features" => GetBackendFeatures { value: Hex = "value" }
    /// VHOST_SET_BACKEND_FEATURES.
    "set_backend_features" => SetBackendFeatures { features: Hex = "features" }
    /// UPDATE.
    "iotlb_update" => IotlbUpdate {
        v: Option<u8> = "v", asid: Option<u32> = "asid", iova: Option<Hex> = "iova", size: Option<Hex> = "size",
        uaddr: Option<Symbol> = "uaddr", perm: Option<u8> = "perm", len: Option<u32> = "len",
    }
    /// INVALIDATE.
    "iotlb_invalidate" => IotlbInvalidate {
        v: u8 = "v", type_: Option<u8> = "type", asid: u32 = "asid", iova: Hex = "iova", size: Hex = "size",
        len: Option<u32> = "len",
    }
    /// BATCH_BEGIN.
    "iotlb_batch_begin" => IotlbBatchBegin {
        v: u8 = "v", asid: u32 = "asid", iova: Option<Hex> = "iova", size: Option<Hex> = "size",
        len: Option<u32> = "len",
    }
    /// BATCH_END.
    "iotlb_batch_end" => IotlbBatchEnd {
        v: u8 = "v", asid: u32 = "asid", iova: Option<Hex> = "iova", size: Option<Hex> = "size",
        len: Option<u32> = "len",
    }
    /// MISS, from user space.
    "iotlb_miss" => IotlbMiss {
        v: u8 = "v", type_: u8 = "type", asid: u32 = "asid", iova: Hex = "iova", size: Hex = "size",
    }
    /// ACCESS_FAIL, from user space.
    "iotlb_access_fail" => IotlbAccessFail {
        v: u8 = "v", type_: u8 = "type", asid: u32 = "asid", iova: Hex = "iova", size: Hex = "size",
    }
    /// A message of any other type.
    "iotlb_msg" => IotlbMsg {
        v: u8 = "v", type_: u8 = "type", asid: u32 = "asid", iova: Hex = "iova", size: Hex = "size",
    }
    /// The first bytes of a version 2 UPDATE.
    "short_write" => ShortWrite {
        len: u32 = "len", sizeof_v2: Option<u32> = "sizeof_v2", v: Option<u8> = "v", type_: Option<u8> = "type",
        asid: Option<u32> = "asid", iova: Hex = "iova", size: Option<Hex> = "size", uaddr: Option<Symbol> = "uaddr",
        perm: Option<u8> = "perm",
    }
    /// A version 2 UPDATE and zeros after it.
    "long_write" => LongWrite { len: u32 = "len" }
    /// An envelope that does not exist.
    "bad_msg_type" => BadMsgType {
        type_: i64 = "type", asid: Option<u32> = "asid", iova: Option<Hex> = "iova", size: Option<Hex> = "size",
    }
    /// SET_STATUS 0.
    "reset" => Reset { status: Option<u8> = "status", old: Option<u8> = "old" }
    /// SET_STATUS.
    "set_status" => SetStatus { status: u8 = "status", old: Option<u8> = "old" }
    /// GET_STATUS.
    "get_status" => GetStatus { value: u8 = "value" }
    /// What a driver does to bring the device from status 0 to DRIVER_OK.
    "driver_init" => DriverInit {
        rings: String = "rings", ring_mem: Symbol = "ring_mem", status: u8 = "status", failures: String = "failures",
    }
    /// VHOST_VDPA_SET_GROUP_ASID.
    "set_group_asid" => SetGroupAsid { group: u32 = "group", asid: u32 = "asid" }
    /// VHOST_VDPA_SUSPEND.
    "suspend" => Suspend { withheld: Option<u8> = "withheld", n: Option<u32> = "n" }
    /// VHOST_VDPA_RESUME.
    "resume" => Resume { withheld: Option<u8> = "withheld" }
    /// Only a state dump.
    "peek" => Peek {}
    /// The device reads at `iova`.
    "probe_rd" => ProbeRd {
        iova: Hex = "iova", len: u32 = "len", hit: Option<String> = "hit", stale_fwd: Option<u8> = "stale_fwd",
    }
    /// The device writes at `iova`.
    "probe_wr" => ProbeWr { iova: Hex = "iova", len: u32 = "len", hit: Option<String> = "hit" }
    /// Whether the device can use its rings at all.
    "probe_rings" => ProbeRings { what: Option<String> = "what" }
    /// The device reads through the 1:1 table.
    "probe_identity_rd" => ProbeIdentityRd { iova: IdentityAddr = "iova", hit: Option<String> = "hit" }
    /// A control virtqueue command.
    "probe_cvq" => ProbeCvq {
        ack: u8 = "ack", mac_last_byte_written: u8 = "mac_last_byte_written", config_mac_last: u8 = "config_mac_last",
        asid_expected: u32 = "asid_expected", consumed: u8 = "consumed",
    }
    /// VHOST_VDPA_GET_IOVA_RANGE.
    "get_iova_range" => GetIovaRange { first: Option<Hex> = "first", last: Option<Hex> = "last" }
    /// VHOST_VDPA_GET_AS_NUM.
    "get_as_num" => GetAsNum { value: u32 = "value" }
    /// VHOST_VDPA_GET_GROUP_NUM.
    "get_group_num" => GetGroupNum { value: u32 = "value" }
    /// VHOST_VDPA_GET_VQS_COUNT.
    "get_vqs_count" => GetVqsCount { value: u32 = "value" }
    /// VHOST_VDPA_GET_DEVICE_ID.
    "get_device_id" => GetDeviceId { value: u32 = "value" }
    /// VHOST_VDPA_GET_VRING_NUM.
    "get_vring_num" => GetVringNum { value: u32 = "value" }
    /// VHOST_GET_FEATURES.
    "get_features" => GetFeatures { value: Hex = "value" }
    /// VHOST_SET_FEATURES.
    "set_features" => SetFeatures { features: Option<Hex> = "features" }
    /// VHOST_VDPA_GET_VRING_GROUP.
    "get_vring_group" => GetVringGroup { index: Option<u32> = "index", value: Option<u32> = "value" }
    /// VHOST_VDPA_GET_VRING_DESC_GROUP.
    "get_vring_desc_group" => GetVringDescGroup { index: Option<u32> = "index", value: Option<u32> = "value" }
    /// VHOST_SET_VRING_NUM.
    "set_vring_num" => SetVringNum { index: Option<u32> = "index", num: Option<u32> = "num" }
    /// VHOST_SET_VRING_BASE.
    "set_vring_base" => SetVringBase {
        when: Option<String> = "when", index: Option<u32> = "index", num: Option<u32> = "num",
    }
    /// VHOST_GET_VRING_BASE.
    "get_vring_base" => GetVringBase { index: Option<u32> = "index", value: Option<u32> = "value" }
    /// VHOST_SET_VRING_ADDR.
    "set_vring_addr" => SetVringAddr {
        when: Option<String> = "when", index: Option<u32> = "index", flags: Option<u32> = "flags",
        desc: Option<Hex> = "desc", avail: Option<Hex> = "avail", used: Option<Hex> = "used", log: Option<Hex> = "log",
    }
    /// VHOST_VDPA_SET_VRING_ENABLE.
    "set_vring_enable" => SetVringEnable { index: Option<u32> = "index", num: Option<u32> = "num" }
    /// VHOST_SET_VRING_KICK; recorded of QEMU.
    "set_vring_kick" => SetVringKick { index: Option<u32> = "index", fd: Option<String> = "fd" }
    /// VHOST_SET_VRING_CALL; recorded of QEMU.
    "set_vring_call" => SetVringCall { index: Option<u32> = "index", fd: Option<String> = "fd" }
    /// VHOST_VDPA_GET_CONFIG; recorded of QEMU.
    "get_config" => GetConfig { off: Option<u32> = "off", len: Option<u32> = "len", data: Option<String> = "data" }
    /// VHOST_VDPA_SET_CONFIG; recorded of QEMU.
    "set_config" => SetConfig { off: Option<u32> = "off", len: Option<u32> = "len", data: Option<String> = "data" }
    /// VHOST_VDPA_SET_CONFIG_CALL; recorded of QEMU.
    "set_config_call" => SetConfigCall { fd: Option<String> = "fd" }
    /// A host notifier; recorded of QEMU.
    "mmap" => Mmap { size: Option<Hex> = "size", prot: Option<u32> = "prot", offset: Option<Hex> = "offset" }
    /// `read()` of the device.
    "read" => Read {}
    /// `poll()` of the device.
    "poll" => Poll { revents: u32 = "revents" }
    /// A second `open()` by the same process.
    "second_open" => SecondOpen {}
    /// A second `open()` by another process.
    "second_open_other_process" => SecondOpenOtherProcess {}
    /// RLIMIT_MEMLOCK from here on.
    "setrlimit_memlock" => SetrlimitMemlock { bytes: Hex = "bytes" }
    /// A comment.
    "note" => Note {}
    /// A timing loop that logs none of its operations.
    "time" => Time {
        n: Option<u32> = "n", batch: Option<u8> = "batch", persist: Option<u8> = "persist",
        reset_ns: Option<u64> = "reset_ns", unmap_all_ns: Option<u64> = "unmap_all_ns",
        map_all_ns: Option<u64> = "map_all_ns", inval_one_shot_ns: Option<u64> = "inval_one_shot_ns",
    }
    /// Maps until it fails, and logs only the sum.
    "map_until_fail" => MapUntilFail { mapped: u32 = "mapped", kret_last: Option<String> = "kret_last" }
    /// A kick while the device is suspended.
    "kick_while_suspended" => KickWhileSuspended { rx_used_advanced: u8 = "rx_used_advanced" }
    /// What became of that kick after RESUME.
    "after_resume" => AfterResume { rx_used_advanced: u8 = "rx_used_advanced" }
}

impl Op {
    /// True if it resets the virtio device: SET_STATUS 0, by either of its names.
    pub fn is_device_reset(&self) -> bool {
        matches!(self, Self::Reset { .. } | Self::SetStatus { status: 0, .. })
    }

    /// True if it writes an IOTLB message, good or bad.
    pub fn is_message(&self) -> bool {
        matches!(
            self,
            Self::IotlbUpdate { .. }
                | Self::IotlbInvalidate { .. }
                | Self::IotlbBatchBegin { .. }
                | Self::IotlbBatchEnd { .. }
                | Self::IotlbMiss { .. }
                | Self::IotlbAccessFail { .. }
                | Self::IotlbMsg { .. }
                | Self::ShortWrite { .. }
                | Self::LongWrite { .. }
                | Self::BadMsgType { .. }
        )
    }
}
