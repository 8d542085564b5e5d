// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/cases.hpp"

#include <limits>

#include "proto/format/roster_number.hpp"

namespace dokaz::server {
namespace {

constexpr std::uint64_t max_integer = std::numeric_limits<std::int64_t>::max();

/// What the store holds was checked when it came in: a failure now is damage.
Error stored_badly(const char* what) { return fail(Errc::damaged_store, what); }

Result<Access> access_from(std::int64_t number) {
  if (number < 0 || number > 2) return stored_badly("what a case may do");
  return static_cast<Access>(number);
}

}  // namespace

std::shared_ptr<const Membership> KnownMembers::find(std::int64_t case_row, std::int64_t number,
                                                     std::int64_t admissions) const {
  const std::lock_guard lock(mutex_);
  const auto known = known_.find(case_row);
  const bool same = known != known_.end() && known->second.number == number && known->second.admissions == admissions;
  return same ? known->second.members : nullptr;
}

std::shared_ptr<const Membership> KnownMembers::keep(std::int64_t case_row, std::int64_t number,
                                                     std::int64_t admissions, Membership members) {
  auto shared = std::make_shared<const Membership>(std::move(members));
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign(case_row, Known{number, admissions, shared});
  return shared;
}

Status Cases::grant(const Note& note, const PublicKey& server, std::optional<std::uint64_t> quota) {
  if (quota > max_integer) return fail(Errc::malformed, "quota");
  DOKAZ_LET(unchecked, parse_roster(note));
  const Fingerprint fingerprint = fingerprint_of(unchecked.root);
  DOKAZ_LET(roster, CaseRoot(fingerprint).check_roster(note));
  const Membership members(roster);
  const Member* self = members.find(server);
  if (self == nullptr || self->role != Role::server)
    return fail(Errc::not_a_member, "the roster does not name this server");
  if (roster->number > max_integer) return fail(Errc::malformed, "roster number");

  DOKAZ_LET(transaction, database_->begin());
  bool known = false;
  {
    auto row = database_->prepare("SELECT number, roster FROM cases WHERE fingerprint = ?");
    DOKAZ_LET(there, row.bind(fingerprint).step());
    known = there;
    if (there && static_cast<std::uint64_t>(row.integer(0)) >= roster->number && row.blob(1) != note.bytes())
      return fail(Errc::already_exists, "a roster with this or a higher number");
    if (there) DOKAZ_TRY(check_jump(static_cast<std::uint64_t>(row.integer(0)), roster->number));
  }
  for (const Member& listed : roster->members) {
    auto epoch = database_->prepare(
        "SELECT 1 FROM epochs JOIN cases ON cases.id = epochs.case_id WHERE cases.fingerprint = ? AND epochs.key = ?");
    DOKAZ_LET(there, epoch.bind(fingerprint, listed.key).step());
    if (there) return fail(Errc::bad_key, "the roster names a key that a member changed to");
  }
  if (known)
    DOKAZ_TRY(database_->run("UPDATE cases SET roster = ?, number = ?, quota = coalesce(?, quota) WHERE fingerprint = ?",
                             note.bytes(), roster->number, quota, fingerprint));
  else
    DOKAZ_TRY(database_->run("INSERT INTO cases(fingerprint, roster, number, quota) VALUES(?, ?, ?, ?)",
                             fingerprint, note.bytes(), roster->number, quota.value_or(default_quota)));
  return transaction.commit();
}

Result<Case> Cases::find(const Fingerprint& fingerprint) {
  auto row = database_->prepare("SELECT id, quota, used, access FROM cases WHERE fingerprint = ?");
  DOKAZ_LET(there, row.bind(fingerprint).step());
  if (!there) return Errc::not_found;
  DOKAZ_LET(access, access_from(row.integer(3)));
  return Case{row.integer(0), fingerprint, static_cast<std::uint64_t>(row.integer(1)),
              static_cast<std::uint64_t>(row.integer(2)), access};
}

Result<Membership> Cases::check_all(const Case& of) {
  DOKAZ_LET(all, notes(of));
  const CaseRoot root(of.fingerprint);
  const auto roster_note = Note::parse(all.roster);
  if (!roster_note) return stored_badly("a roster");
  const auto roster = root.check_roster(*roster_note);
  if (!roster) return stored_badly("a roster");
  Membership members(*roster);
  for (const auto& each : all.admissions) {
    const auto ticket = Note::parse(each.ticket);
    const auto admission = Note::parse(each.admission);
    if (!ticket || !admission) return stored_badly("an admission");
    const auto member = root.check_admission(*ticket, *admission);
    if (!member) return stored_badly("an admission");
    members.add(*member);
  }
  return members;
}

Result<std::shared_ptr<const Membership>> Cases::membership(const Case& of) {
  std::int64_t number = 0;
  std::int64_t admissions = 0;
  {
    auto row = database_->prepare(
        "SELECT number, (SELECT count(*) FROM admissions WHERE case_id = cases.id) FROM cases WHERE id = ?");
    DOKAZ_LET(there, row.bind(of.row).step());
    if (!there) return Errc::not_found;
    number = row.integer(0);
    admissions = row.integer(1);
  }
  if (auto known = known_->find(of.row, number, admissions)) return known;
  DOKAZ_LET(members, check_all(of));
  return known_->keep(of.row, number, admissions, std::move(members));
}

Result<bool> Cases::is_revoked(const Case& in, const Membership& members, const PublicKey& member) {
  if (members.revoked_since(member)) return true;
  auto row = database_->prepare("SELECT ticket_key FROM admissions WHERE case_id = ? AND member = ?");
  DOKAZ_LET(there, row.bind(in.row, member).step());
  if (!there) return false;
  const auto ticket = PublicKey::from(row.blob(0));
  if (!ticket) return stored_badly("an admission");
  return members.revoked_since(*ticket).has_value();
}

Status Cases::admit(const Case& to, const PublicKey& member, const AdmissionNotes& notes, std::int64_t now) {
  const auto ticket_note = Note::parse(notes.ticket);
  const auto admission_note = Note::parse(notes.admission);
  if (!ticket_note || !admission_note) return Errc::refused;
  const CaseRoot root(to.fingerprint);
  const auto ticket = root.check_ticket(*ticket_note);
  const auto admitted = root.check_admission(*ticket_note, *admission_note);
  if (!ticket || !admitted || (*admitted)->key != member) return Errc::refused;

  // From here on the caller holds a genuine ticket and may know why it does not serve.
  if (to.access != Access::open) return Errc::case_suspended;
  const PublicKey& ticket_key = (*ticket)->ticket;
  DOKAZ_LET(transaction, database_->begin());
  {
    auto used = database_->prepare("SELECT member FROM admissions WHERE case_id = ? AND ticket_key = ?");
    DOKAZ_LET(there, used.bind(to.row, ticket_key).step());
    if (there) return used.blob(0) == to_bytes(member.view()) ? Status() : Status(Errc::ticket_used);
  }
  if (now > (*ticket)->until.unix_seconds) return Errc::ticket_expired;
  DOKAZ_LET(members, membership(to));
  if (members->revoked_since(ticket_key) || members->revoked_since(member)) return Errc::key_revoked;
  {
    // Whoever took one of these for a next key has it already: format.md section 3.
    auto epoch = database_->prepare("SELECT 1 FROM epochs WHERE case_id = ? AND key IN (?, ?)");
    DOKAZ_LET(there, epoch.bind(to.row, member, ticket_key).step());
    if (there) return Errc::refused;
  }
  {
    auto count = database_->prepare("SELECT count(*) FROM admissions WHERE case_id = ?");
    DOKAZ_LET(there, count.bind(to.row).step());
    if (!there || count.integer(0) >= max_admissions) return Errc::refused;
  }
  const Status inserted = database_->run(
      "INSERT INTO admissions(case_id, ticket_key, member, ticket, admission) VALUES(?, ?, ?, ?, ?)", to.row,
      ticket_key, member, notes.ticket, notes.admission);
  if (!inserted && inserted.code() == Errc::already_exists)
    return Errc::refused;  // the key came by another ticket
  DOKAZ_TRY(inserted);
  return transaction.commit();
}

Result<Bytes> Cases::roster_after(const Case& of, std::uint64_t known) {
  if (known == 0) return Bytes{};
  auto row = database_->prepare("SELECT number, roster FROM cases WHERE id = ?");
  DOKAZ_LET(there, row.bind(of.row).step());
  if (!there) return Errc::not_found;
  return static_cast<std::uint64_t>(row.integer(0)) > known ? row.blob(1) : Bytes{};
}

Result<std::uint64_t> Cases::put_roster(const Case& of, const PublicKey& server, ByteView roster) {
  DOKAZ_LET(note, Note::parse(roster));
  DOKAZ_LET(named, parse_roster(note));
  if (fingerprint_of(named.root) != of.fingerprint) return fail(Errc::refused, "a roster of another case");
  DOKAZ_TRY(grant(note, server, std::nullopt));
  return named.number;
}

Result<Members> Cases::notes(const Case& of) {
  Members out;
  {
    auto row = database_->prepare("SELECT roster FROM cases WHERE id = ?");
    DOKAZ_LET(there, row.bind(of.row).step());
    if (!there) return Errc::not_found;
    out.roster = row.blob(0);
  }
  auto rows = database_->prepare("SELECT ticket, admission FROM admissions WHERE case_id = ? ORDER BY id");
  rows.bind(of.row);
  while (true) {
    DOKAZ_LET(there, rows.step());
    if (!there) return out;
    out.admissions.push_back({rows.blob(0), rows.blob(1)});
  }
}

Status Cases::reserve(const Case& in, std::uint64_t bytes) {
  if (bytes > max_integer) return Errc::quota_exceeded;
  DOKAZ_TRY(database_->run("UPDATE cases SET used = used + ? WHERE id = ? AND used <= quota - ?", bytes,
                           in.row, bytes));
  return database_->changes() == 1 ? Status() : Status(Errc::quota_exceeded);
}

Status Cases::reserve_for(const Case& in, std::uint64_t statement, std::uint64_t objects,
                          std::uint64_t awaited) {
  // awaited + objects <= (quota - used + awaited) / 2, where used has both the statement and what is awaited.
  if (awaited > max_integer || objects > (max_integer - awaited) / 2) return Errc::quota_exceeded;
  const std::uint64_t room = awaited + 2 * objects;
  if (statement > max_integer - room) return Errc::quota_exceeded;
  DOKAZ_TRY(database_->run("UPDATE cases SET used = used + ? WHERE id = ? AND used <= quota - ?",
                           statement + objects, in.row, statement + room));
  return database_->changes() == 1 ? Status() : Status(Errc::quota_exceeded);
}

Status Cases::add(const Case& in, std::uint64_t bytes) {
  return database_->run("UPDATE cases SET used = used + ? WHERE id = ?", bytes, in.row);
}

}  // namespace dokaz::server
