// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/ledger.hpp"

#include <algorithm>

#include "proto/format/second_statements.hpp"

namespace dokaz::server {
namespace {

#define DOKAZ_ENTRY_COLUMNS "id, leaf, member, signature, bytes, disclosure, signer"

Result<Entry> entry_in(const Query& row) {
  const auto member = PublicKey::from(row.blob(2));
  if (!member) return fail(Errc::damaged_store, "a member's key");
  DOKAZ_LET(signature, row.id<Signature>(3));
  // To make a key of bytes costs as much as to verify a signature, and mostly the two are one.
  const Bytes signer_bytes = row.blob(6);
  const auto signer = std::ranges::equal(signer_bytes, member->view()) ? member : PublicKey::from(signer_bytes);
  if (!signer) return fail(Errc::damaged_store, "a member's key");
  return Entry{row.integer(0), static_cast<std::uint64_t>(row.integer(1)), *member, *signer, signature, row.blob(4),
               row.text(5)};
}

Result<std::optional<Entry>> first_entry(Query& rows) {
  DOKAZ_LET(there, rows.step());
  if (!there) return std::optional<Entry>();
  DOKAZ_LET(entry, entry_in(rows));
  return std::optional(std::move(entry));
}

}  // namespace

Result<std::uint64_t> Ledger::size() {
  auto row = database_->prepare("SELECT coalesce(max(leaf) + 1, 0) FROM statements");
  DOKAZ_LET(there, row.step());
  return there ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

Result<std::vector<Leaf>> Ledger::leaves(std::uint64_t from, std::size_t limit) {
  auto rows = database_->prepare(
      "SELECT leaf, signer, signature, hash FROM statements WHERE leaf >= ? ORDER BY leaf LIMIT ?");
  rows.bind(from, limit);
  std::vector<Leaf> out;
  while (true) {
    DOKAZ_LET(there, rows.step());
    if (!there) return out;
    if (static_cast<std::uint64_t>(rows.integer(0)) != from + out.size())
      return fail(Errc::damaged_store, "a statement is missing");
    const KeyHash signer(sha256(rows.blob(1)).raw());
    DOKAZ_LET(signature, rows.id<Signature>(2));
    DOKAZ_LET(hash, rows.id<StatementHash>(3));
    out.push_back(leaf_of(hash, signature, signer));
  }
}

Result<std::optional<Entry>> Ledger::find(const Case& in, const StatementHash& hash) {
  auto rows =
      database_->prepare("SELECT " DOKAZ_ENTRY_COLUMNS " FROM statements WHERE case_id = ? AND hash = ?");
  return first_entry(rows.bind(in.row, hash));
}

Result<Bytes> Ledger::statement(std::int64_t row) {
  auto rows = database_->prepare("SELECT bytes FROM statements WHERE id = ?");
  DOKAZ_LET(there, rows.bind(row).step());
  if (!there) return fail(Errc::damaged_store, "a statement is missing");
  return rows.blob(0);
}

Result<std::optional<Entry>> Ledger::answer_to(std::int64_t row) {
  auto rows = database_->prepare("SELECT " DOKAZ_ENTRY_COLUMNS " FROM statements WHERE answers = ?");
  return first_entry(rows.bind(row));
}

Result<std::vector<Entry>> Ledger::list(const Case& in, std::uint64_t from, std::uint64_t below,
                                        std::size_t limit) {
  std::vector<Entry> out;
  if (from >= below) return out;
  auto rows = database_->prepare("SELECT " DOKAZ_ENTRY_COLUMNS
                                 " FROM statements WHERE case_id = ? AND leaf >= ? AND leaf < ?"
                                 " ORDER BY leaf LIMIT ?");
  rows.bind(in.row, from, below, limit);
  while (true) {
    DOKAZ_LET(there, rows.step());
    if (!there) return out;
    DOKAZ_LET(entry, entry_in(rows));
    out.push_back(std::move(entry));
  }
}

Result<std::optional<ChainEnd>> Ledger::chain(const Case& in, const ChainId& chain, const PublicKey& member) {
  auto row = database_->prepare(
      // "\nact close\n" is a line of a statement, and nothing else in it can be.
      "SELECT member, seq, hash, instr(bytes, x'0a61637420636c6f73650a') FROM statements"
      " WHERE case_id = ? AND chain = ? ORDER BY seq DESC LIMIT 1");
  DOKAZ_LET(there, row.bind(in.row, chain).step());
  if (!there) return std::optional<ChainEnd>();
  // Compared as bytes: to make a key of them costs as much as to verify a signature.
  const bool is_theirs = std::ranges::equal(row.blob(0), member.view());
  DOKAZ_LET(hash, row.id<StatementHash>(2));
  return std::optional(ChainEnd{is_theirs, row.integer(3) > 0, {chain, static_cast<std::uint64_t>(row.integer(1)) + 1, hash}});
}

Result<std::vector<ChainHead>> Ledger::chains_of(const Case& in, const PublicKey& member) {
  // SQLite takes the other columns from the row of the maximum.
  auto rows = database_->prepare(
      "SELECT chain, max(seq), hash FROM statements WHERE case_id = ? AND member = ? GROUP BY chain");
  rows.bind(in.row, member);
  std::vector<ChainHead> out;
  while (true) {
    DOKAZ_LET(there, rows.step());
    if (!there) return out;
    DOKAZ_LET(chain, rows.id<ChainId>(0));
    DOKAZ_LET(hash, rows.id<StatementHash>(2));
    out.push_back({chain, static_cast<std::uint64_t>(rows.integer(1)) + 1, hash});
  }
}

Result<std::uint64_t> Ledger::bytes_of(const Case& in, const PublicKey& member) {
  auto row = database_->prepare(
      "SELECT coalesce(sum(length(bytes)), 0) FROM statements WHERE case_id = ? AND member = ?");
  DOKAZ_LET(there, row.bind(in.row, member).step());
  return there ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

Result<Entry> Ledger::append(const Case& to, const PublicKey& member, const SignedStatement& signed_statement,
                             const std::optional<Answer>& answer) {
  const auto& fields = signed_statement.statement.fields();
  const Bytes& bytes = signed_statement.statement.bytes();
  DOKAZ_LET(index, size());
  std::optional<std::int64_t> answers;
  std::optional<std::string> disclosure;
  if (answer) {
    answers = answer->row;
    disclosure = answer->disclosure;
  }
  DOKAZ_TRY(database_->run(
      "INSERT INTO statements(case_id, member, chain, seq, hash, bytes, signer, signature, leaf, answers, disclosure)"
      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      to.row, member, fields.chain, fields.seq, signed_statement.statement.hash(), bytes, signed_statement.member,
      signed_statement.signature, index, answers, disclosure));
  return Entry{database_->last_rowid(), index, member, signed_statement.member, signed_statement.signature, bytes,
               disclosure.value_or("")};
}

Result<std::optional<StatementHash>> Ledger::at(const Case& in, const ChainId& chain, std::uint64_t seq) {
  auto row = database_->prepare("SELECT hash FROM statements WHERE case_id = ? AND chain = ? AND seq = ?");
  DOKAZ_LET(there, row.bind(in.row, chain, seq).step());
  if (!there) return std::optional<StatementHash>();
  DOKAZ_LET(hash, row.id<StatementHash>(0));
  return std::optional(hash);
}

Status Ledger::keep_fork(const Case& in, const PublicKey& member, const SignedStatement& signed_statement,
                         std::int64_t received, bool found) {
  const auto& fields = signed_statement.statement.fields();
  return database_->run(
      "INSERT OR IGNORE INTO forks(case_id, member, chain, seq, hash, bytes, signer, signature, received, found)"
      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      in.row, member, fields.chain, fields.seq, signed_statement.statement.hash(), signed_statement.statement.bytes(),
      signed_statement.member, signed_statement.signature, received, found);
}

Result<bool> Ledger::is_found(const Case& in, const ChainId& chain, std::uint64_t seq) {
  return database_->prepare("SELECT 1 FROM forks WHERE case_id = ? AND chain = ? AND seq = ? AND found = 1 LIMIT 1")
      .bind(in.row, chain, seq)
      .step();
}

Result<bool> Ledger::is_fork(const Case& in, const StatementHash& hash) {
  return database_->prepare("SELECT 1 FROM forks WHERE case_id = ? AND hash = ?").bind(in.row, hash).step();
}

Result<bool> Ledger::follows_fork(const Case& in, const StatementFields& fields) {
  if (fields.seq == 0) return false;
  return database_->prepare("SELECT 1 FROM forks WHERE case_id = ? AND hash = ? AND chain = ? AND seq = ?")
      .bind(in.row, fields.previous, fields.chain, fields.seq - 1)
      .step();
}

Result<Bytes> Ledger::second_statements(const Case& in, const StatementHash& named) {
  auto first = database_->prepare("SELECT id, chain, seq FROM forks WHERE case_id = ? AND hash = ? AND found = 1");
  DOKAZ_LET(there, first.bind(in.row, named).step());
  if (!there) return Errc::not_found;
  DOKAZ_LET(chain, first.id<ChainId>(1));
  auto rows = database_->prepare(
      "SELECT bytes, signer, signature FROM forks WHERE case_id = ? AND chain = ? AND seq >= ? AND id >= ?"
      " ORDER BY id LIMIT ?");
  rows.bind(in.row, chain, first.integer(2), first.integer(0), max_second_statements);
  std::vector<SignedStatement> out;
  for (;;) {
    DOKAZ_LET(more, rows.step());
    if (!more) return write_second_statements(out);
    auto statement = Statement::parse(rows.blob(0));
    const auto member = PublicKey::from(rows.blob(1));
    const auto signature = Signature::from(rows.blob(2));
    if (!statement || !member || !signature) return fail(Errc::damaged_store, "a statement");
    out.push_back({std::move(statement).value(), *member, *signature});
  }
}

}  // namespace dokaz::server
