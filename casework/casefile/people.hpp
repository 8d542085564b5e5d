// SPDX-License-Identifier: GPL-3.0-or-later
// Who is in a case, and how somebody is taken out of it: by a place in the log, never by a clock (format.md section 7).
#pragma once

#include <algorithm>
#include <variant>

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// Somebody whom the roster lists, whom a ticket admitted, or who was invited and has not come as far as was pulled.
struct Person {
  std::string pseudonym;
  Role role = Role::documenter;
  std::optional<PublicKey> key = {};     ///< the first one; empty: has not come
  std::optional<PublicKey> ticket = {};  ///< with which they came, or may come
  bool is_listed = false;                ///< by the roster itself
  std::string until = {};  ///< of who has not come
  std::optional<std::uint64_t> key_revoked = {};    ///< a line of the roster names their key
  std::optional<std::uint64_t> ticket_closed = {};  ///< one names their ticket
  std::optional<Network> network = {};  ///< the rule of their invitation; nothing where it was not made in this folder

  /// From which place on nothing of theirs counts, whichever line says so.
  std::optional<std::uint64_t> revoked_since() const {
    return key_revoked && ticket_closed ? std::min(key_revoked, ticket_closed) : key_revoked ? key_revoked : ticket_closed;
  }
};

/// By pseudonym.
Result<std::vector<Person>> people_of(CaseFile& file);
/// not_found.
Result<Person> find_person(CaseFile& file, std::string_view pseudonym);

/// Since when a key is suspect, as counsel says it.
struct Now {};
struct AtIndex {
  std::uint64_t index = 0;
};
struct AtTime {
  std::int64_t unix_seconds = 0;
};
using SuspectSince = std::variant<Now, AtIndex, AtTime>;
/// `now`, an index of the log, a day `YYYY-MM-DD` (its beginning, UTC) or a second `YYYY-MM-DDTHH:MM:SSZ`: usage.
Result<SuspectSince> read_suspect_since(std::string_view text);

/// A place in the log, and what it follows from.
struct LogPlace {
  enum class Basis {
    said,           // counsel named it
    newest,         // everything that the newest checkpoint seen here covers is before it
    witnesses,      // all before it stood under a checkpoint that witnesses had cosigned by then
    servers_clock,  // all before it stood before something to which the server gave a time no later
    nothing         // nothing that was pulled shows that anything was there by then
  };
  std::uint64_t index = 0;
  Basis basis = Basis::said;
  /// Where the case has witnesses: the place that the server's clock alone would give.
  std::optional<std::uint64_t> by_server = {};
};
/// Never later than the truth, so that what it leaves in is not suspect: where less is shown, more is left out.
Result<LogPlace> place_of(CaseFile& file, const SuspectSince& since);
std::string words_of(const LogPlace& place);

/// What a revocation from an index on leaves of somebody's statements.
struct RevocationEffect {
  std::size_t good_statements = 0, good_items = 0;
  std::size_t doubted_statements = 0;
  std::vector<StatementHash> doubted_items;
  std::vector<StatementHash> doubted_consents;     // what they agree to is lost, what they refuse goes on counting
  std::vector<StatementHash> doubted_withdrawals;  // they go on counting
};
Result<RevocationEffect> effect_of(CaseFile& file, const PublicKey& first_key, std::uint64_t since);

/// Makes the next roster, which revokes the person's key, never later than their ticket's line says; of who has not come, it
/// closes the ticket. bad_key: the server, or the folder's own member; already_exists: revoked already from this place or an
/// earlier one on.
Status revoke(CaseFile& file, const Person& person, std::uint64_t since);

/// The next roster lists a reviewer or counsel who came with an invitation, so that they can export: bad_key for others and
/// for who is revoked, already_exists, not_found for who has not come.
Status list_in_roster(CaseFile& file, const Person& person);

/// What a device had brought, for when it is lost.
struct DeviceHeld {
  std::optional<std::uint64_t> newest_number = {};  ///< of its newest statement in the log
  std::string newest_claimed = {};
  std::string last_heartbeat = {};           ///< claimed; empty: none
  bool is_closed = false;
  std::vector<StatementHash> not_stored = {};  ///< items whose objects the server does not have: they were on the device
};
Result<DeviceHeld> held_by(CaseFile& file, const PublicKey& first_key);

/// `anna-2` for anna, or the next that nobody has.
Result<std::string> next_pseudonym(CaseFile& file, const std::string& pseudonym);

}  // namespace dokaz
