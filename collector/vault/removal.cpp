// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/removal.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <exception>
#include <thread>

namespace dokaz {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t told_every = 64;  // files
constexpr std::uint64_t breathes_every = 8;  // files

struct Work {
  const std::vector<Path>& files;
  std::atomic<std::size_t> next{0}, done{0};
  std::atomic<bool> failed{false};

  bool one() {
    const std::size_t at = next++;
    if (at >= files.size()) return false;
    if (::unlink(files[at].c_str()) != 0 && errno != ENOENT) failed = true;
    ++done;
    return true;
  }
};

/// As many as the system gives, and memory allows: the caller works, too. They are waited for where they end.
std::vector<std::jthread> start(unsigned count, Work& work) {
  std::vector<std::jthread> started;
  try {
    started.reserve(count);
    while (started.size() < count)
      started.emplace_back([&work] {
        while (work.one()) {
        }
      });
  } catch (const std::exception&) {
  }
  return started;
}

}  // namespace

void Removal::add(const Path& path) {
  std::error_code error;
  const auto type = fs::symlink_status(path, error).type();
  if (type == fs::file_type::none) unclear_ = true;
  if (type == fs::file_type::not_found || type == fs::file_type::none) return;
  if (type != fs::file_type::directory) {
    files_.push_back(path);
    return;
  }
  folders_.push_back(path);
  for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unclear;
    if (!entry->is_symlink(unclear) && entry->is_directory(unclear)) add(entry->path());  // known from the listing
    else files_.push_back(entry->path());
  }
  if (error) unclear_ = true;
}

std::size_t Removal::objects() const {
  return static_cast<std::size_t>(
      std::count_if(files_.begin(), files_.end(), [](const Path& path) { return path.extension() == ".age"; }));
}

Status Removal::run(unsigned threads, const RemovalProgress& progress) const {
  Work work{files_};
  const auto others = static_cast<unsigned>(std::min<std::size_t>(threads - 1, files_.size() / told_every));
  auto helping = start(others, work);
  for (std::uint64_t own = 0; work.one(); ++own)
    if (progress && own % told_every == 0) progress(work.done, files_.size());
  helping.clear();
  if (progress) progress(work.done, files_.size());
  return end(work.failed);
}

Status Removal::run_between(const std::function<void()>& breath) const {
  Work work{files_};
  while (work.one())
    if (work.done % breathes_every == 0) breath();
  return end(work.failed);
}

Status Removal::end(bool failed) const {
  for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder)
    if (::rmdir(folder->c_str()) != 0 && errno != ENOENT) failed = true;
  return failed || unclear_ ? Status(fail(Errc::io_error, "vault")) : Status();
}

}  // namespace dokaz
