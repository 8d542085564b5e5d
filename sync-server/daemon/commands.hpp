// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of dokaz-server. Each prints what was asked for to stdout and gives the failure back; main
// reports it. Nothing logged holds an address, a name, an id or a hash; `case list` prints fingerprints of cases,
// since the operator asked for them.
#pragma once

#include <filesystem>
#include <optional>

#include "console/console.hpp"

namespace dokaz::server {

/// What one invocation was asked to do.
struct Order {
  console::Options options;
  std::filesystem::path data;
  std::filesystem::path roster;
  std::vector<std::filesystem::path> parcel;  // its file, or its parts in their order
  std::filesystem::path answer;
  std::optional<std::uint64_t> quota;  // bytes
  std::string case_digits;             // the first digits of a case's fingerprint
  bool reading_too = false;            // suspend: stop the readers, too
  std::filesystem::path destination;   // the folder of backups
  bool with_key = false;
  bool read_again = false;
  std::filesystem::path key;           // restore: the database's key
  std::vector<std::filesystem::path> seen_checkpoints;
  bool unchecked = false;
  std::string listen = "127.0.0.1:7430";
  bool allow_root = false;
  std::filesystem::path db_key;  // empty: where key_source looks by itself
  bool under_passphrase = false;  // init: make the key under one
  std::optional<std::filesystem::path> new_passphrase_file;  // db-key protect
  std::filesystem::path move_to;  // db-key move
  unsigned witness_interval = 1;              // seconds
  std::filesystem::path outward_authorities;  // PEM, beside the system's
  std::string outward_proxy;                  // socks5h://HOST:PORT
  std::string publish;  // empty: nothing is published
  std::string metrics;  // empty: no figures are shown
  std::string reader;   // a reader's name
  std::uint64_t number = 0;  // of a parcel that stays
  std::optional<std::size_t> connections;  // of members, at a time; as many as the system allows if empty
};

/// A failure, and which words help.
struct Outcome {
  Status status;
  console::Advice advice;
  bool told = false;  // what was printed says it already: one JSON document, not two
};

Outcome init(const Order& order);
Outcome card(const Order& order);
/// Holds another TLS key ready beside the present one, and prints the card with both pins.
Outcome key_next(const Order& order);
/// Makes it the present one, and prints the card.
Outcome key_switch(const Order& order);
/// The commands of `case`; each works beside a server that runs, which heeds it at once.
Outcome case_list(const Order& order);
Outcome case_grant(const Order& order);
Outcome case_quota(const Order& order);
Outcome case_suspend(const Order& order);
Outcome case_resume(const Order& order);
/// The commands of `reader`; a server that runs heeds them with the next request.
Outcome reader_add(const Order& order);
Outcome reader_list(const Order& order);
Outcome reader_remove(const Order& order);
Outcome status(const Order& order);
/// Lets the server write again that stopped because witnesses had seen another history of its log.
Outcome resume_writes(const Order& order);
/// Audits the folder: damaged_store where anything does not follow from what was signed.
Outcome fsck(const Order& order);
/// Takes in a parcel and writes its answer.
Outcome receive(const Order& order);
/// The parcels that stay, since they may be the only copy: their numbers, sizes, times and cases.
Outcome parcels_list(const Order& order);
/// What one of them says: its member's key, its statements, its objects.
Outcome parcels_show(const Order& order);
/// Its statements and objects into a folder, for those who can open them.
Outcome parcels_extract(const Order& order);
/// One of them, for good.
Outcome parcels_remove(const Order& order);
Outcome backup(const Order& order);
Outcome restore(const Order& order);
/// Serves until SIGTERM or SIGINT.
Outcome run(const Order& order);

/// What a person does next when a data folder cannot be used; the same for every command.
console::Advice advice_for_store(Errc code);

}  // namespace dokaz::server
