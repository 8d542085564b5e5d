// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/publish/readers.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"

namespace dokaz::server {
namespace {

constexpr std::string_view header = "dokaz/readers/v1\n";
constexpr std::string_view keyword = "reader ";
constexpr std::size_t max_file = 65536;
constexpr std::size_t max_name = 32;
constexpr std::size_t token_size = 64;

/// Held while the file is changed; waits for whoever changes it now.
Result<File> take_turn(const Path& file) {
  const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return errno == ENOENT ? Errc::not_found : Errc::io_error;
  File turn = File::adopt(folder);
  while (::flock(folder, LOCK_EX) != 0)
    if (errno != EINTR) return Errc::io_error;
  return turn;
}

}  // namespace

bool is_reader_name(std::string_view name) {
  return !name.empty() && name.size() <= max_name && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<Readers> Readers::load(const Path& file) {
  auto bytes = read_file(file, max_file);
  if (!bytes && bytes.code() == Errc::not_found) return Readers{};
  if (!bytes) return bytes.code() == Errc::io_error ? Errc::io_error : Errc::damaged_store;
  std::string_view rest = text_of(*bytes);
  if (!rest.starts_with(header)) return fail(Errc::damaged_store, "readers");
  rest.remove_prefix(header.size());
  Readers readers;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with(keyword) || space < keyword.size()) return fail(Errc::damaged_store, "readers");
    const auto token = id_from_hex<Sha256>(line.substr(space + 1));
    if (!token) return fail(Errc::damaged_store, "readers");
    readers.readers_.push_back({std::string(line.substr(keyword.size(), space - keyword.size())), *token});
    const auto& names = readers.readers_;
    if (!is_reader_name(names.back().name) || names.size() > max_readers ||
        (names.size() > 1 && names[names.size() - 2].name >= names.back().name))
      return fail(Errc::damaged_store, "readers");
  }
  if (readers.bytes() != *bytes) return fail(Errc::damaged_store, "readers");
  return readers;
}

Bytes Readers::bytes() const {
  Bytes out = to_bytes(header);
  for (const Reader& each : readers_) {
    append(out, bytes_of(keyword));
    append(out, bytes_of(each.name + " " + hex(each.token) + "\n"));
  }
  return out;
}

bool Readers::knows(std::string_view token) const {
  if (token.size() != token_size) return false;
  const Sha256 shown = sha256(token);
  bool known = false;
  for (const Reader& each : readers_) known |= equal_in_constant_time(each.token.view(), shown.view());
  return known;
}

std::vector<std::string> Readers::names() const {
  std::vector<std::string> out;
  for (const Reader& each : readers_) out.push_back(each.name);
  return out;
}

Result<std::string> add_reader(const Path& file, std::string_view name) {
  if (!is_reader_name(name)) return fail(Errc::malformed, "a reader's name: a to z, 0 to 9 and -, at most 32");
  DOKAZ_LET(turn, take_turn(file));
  DOKAZ_LET(readers, Readers::load(file));
  const auto place = std::lower_bound(readers.readers_.begin(), readers.readers_.end(), name,
                                      [](const auto& each, std::string_view wanted) { return each.name < wanted; });
  if (place != readers.readers_.end() && place->name == name) return Errc::already_exists;
  if (readers.readers_.size() >= max_readers) return Errc::quota_exceeded;
  const std::string token = Secret<32>::random().reveal([](ByteView bytes) { return hex(bytes); });
  readers.readers_.insert(place, {std::string(name), sha256(token)});
  DOKAZ_TRY(write_file_durably(file, readers.bytes()));
  return token;
}

Status remove_reader(const Path& file, std::string_view name) {
  DOKAZ_LET(turn, take_turn(file));
  DOKAZ_LET(readers, Readers::load(file));
  if (std::erase_if(readers.readers_, [&](const auto& each) { return each.name == name; }) == 0)
    return Errc::not_found;
  return write_file_durably(file, readers.bytes());
}

}  // namespace dokaz::server
