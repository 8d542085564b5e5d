// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/neutral_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>

namespace dokaz::cli {
namespace {

namespace fs = std::filesystem;

/// The number of "0042.jpg"; 0 for every other name. Nine digits at most: counting on never overflows.
std::uint64_t number_in(const std::string& name) {
  const std::string digits = name.substr(0, name.find('.'));
  std::uint64_t number = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = end.ptr == digits.data() + digits.size() && digits.size() >= 4 && digits.size() <= 9;
  return whole ? number : 0;
}

Status set_neutral_time(const File& file) {
  const timespec times[2] = {{neutral_time, 0}, {neutral_time, 0}};
  return ::futimens(file.descriptor(), times) == 0 ? Status() : Status(fail(Errc::io_error, "time of the clean copy"));
}

}  // namespace

std::uint64_t size_of_original(const TakenIn& item) { return item.original->size(); }
std::uint64_t size_of_clean_copy(const TakenIn& item) { return item.clean->size(); }

Status write_neutral(const TakenIn& item, const Path& file) {
  DOKAZ_LET(pending, PendingFile::start(file));
  // A film is read from its file again: what is written must be what was checked.
  Sha256Stream hash;
  DOKAZ_TRY(item.clean->copy_to([&](ByteView bytes) {
    hash.update(bytes);
    return pending.append(bytes);
  }));
  if (hash.finish() != item.clean_sha256) return fail(Errc::io_error, "the file changed while it was read");
  DOKAZ_TRY(set_neutral_time(pending.file()));
  return pending.create();
}

NumberedFolder::NumberedFolder(Path folder) : folder_(std::move(folder)) {
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error))
    last_ = std::max(last_, number_in(entry->path().filename().string()));
}

Result<Path> NumberedFolder::write(const TakenIn& item) {
  while (true) {
    const Path path = folder_ / fmt::format("{:04}.{}", ++last_, item.extension);
    const Status written = write_neutral(item, path);
    if (written) return path;
    if (written.code() != Errc::already_exists) return written.error();
  }
}

}  // namespace dokaz::cli
