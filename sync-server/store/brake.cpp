// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/brake.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <utility>

namespace dokaz::server {
namespace {

Path marker(const Path& folder) { return folder / "writes-stopped"; }

}  // namespace

Status Brake::clear(const Path& folder) {
  const Status removed = remove_file_durably(marker(folder));
  return removed || removed.code() == Errc::not_found ? Status() : removed;
}

bool Brake::was_pulled(const Path& folder) {
  std::error_code unclear;
  return std::filesystem::exists(marker(folder), unclear);
}

Status Brake::has_room(std::uint64_t spare, std::uint64_t parts, std::uint64_t bytes) const {
  struct statvfs info {};
  if (::statvfs(folder_.c_str(), &info) != 0) return {};  // the write itself will show
  const std::uint64_t free = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  if (parts != 0) spare = std::min(spare, static_cast<std::uint64_t>(info.f_blocks) * info.f_frsize / parts);
  return free >= spare + bytes ? Status() : Status(Errc::no_space);
}

Status Brake::may_write_object(std::uint64_t bytes) const {
  if (is_pulled()) return Errc::writes_stopped;
  return has_room(spare_.beside_objects, spare_.most_parts, bytes);
}

Status Brake::may_write_statements() const {
  if (is_pulled()) return Errc::writes_stopped;
  return has_room(spare_.beside_statements, 4 * spare_.most_parts, 0);
}

Status Brake::may_write_rosters() const { return is_pulled() ? Status(Errc::writes_stopped) : Status(); }

Status Brake::judge(Status outcome) {
  if (outcome || outcome.code() != Errc::io_error) return outcome;
  (void)stop("writes_stopped: the disk failed; reading goes on; look at it, then start the server again").has_value();
  Error why = std::move(outcome).error();
  why.code = Errc::writes_stopped;
  return why;
}

void Brake::tell(EventSink sink) {
  const std::lock_guard lock(mutex_);
  sink_ = std::move(sink);
  if (sink_ && !unsaid_.empty()) sink_(std::exchange(unsaid_, {}));
}

void Brake::say(std::string_view event) {
  const std::lock_guard lock(mutex_);
  if (sink_) sink_(event);
  else unsaid_ = event;
}

Status Brake::stop(std::string_view event) noexcept {
  if (pulled_.exchange(true, std::memory_order_acq_rel)) return Errc::writes_stopped;
  try {
    // For `status`; on a disk that fails it may not get there, so the operator's log says it too.
    (void)write_file_durably(marker(folder_), bytes_of("dokaz/writes-stopped/v1\n")).has_value();
    say(event);
  } catch (const std::exception&) {  // no memory to say it with; every answer says it
  }
  return Errc::writes_stopped;
}

void Brake::refuse(std::string_view event) noexcept {
  if (pulled_.exchange(true, std::memory_order_acq_rel)) return;
  try {
    say(event);
  } catch (const std::exception&) {
  }
}

}  // namespace dokaz::server
