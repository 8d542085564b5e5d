// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/settings.hpp"

namespace dokaz {
namespace {

std::string_view name_of(Setting setting) {
  switch (setting) {
    case Setting::root_seed: return "root_seed";
    case Setting::member_seed: return "member_seed";
    case Setting::team_identity: return "team_identity";
    case Setting::legal_identity: return "legal_identity";
    case Setting::server: return "server";
    case Setting::card: return "card";
    case Setting::policy: return "policy";
    case Setting::roster: return "roster";
    case Setting::trusted_size: return "trusted_size";
    case Setting::trusted_root: return "trusted_root";
    case Setting::next_index: break;
  }
  return "next_index";
}

constexpr std::string_view select = "SELECT value FROM setting WHERE name = ?";

}  // namespace

Status put_setting(Database& db, Setting setting, ByteView value) {
  return db.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", name_of(setting), value);
}

Result<std::optional<Bytes>> get_setting(Database& db, Setting setting) {
  Query query = db.prepare(select);
  DOKAZ_LET(found, query.bind(name_of(setting)).step());
  if (!found) return std::optional<Bytes>();
  return std::optional<Bytes>(query.blob(0));
}

Result<Bytes> need_setting(Database& db, Setting setting) {
  DOKAZ_LET(value, get_setting(db, setting));
  if (!value) return Errc::damaged_store;
  return std::move(*value);
}

Result<Secret<32>> get_seed(Database& db, Setting setting) {
  Query query = db.prepare(select);
  DOKAZ_LET(found, query.bind(name_of(setting)).step());
  if (!found) return Errc::damaged_store;
  return query.secret<32>(0);
}

}  // namespace dokaz
