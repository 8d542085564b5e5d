// SPDX-License-Identifier: GPL-3.0-or-later
// The vault's tables and the names in its folder.
#pragma once

namespace dokaz::vault_layout {

inline constexpr int version = 1;
inline constexpr const char* key_file = "key";
inline constexpr const char* database_file = "vault.db";
inline constexpr const char* outbox_folder = "outbox";

// `original` is a keyed hash, empty when another item took its place; `tlog_proof` and the three columns after it are empty until checked.
inline constexpr const char* tables = R"(
CREATE TABLE membership (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  server TEXT NOT NULL, pin BLOB NOT NULL, policy BLOB NOT NULL, roster BLOB NOT NULL,
  ticket BLOB NOT NULL, admission BLOB NOT NULL, member_seed BLOB NOT NULL, tag_key BLOB NOT NULL,
  checkpoint BLOB);
CREATE TABLE statement (
  seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL, signature BLOB NOT NULL, facts BLOB,
  original BLOB UNIQUE, tlog_proof BLOB, receive BLOB, answered TEXT, receive_proof BLOB);
)";

}  // namespace dokaz::vault_layout
