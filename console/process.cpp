// SPDX-License-Identifier: GPL-3.0-or-later
// What a program takes from the system around it: memory protection, signals, clock, folders.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <ctime>

#include "console/console.hpp"

namespace dokaz::console {
namespace {

/// Absolute, or nothing: a relative one would mean another folder in each working directory.
std::optional<std::filesystem::path> folder_from(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || value[0] != '/') return std::nullopt;
  return value;
}

}  // namespace

void harden_process() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::umask(077);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

Result<std::filesystem::path> data_folder(std::string_view name) {
  if (const auto data = folder_from("XDG_DATA_HOME")) return *data / name;
  if (const auto home = folder_from("HOME")) return *home / ".local/share" / name;
  return fail(Errc::usage, "HOME is not set: name the folder on the command line");
}

std::int64_t now() {
  timespec time{};  // std::chrono counts nanoseconds and turns over in 2262
  ::clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec;
}

}  // namespace dokaz::console
