// SPDX-License-Identifier: GPL-3.0-or-later
// Opening a data folder, and the figures of one that is open.
#include "crypto/files_steps.hpp"
#include "sync-server/store/contradiction.hpp"
#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {

Custody::Custody(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Custody::~Custody() = default;
Custody::Custody(Custody&&) noexcept = default;
Custody& Custody::operator=(Custody&&) noexcept = default;

Result<Custody> Custody::create(const std::filesystem::path& folder, Clock clock, const KeySource& source,
                                const SecretBytes* passphrase, Spare spare) {
  std::error_code unclear;
  const bool was_there = std::filesystem::exists(folder, unclear);
  DOKAZ_TRY(make_private_folder(folder));
  DOKAZ_LET(lock, FolderLock::take(folder));
  if (holds_a_server({folder})) return Errc::already_exists;
  auto key = make_database_key(source, folder, passphrase);
  const Status made = key ? make_data_folder({folder}, key->key) : Status(key.error());
  const bool is_new_key = key && key->is_new;
  auto custody = made ? open_locked(folder, std::move(lock), std::move(clock), std::move(key->key), spare)
                      : Result<Custody>(made.error());
  if (custody) return custody;
  remove_data_folder({folder});
  if (is_new_key) std::filesystem::remove(key_file_of(source, folder), unclear);
  if (!was_there) std::filesystem::remove_all(folder, unclear);
  return custody;
}

Result<Custody> Custody::open(const std::filesystem::path& root, Clock clock, const KeySource& source, Spare spare) {
  std::error_code unclear;
  if (!std::filesystem::is_directory(root, unclear)) return Errc::not_found;
  DOKAZ_LET(lock, FolderLock::take(root));
  DOKAZ_LET(key, database_key({root}, source));
  return open_locked(root, std::move(lock), std::move(clock), std::move(key), spare);
}

Result<Custody> Custody::open_locked(const std::filesystem::path& root, FolderLock lock, Clock clock,
                                     Secret<32> key, Spare spare) {
  const DataFolder folder{root};
  DOKAZ_LET(database, open_database(folder, key));
  DOKAZ_LET(identity, load_identity(database));
  DOKAZ_LET(card, card_of(identity));
  DOKAZ_LET(log, Log::open(folder.log(), SigningKey::from_seed(identity.log.seed())));
  DOKAZ_LET(policy, load_policy(folder, card.log));
  DOKAZ_LET(files, ObjectFiles::open(folder));
  DOKAZ_LET(statements, Ledger(database).size());
  if (statements < log.head().size)
    return fail(Errc::damaged_store, "the database is older than the last signed checkpoint");
  DOKAZ_TRY(Brake::clear(root));
  // After a crash the last commit, and names of files and folders, may be in the system's memory alone; nothing is
  // signed or acknowledged over them.
  DOKAZ_LET(opened, open_folder(root));
  DOKAZ_TRY(sync_file_system(opened));
  // While a backup or an audit reads, the database's log stays; it is on the disk all the same.
  if (const Status settled = database.settle(); !settled && settled.code() != Errc::busy) return settled.error();
  auto impl = std::make_unique<Impl>(
      Impl::Parts{folder, std::move(lock), std::move(key), std::move(database), std::move(identity), card,
                  std::move(log), std::move(files), statements},
      std::move(clock), spare);
  DOKAZ_LET(vouched, Vouched::open(folder.log(), policy.policy, impl->log));
  impl->vouched = std::move(vouched);
  impl->policy = std::move(policy);
  if (is_contradicted(root)) impl->brake.refuse(contradicted_event);
  else DOKAZ_TRY(impl->publisher.integrate());
  return Custody(std::move(impl));
}

Checkpoint Custody::checkpoint() const { return impl_->log.view()->checkpoint(); }
Checkpoint Custody::vouched() const { return impl_->vouched->newest(); }
Status Custody::vouch(const Note& cosigned) {
  if (impl_->brake.is_pulled()) return Errc::writes_stopped;
  return impl_->brake.judge(impl_->vouched->keep(cosigned));
}
Result<ConsistencyPath> Custody::prove_between(std::uint64_t older, std::uint64_t newer) const {
  return impl_->log.view()->prove_between(older, newer);
}

Status Custody::keep_beside(const std::function<Status()>& write) {
  if (impl_->brake.is_pulled()) return Errc::writes_stopped;
  return impl_->brake.judge(write());
}

void Custody::doubt(std::size_t witnesses) { impl_->count.contradicting = witnesses; }
Status Custody::stop_writes(const std::vector<std::string>& witnesses) {
  impl_->count.contradicting = witnesses.size();
  impl_->brake.refuse(contradicted_event);
  return mark_contradicted(impl_->folder.root, {impl_->clock(), witnesses});
}

Counts Custody::counts() const { return impl_->counts(); }
void Custody::on_event(EventSink sink) { impl_->brake.tell(std::move(sink)); }

Counts Custody::Impl::counts() const {
  Counts out;
  out.log_size = log.head().size;
  out.vouched_size = vouched->newest().head.size;
  out.statements_accepted = count.accepted;
  out.statements_refused = count.refused;
  out.forks_found = count.forks;
  out.objects_kept = count.kept;
  out.bytes_received = count.bytes;
  out.groups = count.groups;
  out.integrations = publisher.rounds();
  out.integration_nanoseconds = publisher.nanoseconds();
  out.contradicting = count.contradicting;
  out.writes_stopped = brake.is_pulled();
  return out;
}

void Custody::Impl::after_commit() {
  ++count.groups;
  // Where that cannot be read, the next group says it; what is committed stays.
  const auto size = books.ledger.size();
  if (!size) return;
  publisher.committed(*size);
  (void)brake.judge(settling.committed(*size)).has_value();
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
  return impl_->writes.run_alone([&] { return impl_->books.cases.grant(roster, impl_->card.member, quota_bytes); });
}

}  // namespace dokaz::server
