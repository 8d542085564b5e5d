// SPDX-License-Identifier: GPL-3.0-or-later
// The single values of a case's database. Inside casework/casefile only.
#pragma once

#include <optional>

#include "crypto/sealed_db.hpp"

namespace dokaz {

enum class Setting {
  fingerprint,
  root_seed,      // absent: the officers hold it, or it never was here
  member_seed,
  former_seed,    // of the counsel before, until the server knows the one who took over
  handed_over,    // a copy on its way to a successor: it opens for take_over alone
  ticket, admission,  // of whoever joined with an invitation
  server, card, policy,
  network,        // "tor-only", or absent: the rule of the invitation that this folder was made with
  proxy,          // "socks5h://…", or absent: straight
  passed_on,      // a copy for a successor was made: this folder reads, and changes nothing more
  key_ended,      // the server said that the case revoked this folder's key
  trusted_size, trusted_root, next_index,
  last_pull,      // seconds since 1970 by this machine's clock; absent: none came to its end
};

inline constexpr std::string_view tor_only_rule = "tor-only";

Status put_setting(Database& db, Setting setting, ByteView value);
Result<std::optional<Bytes>> get_setting(Database& db, Setting setting);
/// damaged_store if it is not there.
Result<Bytes> need_setting(Database& db, Setting setting);
Result<Secret<32>> get_seed(Database& db, Setting setting);
Result<std::optional<Secret<32>>> find_seed(Database& db, Setting setting);
Status put_seed(Database& db, Setting setting, const Secret<32>& seed);
Status remove_setting(Database& db, Setting setting);

}  // namespace dokaz
