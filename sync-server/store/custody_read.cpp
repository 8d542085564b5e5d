// SPDX-License-Identifier: GPL-3.0-or-later
// Letting members in, and what is read. Nothing here waits for a writer, but for a newcomer's admission.
#include <algorithm>

#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {
namespace {

bool may_read(Role role) {
  switch (role) {
    case Role::reviewer:
    case Role::counsel: return true;
    case Role::documenter:
    case Role::server: return false;
  }
  return false;
}

/// The checkpoint with the witnesses' lines, where they vouched for this very one.
Bytes with_cosignatures(const LogView& view, const Checkpoint& vouched) {
  return (vouched.head == view.head() ? vouched : view.checkpoint()).note.bytes();
}

}  // namespace

Result<Custody::Impl::Entered> Custody::Impl::enter(Cases& cases, Epochs& epochs, const Session& session) {
  auto in = cases.find(session.case_id);
  if (!in) return in.code() == Errc::not_found ? Error{Errc::refused, {}} : in.error();
  DOKAZ_LET(members, cases.membership(*in));
  const Member* member = members->find(session.member.key);
  if (member == nullptr) return Errc::refused;
  DOKAZ_LET(newest, epochs.newest(*in, member->key));
  if (!session.brings_only && std::ranges::find(session.keys, newest) == session.keys.end()) return Errc::wrong_epoch;
  if (in->access == Access::none) return Errc::case_suspended;
  DOKAZ_LET(is_revoked, cases.is_revoked(*in, *members, member->key));
  if (!session.brings_only && is_revoked) return Errc::key_revoked;
  return Entered{*in, *member, std::move(members)};
}

Result<Custody::Impl::Entered> Custody::Impl::enter_to_write(Cases& cases, Epochs& epochs, const Session& session) {
  DOKAZ_LET(entered, enter(cases, epochs, session));
  if (entered.in.access != Access::open) return Errc::case_suspended;
  return entered;
}

Result<Custody::Impl::Entered> Custody::Impl::enter_to_read(Cases& cases, Epochs& epochs, const Session& session) {
  DOKAZ_LET(entered, enter(cases, epochs, session));
  if (!may_read(entered.member.role)) return Errc::refused;
  return entered;
}

Result<Bytes> Custody::Impl::receipt_for(const Entry& entry, const Checkpoint& checkpoint, const LogView& view) {
  DOKAZ_LET(path, view.prove(entry.index, entry.leaf(), checkpoint.head));
  return write_tlog_proof(
      Receipt{entry.signature, entry.signer.hash(), entry.index, std::move(path), checkpoint.note});
}

namespace {

/// A key of the member that another one followed, or one that a copy of the device took for itself from such a key.
Result<bool> is_earlier(Epochs& epochs, const Case& in, const Hello& hello, const PublicKey& signer) {
  DOKAZ_LET(was_theirs, epochs.is_of(in, hello.member, signer));
  if (was_theirs) return true;
  std::vector<PublicKey> starts = {hello.member};
  for (const Rotation& each : hello.rotations) {
    DOKAZ_LET(named, newest_key({each}, hello.member));
    DOKAZ_LET(known, epochs.is_of(in, hello.member, named));
    if (known) starts.push_back(named);
  }
  for (const PublicKey& start : starts) {
    const auto branch = keys_after(start, hello.rotations, in.fingerprint, hello.member);
    if (branch && branch->back() == signer) return true;
  }
  return false;
}

}  // namespace

Result<Greeting> Custody::Impl::greet(const Hello& hello, bool packer) {
  DOKAZ_LET(reader, readers.take());
  auto in = reader->cases.find(hello.case_id);
  if (!in) return in.code() == Errc::not_found ? Error{Errc::refused, {}} : in.error();
  DOKAZ_LET(members, reader->cases.membership(*in));
  DOKAZ_LET(newest, reader->epochs.newest(*in, hello.member));
  DOKAZ_LET(signer, newest_key(hello.rotations, hello.member));
  auto keys = keys_after(newest, hello.rotations, in->fingerprint, hello.member);
  const bool is_present = keys && keys->back() == signer;
  if (members->find(hello.member) == nullptr && hello.admission && is_present) {
    DOKAZ_TRY(brake.may_write_statements());
    DOKAZ_TRY(writes.run_alone([&] { return books.cases.admit(*in, hello.member, *hello.admission, clock()); }));
    DOKAZ_LET(grown, reader->cases.membership(*in));
    members = std::move(grown);
  }
  const Member* member = members->find(hello.member);
  if (member == nullptr) return Errc::refused;
  bool brings_only = false;
  if (!is_present) {
    // Also one of a branch that the log does not have: whoever packed it may have changed keys before a thief did.
    DOKAZ_LET(earlier, is_earlier(reader->epochs, *in, hello, signer));
    brings_only = packer && earlier;
    if (!brings_only) return earlier ? Errc::wrong_epoch : Errc::refused;
    keys = std::vector<PublicKey>{signer};
  }
  if (in->access == Access::none) return Errc::case_suspended;
  DOKAZ_LET(is_revoked, reader->cases.is_revoked(*in, *members, member->key));
  if (is_revoked) {
    // Objects of what was logged before may still come by hand: a revocation loses no evidence.
    if (!packer) return Errc::key_revoked;
    brings_only = true;
  }

  const auto view = log.view();
  DOKAZ_LET(consistency, hello.seen_size > view->head().size
                             ? Result<ConsistencyPath>(ConsistencyPath{})
                             : view->prove_between(hello.seen_size, view->head().size));
  DOKAZ_LET(chains, reader->ledger.chains_of(*in, hello.member));
  DOKAZ_LET(newer_roster, reader->cases.roster_after(*in, hello.roster_number));
  const std::uint64_t session = ++sessions;
  return Greeting{Session{hello.case_id, *member, session, std::nullopt, 0, 0, std::move(*keys), brings_only},
                  Welcome{with_cosignatures(*view, vouched->newest()), std::move(consistency), std::move(chains),
                          protocol_version, session, std::move(newer_roster)}};
}

