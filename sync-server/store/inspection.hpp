// SPDX-License-Identifier: GPL-3.0-or-later
// What an operator's command may do beside a server that runs: read the card and some figures, let a case
// in. Takes no lock; the database keeps the two apart.
#pragma once

#include "sync-server/store/cases.hpp"
#include "sync-server/store/contradiction.hpp"
#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {

/// Counts only: no names, no hashes.
struct Figures {
  std::uint64_t cases = 0;
  std::uint64_t statements = 0;
  std::uint64_t log_size = 0;  // of the published checkpoint
  std::uint64_t forks = 0;
  std::uint64_t objects_kept = 0;
  std::uint64_t objects_awaited = 0;
  std::uint64_t bytes_kept = 0;
  std::uint64_t bytes_reserved = 0;  // declared, and not there yet
  bool serving = false;         // some process holds the folder
  bool writes_stopped = false;  // the disk failed, and no server was started since; or there is a contradiction
  std::optional<Contradiction> contradiction;  // without witnesses where it cannot be read
};

/// A statement whose objects did not all come yet.
struct Awaited {
  std::uint64_t index = 0;        ///< its place in the log
  std::int64_t claimed_time = 0;  ///< of its device's clock
};

class Inspection {
 public:
  /// not_found, wrong_key, damaged_store, unsupported_version.
  static Result<Inspection> open(const Path& folder, const KeySource& source = {});

  const ServerCard& card() const { return card_; }
  // What changes something says writes_stopped where the disk has failed and no server was started since.
  /// Holds another TLS key ready, whose pin the card names from then on: already_exists if one is.
  Status make_next_key();
  /// That key becomes the one that the server shows from its next start on: not_found if none is ready.
  Status switch_key();
  /// As Cases has them, each durable when it returns.
  Status grant(const Note& roster, std::optional<std::uint64_t> quota_bytes);
  Result<std::vector<CaseFigures>> cases() { return Cases(database_).list(); }
  /// not_found.
  Result<CaseFigures> figures_of(const Fingerprint& of);
  Result<Fingerprint> find_case(std::string_view digits) { return Cases(database_).find_by_prefix(digits); }
  Status set_quota(const Fingerprint& of, std::uint64_t bytes);
  Status set_access(const Fingerprint& of, Access access);
  /// damaged_store if there is no checkpoint that can be read.
  Result<Figures> figures();
  /// The one that has waited longest.
  Result<std::optional<Awaited>> oldest_awaited();
  const DataFolder& folder() const { return folder_; }

 private:
  Inspection(DataFolder folder, Database database, ServerCard card)
      : folder_(std::move(folder)), database_(std::move(database)), card_(std::move(card)) {}

  Status read_card();
  Status may_write() const;

  DataFolder folder_;
  Database database_;
  ServerCard card_;
};

}  // namespace dokaz::server
