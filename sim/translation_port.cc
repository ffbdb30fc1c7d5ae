// SPDX-License-Identifier: Apache-2.0
//
// See translation_port.h.

#include "sim/translation_port.h"

namespace persimmon {

void TranslationPort::queue(std::span<const PortRequest> requests) {
  for (const PortRequest& request : requests) queued_.push_back({request});
}

void TranslationPort::take_responses(std::span<PortResponse> to) {
  for (PortResponse& slot : to) {
    if (responses_.empty()) return;
    slot = responses_.front();
    responses_.pop_front();
  }
}

void TranslationPort::forget() {
  queued_.clear();
  in_flight_.clear();
  responses_.clear();
  releases_.clear();
}

void TranslationPort::drive(Inputs& in, std::uint64_t now) {
  in.req_valid = false;
  // Without req_valid_i the rest means nothing: values that show if the design looks at them all the same.
  in.req_group = 0;
  in.req_iova = ~std::uint64_t{0};
  in.req_len_m1 = 0xfff;
  in.req_write = true;
  if (in.rst_n && !queued_.empty()) {
    Asked& next = queued_.front();
    if (next.request.gap > 0) {
      --next.request.gap;
    } else {
      if (next.offered == kNever) next.offered = now;
      in.req_valid = true;
      in.req_group = next.request.group;
      in.req_iova = next.request.iova;
      in.req_len_m1 = next.request.len_m1;
      in.req_write = next.request.write;
    }
  }

  in.rel_valid = false;
  if (const auto due = releases_.begin(); due != releases_.end() && due->first <= now) {
    in.rel_valid = true;
    in.rel_tracked = due->second.tracked;
    in.rel_asid = due->second.asid;
    in.rel_epoch = due->second.epoch;
    releases_.erase(due);
  }
}

void TranslationPort::sample(const Inputs& in, const Outputs& out, std::uint64_t now,
                             Failure& failure) {
  if (!in.rst_n) return;
  if (out.rsp_valid) {
    if (in_flight_.empty()) {
      failure.stop("sim/translation_port.cc", __LINE__, nullptr,
                   "rsp_valid_o without a request in flight");
      return;
    }
    const Asked asked = in_flight_.front();
    in_flight_.pop_front();
    const PortTag tag{out.rsp_tracked, out.rsp_asid, out.rsp_epoch};
    responses_.push_back({.id = asked.request.id,
                          .offered = asked.offered,
                          .accepted = asked.accepted,
                          .answered = now,
                          .pa = out.rsp_pa,
                          .map_last = out.rsp_map_last,
                          .commit_seq = out.rsp_commit_seq,
                          .fault = out.rsp_fault,
                          .tag = tag});
    if (asked.request.release_after >= 0) {
      releases_.emplace(now + 1 + static_cast<std::uint64_t>(asked.request.release_after), tag);
    }
  }
  if (in.req_valid && out.req_ready) {
    in_flight_.push_back(queued_.front());
    in_flight_.back().accepted = now;
    queued_.pop_front();
  }
}

}  // namespace persimmon
