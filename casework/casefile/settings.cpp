// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/settings.hpp"

namespace dokaz {
namespace {

std::string_view name_of(Setting setting) {
  switch (setting) {
    case Setting::root_seed: return "root_seed";
    case Setting::member_seed: return "member_seed";
    case Setting::former_seed: return "former_seed";
    case Setting::handed_over: return "handed_over";
    case Setting::fingerprint: return "fingerprint";
    case Setting::ticket: return "ticket";
    case Setting::admission: return "admission";
    case Setting::server: return "server";
    case Setting::card: return "card";
    case Setting::policy: return "policy";
    case Setting::network: return "network";
    case Setting::proxy: return "proxy";
    case Setting::passed_on: return "passed_on";
    case Setting::key_ended: return "key_ended";
    case Setting::trusted_size: return "trusted_size";
    case Setting::trusted_root: return "trusted_root";
    case Setting::last_pull: return "last_pull";
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

Result<std::optional<Secret<32>>> find_seed(Database& db, Setting setting) {
  Query query = db.prepare(select);
  DOKAZ_LET(found, query.bind(name_of(setting)).step());
  if (!found) return std::optional<Secret<32>>();
  DOKAZ_LET(seed, query.secret<32>(0));
  return std::optional(std::move(seed));
}

Result<Secret<32>> get_seed(Database& db, Setting setting) {
  DOKAZ_LET(seed, find_seed(db, setting));
  if (!seed) return Errc::damaged_store;
  return std::move(*seed);
}

Status put_seed(Database& db, Setting setting, const Secret<32>& seed) {
  return seed.reveal([&](ByteView bytes) { return put_setting(db, setting, bytes); });
}

Status remove_setting(Database& db, Setting setting) {
  return db.run("DELETE FROM setting WHERE name = ?", name_of(setting));
}

}  // namespace dokaz
