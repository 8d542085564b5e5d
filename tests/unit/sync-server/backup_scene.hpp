// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of backup and restore share: a server at work, the two commands, and looking at their folders.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "sync-server/audit/audit.hpp"

namespace dokaz::server::test {


using Json = nlohmann::json;

/// A server at work, with one documenter.
struct Scene {
  TempFolder temp;
  Path data = temp / "data", to = temp / "backup", back = temp / "restored";
  People people;
  std::optional<Custody> custody = test::start(data, people);
  Scribe scribe{1};
  Session field = admit(*custody, people, scribe);
  std::vector<std::pair<Submit::Item, Bytes>> acknowledged;  // with the receipt

  Scene() { add(scribe.next(Act::genesis)); }
  void add(const Submit::Item& item) {
    const auto outcome = submit_one(*custody, field, item);
    REQUIRE_FALSE(outcome.failure);
    acknowledged.emplace_back(item, outcome.tlog_proof);
  }
  Bytes add_object(std::uint8_t seed, std::size_t size = 70'000) {
    const Bytes object = some_bytes(size, seed);
    add(scribe.next(Act::seal, {ref_of(object)}, std::to_string(seed)));
    REQUIRE(upload(*custody, field, object));
    return object;
  }
  Arguments backup_words(const Arguments& more = {}) const {
    Arguments words{"backup", "--data", data, to, "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  Json backup(const Arguments& more = {}) const {
    const Ended ended = run_program(backup_words(more));
    INFO(ended.printed << ended.complained);
    REQUIRE(ended.code == 0);
    return Json::parse(ended.printed);
  }
  Ended restore(const Arguments& more = {}) const {
    Arguments words{"restore", "--data", back, to};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }
  Path key() const { return data / "db.key"; }
  Path newest() const { return data / "log/checkpoint"; }
};

inline void check_whole(const Path& data) {
  const auto report = audit(data);
  REQUIRE(report);
  for (const Finding& finding : report->findings) FAIL_CHECK(finding.part << ": " << finding.what);
}

inline bool holds(const Path& folder, const std::string& text) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const Bytes bytes = read_file(entry.path(), 1 << 26).value();
    if (std::ranges::search(bytes, bytes_of(text)).begin() != bytes.end()) return true;
  }
  return false;
}

inline void flip_byte(const Path& file) {
  Bytes bytes = read_file(file, 1 << 26).value();
  bytes[bytes.size() / 2] ^= 1;
  REQUIRE(write_file_durably(file, bytes));
}

inline Path first_object(const Path& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "objects"))
    if (entry.is_regular_file()) return entry.path();
  return {};
}

}  // namespace dokaz::server::test
