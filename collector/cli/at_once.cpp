// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/at_once.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace dokaz::cli {

/// Through a description of its own: that of the stream belongs to the shell as well, which must not find it changed.
std::size_t write_at_once(int stream, std::string_view text) noexcept {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "/proc/self/fd/%d", stream);
  struct stat info {};
  if (::fstat(stream, &info) != 0) return 0;
  const bool waits_for_nobody = S_ISREG(info.st_mode);  // and has its place in the description that is there
  const int own = waits_for_nobody ? stream : ::open(name.data(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (own < 0) return 0;
  const ssize_t written = ::write(own, text.data(), text.size());
  if (!waits_for_nobody) ::close(own);
  return written < 0 ? 0 : static_cast<std::size_t>(written);
}

void SaidAtOnce::say(std::string_view text) {
  if (silent_) return;
  std::fflush(stdout);  // empty until now: nothing else was said
  const std::size_t taken = held_.empty() ? write_at_once(STDOUT_FILENO, text) : 0;
  held_ += text.substr(taken);
}

ProgressAtOnce::ProgressAtOnce(const Common& common, std::string what)
    : what_(std::move(what)),
      shown_(!common.console.json && !common.console.quiet && ::isatty(STDERR_FILENO) == 1) {}

ProgressAtOnce::~ProgressAtOnce() {
  if (last_percent_ >= 0) write_at_once(STDERR_FILENO, "\r\033[K");
}

void ProgressAtOnce::at(std::uint64_t done, std::uint64_t total) noexcept {
  if (!shown_ || total == 0) return;
  const int percent = static_cast<int>(done >= total ? 100 : done * 100 / total);
  if (percent == last_percent_) return;
  last_percent_ = percent;
  std::array<char, 96> text{};
  const int length = std::snprintf(text.data(), text.size(), "\r%s %d%%", what_.c_str(), percent);
  if (length > 0 && length < static_cast<int>(text.size()))
    write_at_once(STDERR_FILENO, std::string_view(text.data(), static_cast<std::size_t>(length)));
}

}  // namespace dokaz::cli
