// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fault/actor/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <sstream>

#include "crypto/check.hpp"

namespace dokaz::fault {

Result<Journal> Journal::open(const std::string& path) {
  if (path.empty()) return Journal(std::nullopt);
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return Errc::io_error;
  return Journal(File::adopt(descriptor));
}

void Journal::write(const std::string& line) {
  if (!file_) return;
  // One call: a line is there whole, or this process has died in it.
  const std::string whole = line + '\n';
  DOKAZ_CHECK(::write(file_->descriptor(), whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()));
}

Result<std::vector<std::vector<std::string>>> read_journal(const std::string& path) {
  DOKAZ_LET(bytes, read_file(path, std::uint64_t{1} << 32));
  std::string text = to_text(bytes);
  text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
  std::vector<std::vector<std::string>> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    auto& parts = out.emplace_back();
    for (std::string word; words >> word;) parts.push_back(word);
  }
  return out;
}

}  // namespace dokaz::fault
