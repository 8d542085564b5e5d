// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of store.db. SQL of SQLite 3.15.
#pragma once

namespace dokaz::server {

inline constexpr int schema_version = 3;

inline constexpr const char* schema = R"(
CREATE TABLE identity(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  log_seed BLOB NOT NULL, member_seed BLOB NOT NULL,
  tls_certificate BLOB NOT NULL, tls_key BLOB NOT NULL,
  parcel_secret BLOB NOT NULL,
  next_certificate BLOB, next_key BLOB,
  CHECK ((next_certificate IS NULL) = (next_key IS NULL)));

CREATE TABLE cases(
  id INTEGER PRIMARY KEY,
  fingerprint BLOB NOT NULL UNIQUE,
  roster BLOB NOT NULL, number INTEGER NOT NULL,
  quota INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0,
  access INTEGER NOT NULL DEFAULT 0);  -- Access of cases.hpp

-- One row for each ticket that was used: a ticket admits one key, once.
CREATE TABLE admissions(
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  ticket_key BLOB NOT NULL, member BLOB NOT NULL,
  ticket BLOB NOT NULL, admission BLOB NOT NULL,
  UNIQUE(case_id, ticket_key), UNIQUE(case_id, member));

-- member: the first key of the member, which names it in every table; signer: the key of the epoch, whose hash is in
-- the leaf. leaf: the log index, contiguous from 0 over all cases. answers: of receive statements; disclosure: of those
-- and of fork-found.
CREATE TABLE statements(
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  member BLOB NOT NULL, chain BLOB NOT NULL, seq INTEGER NOT NULL,
  hash BLOB NOT NULL, bytes BLOB NOT NULL, signer BLOB NOT NULL, signature BLOB NOT NULL,
  leaf INTEGER NOT NULL UNIQUE,
  answers INTEGER UNIQUE REFERENCES statements(id), disclosure TEXT,
  UNIQUE(case_id, hash), UNIQUE(case_id, chain, seq));
CREATE INDEX statements_of_case ON statements(case_id, leaf);
CREATE INDEX statements_of_member ON statements(case_id, member, chain, seq);

-- Statements that claim a taken place in a chain: kept, never logged. found: the first for its place, for which
-- the server has logged a fork-found.
CREATE TABLE forks(
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  member BLOB NOT NULL, chain BLOB NOT NULL, seq INTEGER NOT NULL,
  hash BLOB NOT NULL, bytes BLOB NOT NULL, signer BLOB NOT NULL, signature BLOB NOT NULL,
  received INTEGER NOT NULL, found INTEGER NOT NULL,
  UNIQUE(case_id, hash));
CREATE INDEX forks_of_chain ON forks(case_id, chain, seq);

-- The keys that followed a member's first one, from 1: each named by a key-rotate in the log.
CREATE TABLE epochs(
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  member BLOB NOT NULL, number INTEGER NOT NULL, key BLOB NOT NULL,
  statement INTEGER NOT NULL REFERENCES statements(id),
  UNIQUE(case_id, member, number), UNIQUE(case_id, key));

-- One row for each obj line.
CREATE TABLE objects(
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases(id),
  statement INTEGER NOT NULL REFERENCES statements(id),
  hash BLOB NOT NULL, size INTEGER NOT NULL, kept INTEGER NOT NULL DEFAULT 0,
  UNIQUE(statement, hash));
CREATE INDEX objects_of_case ON objects(case_id, hash, size);
CREATE INDEX objects_by_hash ON objects(hash, kept);
CREATE INDEX objects_awaited ON objects(case_id) WHERE kept = 0;
)";

}  // namespace dokaz::server
