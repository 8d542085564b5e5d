// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of a vault's room, and the names in the vault's folder.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dokaz::vault_layout {

inline constexpr int version = 9;
inline constexpr const char* key_file = "key";
inline constexpr const char* next_key_file = "key.next";
inline constexpr const char* joining_suffix = ".joining";  // of the folder in which a vault is made
inline constexpr const char* database_file = "vault.db";
inline constexpr const char* outbox_folder = "outbox";
inline constexpr const char* reserve_file = "reserve";
inline constexpr std::size_t reserve_size = std::size_t{256} << 10;
inline constexpr std::uintmax_t room_for_reserve = 4 * reserve_size;

// `other_room`: the key of the room that a duress passphrase will open, and how large its database is when it is new.
// `membership.member_seed` is the present key's alone; `epoch` has the place of each key-rotate and the public key that it
// names, `rotation` after how many days there is to be one, 0 for never.
// A parcel's `reply` is empty when all of it is settled; `answer` is H of the newest answer.
// `review` holds the keys of review windows until they are over; `clock` the newest time that was seen while there
// was one. `sealed_again`: an object was lost, and another item took its place. `dropped`: its objects may be gone
// from the outbox. `original.tag` is a keyed hash: no name and no hash of a file is kept.
// `tried` is empty before the first try, 0 while it is not over, else the number of its failure.
// `history`: 0 where nobody asked yet whether the receipts stand in the log that is watched, 1 they do, 2 they do not.
// `by_case`: the invitation allows no connection but through the proxy; written once, when the vault joins.
// `contradicted`: `history` was 2 once. It stays: the receipt that is kept proves what the log's operator did.
// `confirmed` has the roster whose recipients the owner knows to be right, while a newer one has others.
// `set_first`: the first statement of those that were sealed as one.
// `statement` has of each statement what is looked at often, so that opening and lists read little and parse nothing:
// `objects` are 40 bytes each, the id and the size, big-endian. `signed` has the statement itself, `receipt` what was
// checked of the server's; whoever reads a statement whole holds its row to it (statement_rows.hpp).
inline constexpr const char* tables = R"(
CREATE TABLE membership (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  server TEXT NOT NULL, pin BLOB NOT NULL, policy BLOB NOT NULL, roster BLOB NOT NULL,
  ticket BLOB NOT NULL, admission BLOB NOT NULL, member_seed BLOB NOT NULL, tag_key BLOB NOT NULL,
  checkpoint BLOB, forked INTEGER NOT NULL, parcels TEXT NOT NULL, next_pin BLOB);
CREATE TABLE other_room (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1), key BLOB NOT NULL, new_size INTEGER NOT NULL);
CREATE TABLE statement (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, act TEXT NOT NULL, time INTEGER NOT NULL, day_only INTEGER NOT NULL,
  objects BLOB NOT NULL,
  sealed_again INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0, review INTEGER, tried INTEGER,
  logged_index INTEGER, logged_size INTEGER, stored_index INTEGER, stored_size INTEGER,
  cosigned_index INTEGER, cosigned_size INTEGER, history INTEGER NOT NULL DEFAULT 0, set_first INTEGER,
  contradicted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE signed (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL, signature BLOB NOT NULL, facts BLOB);
CREATE TABLE review (number INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL, until INTEGER NOT NULL);
CREATE TABLE clock (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), newest INTEGER NOT NULL);
CREATE TABLE original (tag BLOB PRIMARY KEY, seq INTEGER NOT NULL);
CREATE TABLE receipt (
  seq INTEGER PRIMARY KEY, tlog_proof BLOB NOT NULL, receive BLOB, answered TEXT, receive_proof BLOB,
  cosigned BLOB, cosigned_receive BLOB);
CREATE TABLE sync_run (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  begun INTEGER NOT NULL, ended INTEGER, reached INTEGER NOT NULL, failure INTEGER NOT NULL,
  server_ahead INTEGER NOT NULL, clock_off INTEGER);
CREATE TABLE epoch (seq INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE rotation (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), days INTEGER NOT NULL);
CREATE TABLE route (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1), proxy TEXT, proxy_only INTEGER NOT NULL,
  by_case INTEGER NOT NULL);
CREATE TABLE confirmed (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), roster BLOB NOT NULL);
CREATE TABLE parcel (
  number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, reply BLOB,
  seen_size INTEGER NOT NULL, seen_root BLOB NOT NULL, statements BLOB NOT NULL, answer BLOB);
)";

}  // namespace dokaz::vault_layout
