// SPDX-License-Identifier: GPL-3.0-or-later
// The single values of a case's database. Inside casework/casefile only.
#pragma once

#include <optional>

#include "crypto/sealed_db.hpp"

namespace dokaz {

enum class Setting {
  root_seed, member_seed, team_identity, legal_identity,
  server, card, policy, roster,
  trusted_size, trusted_root, next_index
};

Status put_setting(Database& db, Setting setting, ByteView value);
Result<std::optional<Bytes>> get_setting(Database& db, Setting setting);
/// damaged_store if it is not there.
Result<Bytes> need_setting(Database& db, Setting setting);
Result<Secret<32>> get_seed(Database& db, Setting setting);

}  // namespace dokaz
