// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/bag.hpp"

#include <system_error>

#include "crypto/encoding.hpp"
#include "crypto/files_readable.hpp"
#include "proto/format/sshsig.hpp"
#include "proto/format/time.hpp"

namespace dokaz {
namespace {

constexpr std::size_t max_path = 200;
constexpr int max_depth = 4;
constexpr std::string_view payload_prefix = "data/";

std::string digits(std::uint64_t number, std::size_t least) {
  std::string text = std::to_string(number);
  if (text.size() < least) text.insert(0, least - text.size(), '0');
  return text;
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

Result<std::uint64_t> size_of(const std::filesystem::path& path) {
  DOKAZ_LET(file, File::open(path, File::Access::read));
  return file.size();
}

/// Opened each time: an exhibit has more files than a process may hold open.
Status read_through(const std::filesystem::path& path, std::uint64_t size, const Sink& sink) {
  DOKAZ_LET(file, File::open(path, File::Access::read));
  DOKAZ_LET(now, file.size());
  if (now != size) return fail(Errc::io_error, "the file changed while it was read");
  return ReadableFile(std::move(file), size).copy_to(sink);
}

struct Limits {
  std::size_t files = max_bag_files;
  std::uint64_t size = max_bag_size;
};

class Loader {
 public:
  Loader(std::string* where, const Limits& limits) : where_(where), limits_(limits), left_(limits.size) {}

  Status folder(const std::filesystem::path& path, const std::string& prefix, int depth) {
    namespace fs = std::filesystem;
    std::error_code error;
    fs::directory_iterator entries(path, error);
    if (!error && depth > 1 && entries == fs::directory_iterator())
      return fail(Errc::unlisted_part, "an empty folder");
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      const std::string name = prefix + entries->path().filename().string();
      // A name that is not ours may be anything; it is not shown.
      if (where_ != nullptr) *where_ = is_bag_path(name) ? name : prefix;
      if (!is_bag_path(name)) return fail(Errc::unlisted_part, "a name that no exhibit has");
      std::error_code status_error;
      const fs::file_status status = entries->symlink_status(status_error);
      if (status_error) return Errc::io_error;
      if (fs::is_directory(status)) {
        if (++folders_ > limits_.files) return fail(Errc::too_large, "more folders than an exhibit may have");
        if (depth == max_depth) return fail(Errc::unlisted_part, "a folder that no exhibit has");
        DOKAZ_TRY(folder(entries->path(), name + "/", depth + 1));
      } else {
        DOKAZ_TRY(file(entries->path(), name));
      }
    }
    if (error) return Errc::io_error;
    return {};
  }

  Bag take() { return std::move(files_); }

 private:
  Status file(const std::filesystem::path& path, const std::string& name) {
    if (files_.size() == limits_.files) return fail(Errc::too_large, "more files than an exhibit may have");
    DOKAZ_LET(size, size_of(path));
    if (size > left_) return fail(Errc::too_large, "more than an exhibit may have");
    left_ -= size;
    files_.emplace(name, BagFile(size, [path, size](const Sink& sink) { return read_through(path, size, sink); }));
    return {};
  }

  std::string* where_;
  Limits limits_;
  Bag files_;
  std::uint64_t left_;
  std::size_t folders_ = 0;
};

}  // namespace

bool is_bag_path(std::string_view path) {
  if (path.empty() || path.size() > max_path) return false;
  int names = 1;
  bool at_start = true;
  for (const char c : path) {
    if (c == '/') {
      if (at_start || ++names > max_depth) return false;
      at_start = true;
      continue;
    }
    if (!is_name_byte(c) || (at_start && c == '.')) return false;
    at_start = false;
  }
  return !at_start;
}

Result<Bag> open_bag(const std::filesystem::path& folder, std::string* where) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(folder, error);
  if (status.type() == std::filesystem::file_type::not_found) return Errc::not_found;
  if (!std::filesystem::is_directory(status)) return fail(Errc::not_found, "an exhibit is a folder");
  const bool many = std::filesystem::is_regular_file(std::filesystem::symlink_status(folder / part::cover, error));
  Loader loader(where, many ? Limits{max_dossier_files, max_dossier_size} : Limits{});
  DOKAZ_TRY(loader.folder(folder, "", 1));
  if (where != nullptr) where->clear();
  return loader.take();
}

bool is_dossier(const Bag& files) { return files.contains(std::string(part::cover)); }

namespace part {

std::string ticket(std::string_view pseudonym) { return "data/members/" + std::string(pseudonym) + ".ticket"; }
std::string admission(std::string_view pseudonym) {
  return "data/members/" + std::string(pseudonym) + ".admission";
}
std::string member_key(std::string_view pseudonym, std::uint32_t epoch) {
  return "data/keys/" + std::string(pseudonym) + (epoch == 0 ? "" : "." + std::to_string(epoch)) + ".pub";
}
std::string object(const ObjectId& id) { return "data/item/objects/" + hex(id) + ".age"; }
std::string chain(std::uint64_t seq) { return "data/chain/" + digits(seq, 6) + ".statement"; }
std::string item_folder(std::size_t number) { return "data/items/" + digits(number, 4) + "/"; }
std::string chain_of(const ChainId& chain, std::uint64_t seq) {
  return std::string(chains) + hex(chain) + "/" + digits(seq, 6) + ".statement";
}

}  // namespace part

std::string key_file_text(const PublicKey& key, std::string_view owner) {
  return openssh_public_key(key, owner) + "\n";
}

std::string allowed_signers_text(std::string_view pseudonym, const PublicKey& key) {
  return std::string(pseudonym) + " namespaces=\"" + std::string(exhibit_namespace) + "\" " +
         openssh_public_key(key, "") + "\n";
}

std::string bagit_text() { return "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"; }

namespace {

struct Payload {
  std::uint64_t size = 0, files = 0;
};
Payload payload_of(const Bag& files) {
  Payload all;
  for (const auto& [path, content] : files) {
    if (!path.starts_with(payload_prefix)) continue;
    all.size += content.size();
    ++all.files;
  }
  return all;
}

}  // namespace

std::string bag_info_text(std::string_view day, std::string_view identifier, std::uint64_t payload_size,
                          std::uint64_t payload_files) {
  return "Bagging-Date: " + std::string(day) + "\nExternal-Identifier: " + std::string(identifier) +
         "\nPayload-Oxum: " + std::to_string(payload_size) + "." + std::to_string(payload_files) + "\n";
}

std::string bag_info_text(std::string_view day, const StatementHash& item, const Bag& payload_and_tags) {
  const Payload all = payload_of(payload_and_tags);
  return bag_info_text(day, hex(item), all.size, all.files);
}

Result<std::string> check_bag_info(ByteView text, std::string_view identifier, const Bag& files) {
  constexpr std::string_view key = "Bagging-Date: ";
  constexpr std::size_t day_size = 10;
  const std::string_view all = text_of(text);
  if (!all.starts_with(key)) return fail(Errc::malformed, "Bagging-Date");
  const std::string day(all.substr(key.size(), day_size));
  DOKAZ_LET(date, parse_time(day));
  const Payload payload = payload_of(files);
  if (!date.day_only || all != bag_info_text(day, identifier, payload.size, payload.files))
    return fail(Errc::malformed, "not what this exhibit's files give");
  return day;
}

}  // namespace dokaz
