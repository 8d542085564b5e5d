// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/vault.hpp"

namespace dokaz {

Status Vault::keep_parcel(const SentParcel& parcel) {
  DOKAZ_LET(transaction, database_.begin());
  DOKAZ_TRY(parcel.reply.secret().reveal([&](ByteView secret) {
    return database_.run("INSERT INTO parcel (id, reply, seen_size, seen_root, statements) VALUES (?, ?, ?, ?, ?)",
                         parcel.id, secret, parcel.seen.size, parcel.seen.root, parcel.statements);
  }));
  DOKAZ_TRY(database_.run("DELETE FROM parcel WHERE number <= (SELECT max(number) FROM parcel) - ?",
                          max_sent_parcels));
  return transaction.commit();
}

Status Vault::forget_parcel(const ParcelId& id) { return database_.run("DELETE FROM parcel WHERE id = ?", id); }

Result<std::vector<SentParcel>> Vault::sent_parcels() {
  Query query = database_.prepare(
      "SELECT id, reply, seen_size, seen_root, statements FROM parcel WHERE reply IS NOT NULL ORDER BY number DESC");
  std::vector<SentParcel> all;
  while (true) {
    DOKAZ_LET(found, query.step());
    if (!found) return all;
    DOKAZ_LET(id, query.id<ParcelId>(0));
    DOKAZ_LET(reply, query.secret<32>(1));
    DOKAZ_LET(root, query.id<TreeHash>(3));
    DOKAZ_LET(statements, query.id<Sha256>(4));
    all.push_back({id, age::Identity::from(std::move(reply)), {static_cast<std::uint64_t>(query.integer(2)), root},
                   statements});
  }
}

Status Vault::keep_answered(const ParcelId& id, const Sha256& answer, bool settled) {
  DOKAZ_LET(transaction, database_.begin());
  DOKAZ_TRY(database_.run("UPDATE parcel SET answer = ? WHERE id = ?", answer, id));
  if (settled) DOKAZ_TRY(database_.run("UPDATE parcel SET reply = NULL WHERE id = ?", id));
  return transaction.commit();
}

Result<bool> Vault::was_answered(const Sha256& answer) {
  Query query = database_.prepare("SELECT 1 FROM parcel WHERE answer = ?");
  query.bind(answer);
  return query.step();
}

}  // namespace dokaz
