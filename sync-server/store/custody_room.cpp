// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {

Result<std::uint64_t> Custody::room_of(const Fingerprint& case_id) {
  DOKAZ_LET(reader, impl_->readers.take());
  auto in = reader->cases.find(case_id);
  if (!in) return in.code() == Errc::not_found ? Error{Errc::refused, {}} : in.error();
  return in->quota - std::min(in->used, in->quota);
}

}  // namespace dokaz::server
