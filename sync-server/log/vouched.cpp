// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/log/vouched.hpp"

namespace dokaz::server {

Result<std::unique_ptr<Vouched>> Vouched::open(const Path& folder, Policy policy, const Log& log) {
  const Path file = folder / "cosigned";
  Checkpoint newest = log.sign_empty();
  const auto bytes = read_file(file, max_note_size);
  if (!bytes && bytes.code() == Errc::io_error) return bytes.error();
  if (bytes || bytes.code() != Errc::not_found) {
    const auto note = bytes ? Note::parse(*bytes) : Result<Note>(bytes.error());
    const auto checkpoint = note ? parse_checkpoint(*note) : Result<Checkpoint>(note.error());
    if (!checkpoint || !Policy::log_only(policy.log()).check(*note))
      return fail(Errc::damaged_store, "the cosigned checkpoint");
    if (const Status same = log.view()->check(checkpoint->head); !same)
      return same.code() == Errc::bad_consistency
                 ? fail(Errc::damaged_store, "the log is not the one whose checkpoint was cosigned")
                 : same.error();
    if (policy.check(*note)) newest = *checkpoint;
  }
  return std::unique_ptr<Vouched>(new Vouched(file, std::move(policy), log, std::move(newest)));
}

Checkpoint Vouched::newest() const {
  if (!policy_.needs_witnesses()) return log_->view()->checkpoint();
  const std::lock_guard lock(mutex_);
  return newest_;
}

Status Vouched::keep(const Note& cosigned) {
  DOKAZ_LET(trusted, policy_.check(cosigned));
  const Checkpoint& checkpoint = trusted->checkpoint;
  const std::lock_guard one_at_a_time(writing_);
  {
    const std::lock_guard lock(mutex_);
    if (checkpoint.head.size < newest_.head.size) return fail(Errc::server_rolled_back, "an older checkpoint");
  }
  DOKAZ_TRY(log_->view()->check(checkpoint.head));
  DOKAZ_TRY(write_file_durably(file_, cosigned.bytes()));
  const std::lock_guard lock(mutex_);
  newest_ = checkpoint;
  return {};
}

}  // namespace dokaz::server
