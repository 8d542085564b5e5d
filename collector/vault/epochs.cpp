// SPDX-License-Identifier: GPL-3.0-or-later
// The vault's keys, one after the other: reading them, and going on with the next.
#include "collector/vault/vault.hpp"

namespace dokaz {
namespace {

/// The database is authenticated: what does not hold there is damage, not hostile input.
Error damage(const char* what) { return fail(Errc::damaged_store, what); }

}  // namespace

/// Also where another process went on with the next key while this one waited for the vault.
Status Vault::read_epochs() {
  Query rows = database_.prepare("SELECT seq, key FROM epoch WHERE seq > ? ORDER BY seq");
  const std::vector<std::uint64_t> known = epochs_.rotations();
  rows.bind(known.empty() ? std::int64_t{0} : static_cast<std::int64_t>(known.back()));
  bool grown = false;
  while (true) {
    DOKAZ_LET(there, rows.step());
    if (!there) break;
    const auto key = PublicKey::from(rows.blob(1));
    const auto seq = static_cast<std::uint64_t>(rows.integer(0));
    if (!key) return damage("a key of the chain");
    DOKAZ_LET(rotation, statement(seq));
    if (next_signer(rotation.signed_statement) != *key) return damage("a key of the chain");
    DOKAZ_TRY(learn(rotation.signed_statement));
    grown = true;
  }
  if (grown) {
    Query row = database_.prepare("SELECT member_seed FROM membership");
    DOKAZ_LET(there, row.step());
    if (!there) return Errc::not_joined;
    DOKAZ_LET(seed, row.secret<32>(0));
    member_ = SigningKey::from_seed(seed);
  }
  return member_.public_key() == epochs_.signer_of(~std::uint64_t{0}) ? Status() : damage("the member's key");
}

Status Vault::learn(const SignedStatement& rotation) {
  const auto checked = view_.members.check(rotation);
  if (!checked || !view_.members.learn(*checked)) return damage("a key-rotate");
  epochs_.follow(rotation.statement.fields().seq, next_signer(rotation));
  rotations_.push_back({rotation.statement.bytes(), rotation.signature});
  if (rotations_.size() > max_shown_rotations) rotations_.erase(rotations_.begin());
  return {};
}

Status Vault::rotate(const SignedStatement& rotation, SigningKey next) {
  DOKAZ_CHECK(rotation.member == member_.public_key() && next_signer(rotation) == next.public_key());
  if (write_failed_) return fail(Errc::io_error, "the vault's disk failed before");
  {
    // What the vault itself would not take at its next opening is not signed away.
    Membership trial = view_.members;
    DOKAZ_LET(checked, trial.check(rotation));
    DOKAZ_TRY(trial.learn(checked));
  }
  bool begun = false;
  const Status outcome = [&]() -> Status {
    DOKAZ_LET(transaction, database_.begin());
    DOKAZ_TRY(append_one({rotation, {}, {}}));
    DOKAZ_TRY(database_.run("INSERT INTO epoch VALUES (?, ?)", rotation.statement.fields().seq, next.public_key()));
    DOKAZ_TRY(next.seed().reveal(
        [&](ByteView seed) { return database_.run("UPDATE membership SET member_seed = ?", seed); }));
    begun = true;
    return transaction.commit();
  }();
  if (!outcome) {
    // From a commit on only the database knows which key it holds: nothing is signed any more by this process.
    write_failed_ = begun && outcome.code() == Errc::io_error;
    return outcome;
  }
  member_ = std::move(next);  // the old one's memory is wiped
  DOKAZ_TRY(learn(rotation));
  // The log beside the database still has pages with the old key. Where that is not to be now, the next open does it.
  static_cast<void>(database_.settle().has_value());
  return {};
}

Result<std::size_t> Vault::unproved_rotations() {
  std::size_t count = 0;
  for (const std::uint64_t seq : epochs_.rotations()) {
    DOKAZ_LET(own, statement(seq));
    if (own.state() == CustodyState::sealed) ++count;
  }
  return count;
}

Result<std::uint32_t> Vault::rotation_days() {
  Query row = database_.prepare("SELECT days FROM rotation");
  DOKAZ_LET(there, row.step());
  return there ? static_cast<std::uint32_t>(row.integer(0)) : std::uint32_t{0};
}

Status Vault::keep_rotation_days(std::uint32_t days) {
  return database_.run("INSERT OR REPLACE INTO rotation (only_one, days) VALUES (1, ?)", days);
}

}  // namespace dokaz
