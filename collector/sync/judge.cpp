// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/judge.hpp"

namespace dokaz {

bool is_broken_line(Errc code) {
  return code == Errc::connection_lost || code == Errc::timed_out || code == Errc::unreachable ||
         code == Errc::proxy_failed || code == Errc::busy;
}

bool concerns_one_object(Errc code) {
  return code == Errc::hash_mismatch || code == Errc::missing_part || code == Errc::not_found ||
         code == Errc::too_large || code == Errc::quota_exceeded;
}

bool others_may_pass(Errc code) {
  return concerns_one_object(code) || code == Errc::forked_chain || code == Errc::broken_chain;
}

bool heals_by_waiting(Errc code) { return is_broken_line(code) || code == Errc::no_space || code == Errc::io_error; }

bool stops_for_good(Errc code) {
  return code == Errc::server_rolled_back || code == Errc::bad_consistency || code == Errc::wrong_pin ||
         code == Errc::bad_signature || code == Errc::bad_inclusion || code == Errc::policy_unmet ||
         code == Errc::forked_chain || code == Errc::wrong_epoch || code == Errc::key_revoked ||
         code == Errc::not_joined || code == Errc::damaged_store || code == Errc::wrong_passphrase || code == Errc::no_passphrase ||
         code == Errc::interrupted;
}

}  // namespace dokaz