Result<Entries> Custody::Impl::list(Session& session, const List& request) {
  DOKAZ_LET(reader, readers.take());
  DOKAZ_LET(entered, enter_to_read(reader->cases, reader->epochs, session));
  const Checkpoint newest = vouched->newest();
  const auto view = log.view();  // not before: it must reach as far
  DOKAZ_LET(found, reader->ledger.list(entered.in, request.from, newest.head.size, max_entries_per_list + 1));
  Entries out;
  DOKAZ_LET(consistency, view->prove_history(request.seen_size, newest.head.size));
  out.consistency = std::move(consistency);
  out.more = found.size() > max_entries_per_list;
  if (out.more) found.pop_back();
  for (Entry& entry : found) {
    DOKAZ_LET(proof, receipt_for(entry, newest, *view));
    out.entries.push_back(Entries::Entry{entry.index, std::move(entry.statement), entry.signer,
                                         entry.signature, std::move(proof), std::move(entry.answered)});
  }
  return out;
}

Result<Greeting> Custody::greet(const Hello& hello) { return outward(impl_->greet(hello, false)); }
Result<Greeting> Custody::greet_packer(const Hello& hello) { return outward(impl_->greet(hello, true)); }
Result<Entries> Custody::list(Session& session, const List& request) { return impl_->list(session, request); }

Result<Members> Custody::members(Session& session) {
  DOKAZ_LET(reader, impl_->readers.take());
  DOKAZ_LET(entered, Impl::enter_to_read(reader->cases, reader->epochs, session));
  return reader->cases.notes(entered.in);
}

namespace {

/// What a fork-found names can be fetched like an object.
Result<Bytes> second_statements(Reader& reader, const Case& in, const ObjectId& named) {
  return reader.ledger.second_statements(in, StatementHash(named.raw()));
}

}  // namespace

Result<Content> Custody::fetch(Session& session, const Fetch& request) {
  DOKAZ_LET(reader, impl_->readers.take());
  DOKAZ_LET(entered, Impl::enter_to_read(reader->cases, reader->epochs, session));
  auto kept = reader->holdings.kept_size(entered.in, request.object);
  if (!kept && kept.code() == Errc::not_found) {
    DOKAZ_LET(text, second_statements(*reader, entered.in, request.object));
    kept = std::uint64_t{text.size()};
  }
  DOKAZ_LET(size, std::move(kept));
  if (request.offset > size) return fail(Errc::malformed, "offset beyond the object");
  return Content{size};
}

Result<Bytes> Custody::read_object(Session& session, const ObjectId& object, std::uint64_t offset) {
  DOKAZ_LET(reader, impl_->readers.take());
  DOKAZ_LET(entered, Impl::enter_to_read(reader->cases, reader->epochs, session));
  const auto size_or_not = reader->holdings.kept_size(entered.in, object);
  if (!size_or_not && size_or_not.code() == Errc::not_found) {
    DOKAZ_LET(text, second_statements(*reader, entered.in, object));
    const ByteView rest = ByteView(text).subspan(std::min<std::uint64_t>(offset, text.size()));
    return to_bytes(rest.first(std::min<std::size_t>(max_chunk, rest.size())));
  }
  DOKAZ_LET(size, size_or_not);
  if (offset >= size) return Bytes{};
  DOKAZ_LET(bytes, impl_->files.read(object, offset, std::min<std::uint64_t>(max_chunk, size - offset)));
  if (bytes.empty()) return fail(Errc::damaged_store, "an object's file is too short");
  return bytes;
}

}  // namespace dokaz::server
