// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {

Result<std::uint64_t> Custody::room_of(const Fingerprint& case_id) {
  DOKAZ_LET(reader, impl_->readers.take());
  auto in = reader->cases.find(case_id);
  if (!in) return in.code() == Errc::not_found ? Error{Errc::refused, {}} : in.error();
  if (in->access != Access::open) return Errc::case_suspended;
  return in->quota - std::min(in->used, in->quota);
}

Status Custody::may_bring(std::uint64_t bytes) const {
  const Status room = impl_->brake.may_write_object(bytes);
  return !room && room.code() == Errc::no_space ? Status(Errc::server_full) : room;
}

Status Custody::heed(Status outcome) {
  const Status judged = impl_->brake.judge(std::move(outcome));
  return !judged && judged.code() == Errc::no_space ? Status(Errc::server_full) : judged;
}

}  // namespace dokaz::server
