// SPDX-License-Identifier: GPL-3.0-or-later
// The statements: each with its place in its chain and in the log. A place, once given, is for ever; the
// log integrates what stands here, in this order. Judges nothing: acceptance.hpp does.
#pragma once

#include "sync-server/store/cases.hpp"

namespace dokaz::server {

/// A statement as it is kept.
struct Entry {
  std::int64_t row = 0;
  std::uint64_t index = 0;  // in the log
  PublicKey member;         // its first key
  PublicKey signer;         // the key of the epoch
  Signature signature;
  Bytes statement;
  std::string answered;  // of a receive or fork-found statement: the disclosure of its fact

  StatementHash hash() const { return StatementHash(sha256(statement).raw()); }
  Leaf leaf() const { return leaf_of(hash(), signature, signer.hash()); }
};

struct ChainEnd {
  bool is_theirs = false;  // of the member that was asked about
  bool is_closed = false;
  ChainHead head;
};

/// What belongs to a new statement of the server: the disclosure of its fact, and the statement that it answers.
struct Answer {
  std::optional<std::int64_t> row;
  std::string disclosure;
};

class Ledger {
 public:
  explicit Ledger(Database& database) : database_(&database) {}

  /// How many statements have a place in the log.
  Result<std::uint64_t> size();
  /// Leaves from log index `from` on, at most `limit`: damaged_store if the places are not contiguous.
  Result<std::vector<Leaf>> leaves(std::uint64_t from, std::size_t limit);

  Result<std::optional<Entry>> find(const Case& in, const StatementHash& hash);
  /// Bytes of the statement in that row.
  Result<Bytes> statement(std::int64_t row);
  Result<std::optional<Entry>> answer_to(std::int64_t row);
  /// Of the case, with log index in [from, below), ascending.
  Result<std::vector<Entry>> list(const Case& in, std::uint64_t from, std::uint64_t below, std::size_t limit);

  Result<std::optional<ChainEnd>> chain(const Case& in, const ChainId& chain, const PublicKey& member);
  /// Of the member's statements, together.
  Result<std::uint64_t> bytes_of(const Case& in, const PublicKey& member);
  Result<std::vector<ChainHead>> chains_of(const Case& in, const PublicKey& member);

  /// Gives a statement of `member`, by its first key, the next place in the log. Inside the caller's transaction.
  Result<Entry> append(const Case& to, const PublicKey& member, const SignedStatement& statement,
                       const std::optional<Answer>& answer);

  /// The statement that has this place in a chain.
  Result<std::optional<StatementHash>> at(const Case& in, const ChainId& chain, std::uint64_t seq);
  /// A fork is kept once, however often it comes. `found`: a fork-found is logged for it.
  Status keep_fork(const Case& in, const PublicKey& member, const SignedStatement& statement, std::int64_t received,
                   bool found);
  /// A fork-found is logged for that place.
  Result<bool> is_found(const Case& in, const ChainId& chain, std::uint64_t seq);
  Result<bool> is_fork(const Case& in, const StatementHash& hash);
  /// Whether what `fields` is to follow is a second statement of the place before its own.
  Result<bool> follows_fork(const Case& in, const StatementFields& fields);
  /// The statement that a fork-found names, then what its chain had from there on, as it came: format.md section 18.
  /// not_found for every other hash. Only ever grows at its end.
  Result<Bytes> second_statements(const Case& in, const StatementHash& named);

 private:
  Database* database_;
};

}  // namespace dokaz::server
