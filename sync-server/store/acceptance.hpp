// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a statement is taken in, and the statements that the server itself adds. Every call runs inside
// the caller's transaction.
#pragma once

#include "sync-server/store/epochs.hpp"
#include "sync-server/store/holdings.hpp"

namespace dokaz::server {

/// Bytes of one member's statements in one case that are taken in whatever the quota, if they add no object.
inline constexpr std::uint64_t statement_reserve = 1 << 20;

/// True for the refusals of one statement, which leave the others of its batch alone. Everything else is a
/// failure of the store.
bool is_refusal(Errc code);

/// What acceptance works on: the tables, and the server's own key.
struct Books {
  Ledger ledger;
  Holdings holdings;
  Cases cases;
  Epochs epochs;
  SigningKey key;
  std::uint64_t forks_found = 0;  // also of writes that were taken back

  Books(Database& database, SigningKey statement_key, std::shared_ptr<KnownMembers> known)
      : ledger(database), holdings(database), cases(database, std::move(known)), epochs(database), key(std::move(statement_key)) {}
};

/// What can be judged of a statement before it has a place, at the cost of a signature: malformed, unsupported_version,
/// bad_signature, bad_key, not_a_member, broken_chain (no chain of this member, or nothing that it could follow),
/// wrong_epoch (signed by one of `keys`, or by the member's first, where another has to sign).
Result<Verified<SignedStatement>> judge(const Membership& members, const PublicKey& member,
                                        const std::vector<PublicKey>& keys, BatchSigners& signers,
                                        const Submit::Item& item);

/// Gives a statement of the member, named by its first key, its place: broken_chain, chain_closed (it follows a close),
/// wrong_epoch and bad_key (key epochs), quota_exceeded; forked_chain, and then the bytes are kept
/// and the first time a fork-found is logged on the server's own chain. The same statement again gives the same
/// entry. `seen`: the log's present head.
Result<Entry> accept(Books& books, const Case& to, const Membership& members, const PublicKey& member,
                     const Verified<SignedStatement>& statement, const TreeHead& seen, std::int64_t now);

/// Signs a receive statement for one whose objects are all kept, on the server's own chain in the case;
/// the chain's genesis first where there is none. `seen`: the log's present head.
Status answer(Books& books, const Case& in, std::int64_t statement_row, const Statement& statement,
              const TreeHead& seen, std::int64_t now);

}  // namespace dokaz::server
