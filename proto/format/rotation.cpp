// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/rotation.hpp"

namespace dokaz {
namespace {

Result<std::vector<Statement>> read_all(const std::vector<Rotation>& rotations) {
  if (rotations.size() > max_shown_rotations) return fail(Errc::malformed, "number of key-rotates");
  std::vector<Statement> out;
  for (const Rotation& each : rotations) {
    DOKAZ_LET(statement, Statement::parse(each.statement));
    if (!statement.fields().next_key) return fail(Errc::malformed, "not a key-rotate");
    out.push_back(std::move(statement));
  }
  return out;
}

}  // namespace

Result<PublicKey> newest_key(const std::vector<Rotation>& rotations, const PublicKey& first) {
  DOKAZ_LET(all, read_all(rotations));
  return all.empty() ? first : all.back().fields().next_key->key;
}

Result<std::vector<PublicKey>> keys_after(const PublicKey& known, const std::vector<Rotation>& rotations,
                                          const Fingerprint& of_case, const PublicKey& first) {
  DOKAZ_LET(all, read_all(rotations));
  std::size_t from = 0;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].fields().next_key->key == known) from = i + 1;
  std::vector<PublicKey> keys = {known};
  for (std::size_t i = from; i < all.size(); ++i) {
    DOKAZ_TRY(check_chain_id(all[i].fields().chain, of_case, first));
    const PublicKey next = all[i].fields().next_key->key;
    DOKAZ_TRY(verify_signature({std::move(all[i]), keys.back(), rotations[i].signature}));
    keys.push_back(next);
  }
  return keys;
}

}  // namespace dokaz
