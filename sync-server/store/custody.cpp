// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a data folder, letting members in, and what is read.
#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t integrate_at_once = 4096;

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

Custody::Custody(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Custody::~Custody() = default;
Custody::Custody(Custody&&) noexcept = default;
Custody& Custody::operator=(Custody&&) noexcept = default;

Result<Custody> Custody::create(const std::filesystem::path& folder, Clock clock) {
  std::error_code unclear;
  const bool was_there = std::filesystem::exists(folder, unclear);
  DOKAZ_TRY(make_private_folder(folder));
  DOKAZ_LET(lock, FolderLock::take(folder));
  if (holds_a_server({folder})) return Errc::already_exists;
  const Status made = make_data_folder({folder});
  auto custody = made ? open_locked(folder, std::move(lock), std::move(clock)) : Result<Custody>(made.error());
  if (custody) return custody;
  remove_data_folder({folder});
  if (!was_there) std::filesystem::remove_all(folder, unclear);
  return custody;
}

Result<Custody> Custody::open(const std::filesystem::path& root, Clock clock) {
  std::error_code unclear;
  if (!std::filesystem::is_directory(root, unclear)) return Errc::not_found;
  DOKAZ_LET(lock, FolderLock::take(root));
  return open_locked(root, std::move(lock), std::move(clock));
}

Result<Custody> Custody::open_locked(const std::filesystem::path& root, FolderLock lock, Clock clock) {
  const DataFolder folder{root};
  DOKAZ_LET(database, open_database(folder));
  DOKAZ_LET(identity, load_identity(database));
  DOKAZ_LET(card, card_of(identity));
  DOKAZ_LET(log, Log::open(folder.log(), SigningKey::from_seed(identity.log.seed())));
  DOKAZ_LET(files, ObjectFiles::open(folder));
  auto impl = std::make_unique<Impl>(std::move(lock), std::move(database), std::move(identity), card,
                                     std::move(clock), std::move(log), std::move(files));
  DOKAZ_LET(policy, load_policy(folder, impl->card.log));
  DOKAZ_LET(vouched, Vouched::open(folder.log(), policy.policy, impl->log));
  impl->vouched = std::move(vouched);
  impl->policy = std::move(policy);
  DOKAZ_LET(statements, impl->books.ledger.size());
  if (statements < impl->log.head().size)
    return fail(Errc::damaged_store, "the database is older than the last signed checkpoint");
  DOKAZ_TRY(impl->integrate());
  return Custody(std::move(impl));
}

Checkpoint Custody::checkpoint() const { return impl_->log.view()->checkpoint(); }
Checkpoint Custody::vouched() const { return impl_->vouched->newest(); }
Status Custody::vouch(const Note& cosigned) { return impl_->vouched->keep(cosigned); }
Result<ConsistencyPath> Custody::prove_between(std::uint64_t older, std::uint64_t newer) const {
  return impl_->log.view()->prove_between(older, newer);
}
Counts Custody::counts() const {
  Counts out;
  out.log_size = impl_->log.head().size;
  out.vouched_size = impl_->vouched->newest().head.size;
  const auto& count = impl_->count;
  out.statements_accepted = count.accepted;
  out.statements_refused = count.refused;
  out.forks_found = count.forks;
  out.objects_kept = count.kept;
  out.bytes_received = count.bytes;
  out.groups = count.groups;
  out.integrations = count.integrations;
  out.integration_nanoseconds = count.nanoseconds;
  return out;
}

const ServerCard& Custody::card() const { return impl_->card; }
const ServerPolicy& Custody::policy() const { return *impl_->policy; }
Bytes Custody::tls_certificate() const { return impl_->identity.tls.certificate; }
SecretBytes Custody::tls_key() const {
  return impl_->identity.tls.key.reveal([](ByteView key) { return SecretBytes::copy_of(key); });
}
age::Identity Custody::parcel_key() const {
  return impl_->identity.parcels.secret().reveal(
      [](std::span<const Byte, 32> secret) { return age::Identity::from(Secret<32>::copy_of(secret)); });
}

Status Custody::grant(const Note& roster, std::uint64_t quota_bytes) {
  return impl_->books.cases.grant(roster, impl_->card.member, quota_bytes);
}

Result<Custody::Impl::Entered> Custody::Impl::enter(const Session& session) {
  auto in = books.cases.find(session.case_id);
  if (!in) return in.code() == Errc::not_found ? Error{Errc::refused, {}} : in.error();
  DOKAZ_LET(members, books.cases.membership(*in));
  const Member* member = members->find(session.member.key);
  if (member == nullptr) return Errc::refused;
  if (in->access == Access::none) return Errc::case_suspended;
  return Entered{*in, *member};
}

Result<Custody::Impl::Entered> Custody::Impl::enter_to_write(const Session& session) {
  DOKAZ_LET(entered, enter(session));
  if (entered.in.access != Access::open) return Errc::case_suspended;
  return entered;
}

Result<Custody::Impl::Entered> Custody::Impl::enter_to_read(const Session& session) {
  DOKAZ_LET(entered, enter(session));
  if (!may_read(entered.member.role)) return Errc::refused;
  return entered;
}

Status Custody::Impl::integrate() {
  while (true) {
    DOKAZ_LET(leaves, books.ledger.leaves(log.head().size, integrate_at_once));
    if (leaves.empty()) return {};
    const auto start = std::chrono::steady_clock::now();
    DOKAZ_TRY(log.append(leaves));
    ++count.integrations;
    count.nanoseconds += static_cast<std::uint64_t>((std::chrono::steady_clock::now() - start).count());
  }
}

Result<Bytes> Custody::Impl::receipt_for(const Entry& entry, const Checkpoint& checkpoint, const LogView& view) {
  DOKAZ_LET(path, view.prove(entry.index, entry.leaf(), checkpoint.head));
  return write_tlog_proof(
      Receipt{entry.signature, entry.member.hash(), entry.index, std::move(path), checkpoint.note});
}

Result<Greeting> Custody::Impl::greet(const Hello& hello) {
  auto in = books.cases.find(hello.case_id);
  if (!in) return in.code() == Errc::not_found ? Error{Errc::refused, {}} : in.error();
  DOKAZ_LET(members, books.cases.membership(*in));
  if (members->find(hello.member) == nullptr && hello.admission) {
    DOKAZ_TRY(books.cases.admit(*in, hello.member, *hello.admission, clock()));
    DOKAZ_LET(grown, books.cases.membership(*in));
    members = grown;
  }
  const Member* member = members->find(hello.member);
  if (member == nullptr) return Errc::refused;
  if (in->access == Access::none) return Errc::case_suspended;

  const auto view = log.view();
  DOKAZ_LET(consistency, hello.seen_size > view->head().size
                             ? Result<ConsistencyPath>(ConsistencyPath{})
                             : view->prove_between(hello.seen_size, view->head().size));
  DOKAZ_LET(chains, books.ledger.chains_of(*in, hello.member));
  const std::uint64_t session = ++sessions;
  return Greeting{Session{hello.case_id, *member, session, std::nullopt, 0},
                  Welcome{with_cosignatures(*view, vouched->newest()), std::move(consistency), std::move(chains), protocol_version,
                          session}};
}

Result<Entries> Custody::Impl::list(Session& session, const List& request) {
  DOKAZ_LET(entered, enter_to_read(session));
  const Checkpoint newest = vouched->newest();
  const auto view = log.view();  // not before: it must reach as far
  DOKAZ_LET(found, books.ledger.list(entered.in, request.from, newest.head.size, max_entries_per_list + 1));
  Entries out;
  DOKAZ_LET(consistency, view->prove_history(request.seen_size, newest.head.size));
  out.consistency = std::move(consistency);
  out.more = found.size() > max_entries_per_list;
  if (out.more) found.pop_back();
  for (Entry& entry : found) {
    DOKAZ_LET(proof, receipt_for(entry, newest, *view));
    out.entries.push_back(Entries::Entry{entry.index, std::move(entry.statement), entry.member,
                                         entry.signature, std::move(proof), std::move(entry.answered)});
  }
  return out;
}

Result<Greeting> Custody::greet(const Hello& hello) { return outward(impl_->greet(hello)); }
Result<Entries> Custody::list(Session& session, const List& request) { return impl_->list(session, request); }

Result<Members> Custody::members(Session& session) {
  DOKAZ_LET(entered, impl_->enter_to_read(session));
  return impl_->books.cases.notes(entered.in);
}

Result<Content> Custody::fetch(Session& session, const Fetch& request) {
  DOKAZ_LET(entered, impl_->enter_to_read(session));
  DOKAZ_LET(size, impl_->books.holdings.kept_size(entered.in, request.object));
  if (request.offset > size) return fail(Errc::malformed, "offset beyond the object");
  return Content{size};
}

Result<Bytes> Custody::read_object(Session& session, const ObjectId& object, std::uint64_t offset) {
  DOKAZ_LET(entered, impl_->enter_to_read(session));
  DOKAZ_LET(size, impl_->books.holdings.kept_size(entered.in, object));
  if (offset >= size) return Bytes{};
  DOKAZ_LET(bytes, impl_->files.read(object, offset, std::min<std::uint64_t>(max_chunk, size - offset)));
  if (bytes.empty()) return fail(Errc::damaged_store, "an object's file is too short");
  return bytes;
}

}  // namespace dokaz::server
