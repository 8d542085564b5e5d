// SPDX-License-Identifier: GPL-3.0-or-later
// The audit finds what a disk, an intruder or a bug of ours changes, and says where.
#include <map>
#include <random>
#include <set>

#include "crypto/sealed_db.hpp"
#include "scene.hpp"
#include "sync-server/audit/audit.hpp"

namespace dokaz::server {

using namespace test;

namespace {

constexpr std::size_t many = 300;  // more than one tile wide

Secret<32> database_key(const Path& folder) {
  const Bytes bytes = read_file(folder / "db.key", 32).value();
  return Secret<32>::copy_of(ByteView(bytes).first<32>());
}
void change(const Path& folder, const std::string& sql) {
  auto database = Database::open(folder / "store.db", database_key(folder)).value();
  REQUIRE(database.exec(sql));
}

/// A store with `many` statements, two objects kept and one awaited, one fork.
class Store {
 public:
  explicit Store(const Path& folder) : folder_(folder) {
    Custody custody = start(folder, people_);
    Scribe scribe(1);
    const Scribe copied(scribe);
    Session session = admit(custody, people_, scribe);
    REQUIRE_FALSE(submit_one(custody, session, scribe.next(Act::genesis)).failure);
    const Scribe restored(scribe);
    const Bytes first = some_bytes(5000, 1), second = some_bytes(70'000, 2), third = some_bytes(900, 3);
    REQUIRE_FALSE(submit_one(custody, session, scribe.next(Act::seal, {ref_of(first), ref_of(second)})).failure);
    REQUIRE_FALSE(submit_one(custody, session, scribe.next(Act::seal, {ref_of(third)})).failure);
    for (std::size_t i = 0; i < many; ++i)
      items_.push_back(scribe.next(Act::note));
    for (std::size_t at = 0; at < items_.size(); at += 50) {
      Submit request;
      for (std::size_t i = at; i < std::min(items_.size(), at + 50); ++i) request.items.push_back(items_[i]);
      REQUIRE(custody.submit(session, request));
    }
    REQUIRE(upload(custody, session, first));
    REQUIRE(upload(custody, session, second));
    const Submit::Item fork = restored.sign(restored.draft(Act::note, {}, "another"));
    REQUIRE(submit_one(custody, session, fork).failure == Errc::forked_chain);
  }
  const Path& folder() const { return folder_; }

 private:
  Path folder_;
  People people_;
  std::vector<Submit::Item> items_;
};

/// The parts in which something was found.
std::set<std::string> parts(const Path& folder) {
  const auto report = audit(folder);
  REQUIRE(report);
  std::set<std::string> out;
  for (const Finding& finding : report->findings) out.insert(finding.part);
  return out;
}
using Parts = std::set<std::string>;

/// Sorted; of the partial tiles in one folder, which are named by their width, only the widest: the rest is superseded.
std::vector<Path> files_under(const Path& folder) {
  std::map<std::string, Path> out;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
    if (!each.is_regular_file()) continue;
    const bool partial = each.path().parent_path().extension() == ".p";
    Path& place = out[(partial ? each.path().parent_path() : each.path()).string()];
    if (place.empty() || !partial || std::stoul(place.filename().string()) < std::stoul(each.path().filename().string()))
      place = each.path();
  }
  std::vector<Path> files;
  for (auto& [key, path] : out) files.push_back(std::move(path));
  return files;
}

}  // namespace

TEST_CASE("a sound store is found sound, and every part of it was looked at") {
  const TempFolder folder;
  const Store store(folder / "data");
  const auto report = audit(store.folder());
  REQUIRE(report);
  for (const Finding& finding : report->findings) UNSCOPED_INFO(finding.part << ": " << finding.what);
  CHECK(report->is_sound());
  CHECK(report->log_size == report->entries);
  CHECK(report->statements == report->entries);
  CHECK(report->entries == 3 + many + 3);  // the server's genesis, its answer to the stored item, the fork
  CHECK(report->tiles == 3);               // two of the lowest level, one above
  CHECK(report->forks == 1);
  CHECK(report->objects == 2);
  CHECK(report->object_bytes == 75'000);
  CHECK(report->waiting == 0);
  CHECK(report->unnamed_files == 0);
}

TEST_CASE("a flipped byte in any file of log and objects is found, in that part") {
  const TempFolder folder;
  const Store store(folder / "data");
  std::mt19937 random(7);
  for (const std::string part : {"log", "objects"})
    for (const Path& file : files_under(store.folder() / part)) {
      const Bytes before = read_file(file, 1 << 22).value();
      Bytes after = before;
      after[random() % after.size()] ^= static_cast<Byte>(1 << random() % 8);
      REQUIRE(write_file_durably(file, after));
      INFO(std::filesystem::relative(file, store.folder()).string());
      const Parts found = parts(store.folder());
      CHECK_FALSE(found.empty());
      if (part == "objects") CHECK(found == Parts{"objects"});
      REQUIRE(std::filesystem::remove(file));
      CHECK_FALSE(parts(store.folder()).empty());
      REQUIRE(write_file_durably(file, before));
    }
  CHECK(parts(store.folder()).empty());
}

TEST_CASE("what was changed in the database itself is found") {
  const TempFolder folder;
  const Store store(folder / "data");
  struct Row {
    std::string sql;
    Parts parts;
  };
  const Row rows[] = {
      {"UPDATE statements SET signature = (SELECT signature FROM statements WHERE leaf = 7) WHERE leaf = 9", {"statements"}},
      {"UPDATE statements SET member = (SELECT member FROM statements WHERE answers IS NOT NULL) WHERE leaf = 9", {"statements"}},
      {"UPDATE statements SET bytes = x'00' WHERE leaf = 9", {"statements"}},
      {"UPDATE statements SET hash = randomblob(32) WHERE leaf = 9", {"statements"}},
      {"DELETE FROM statements WHERE leaf = 50", {"statements"}},
      {"UPDATE statements SET leaf = 100000 WHERE leaf = 50", {"statements"}},
      {"UPDATE forks SET signature = randomblob(64)", {"statements"}},
      {"UPDATE forks SET hash = randomblob(32)", {"statements"}},
      {"UPDATE statements SET disclosure = NULL WHERE answers IS NULL", {"statements"}},
      {"UPDATE objects SET size = size + 1 WHERE kept = 1", {"objects"}},
      {"UPDATE objects SET kept = 1", {"objects"}},
      {"UPDATE objects SET kept = 0", {"objects"}},
      {"UPDATE identity SET log_seed = randomblob(32)", {"checkpoint", "statements"}},
  };
  for (const Row& row : rows) {
    const Path copy = folder / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(store.folder(), copy, std::filesystem::copy_options::recursive);
    change(copy, "PRAGMA foreign_keys=OFF;" + row.sql);
    INFO(row.sql);
    const Parts found = parts(copy);
    CHECK_FALSE(found.empty());
    CHECK(std::includes(row.parts.begin(), row.parts.end(), found.begin(), found.end()));
  }
}

TEST_CASE("an older log beside a newer database, and the other way round") {
  const TempFolder folder;
  const People people;
  const Path data = folder / "data", early = folder / "early";
  Scribe scribe(1);
  {
    Custody custody = start(data, people);
    Session session = admit(custody, people, scribe);
    REQUIRE_FALSE(submit_one(custody, session, scribe.next(Act::genesis)).failure);
  }
  std::filesystem::copy(data, early, std::filesystem::copy_options::recursive);
  {
    Custody custody = reopen(data);
    Session session = enter(custody, people, scribe.key().public_key());
    for (int i = 0; i < 10; ++i) REQUIRE_FALSE(submit_one(custody, session, scribe.next(Act::note)).failure);
  }
  // The log behind the database is what a crash between the two leaves: the statements wait.
  const Path behind = folder / "behind";
  std::filesystem::copy(data, behind, std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(behind / "log");
  std::filesystem::copy(early / "log", behind / "log", std::filesystem::copy_options::recursive);
  const auto waiting = audit(behind);
  REQUIRE(waiting);
  CHECK(waiting->is_sound());
  CHECK(waiting->waiting == 10);

  // A database from a backup beside the log of today has lost what the log proves.
  const Path lost = folder / "lost";
  std::filesystem::copy(early, lost, std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(lost / "log");
  std::filesystem::copy(data / "log", lost / "log", std::filesystem::copy_options::recursive);
  const auto report = audit(lost);
  REQUIRE(report);
  CHECK(report->faults == 10);
}

TEST_CASE("an audit needs the store and its key, and changes nothing") {
  const TempFolder folder;
  CHECK(audit(folder / "nothing").code() == Errc::not_found);
  const Store store(folder / "data");
  const Path copy = folder / "copy";
  std::filesystem::copy(store.folder(), copy, std::filesystem::copy_options::recursive);
  REQUIRE(write_file_durably(copy / "db.key", Bytes(32, 1)));
  CHECK(audit(copy).code() == Errc::wrong_key);
  REQUIRE(write_file_durably(copy / "db.key", Bytes(31, 1)));
  CHECK(audit(copy).code() == Errc::wrong_key);

  const auto contents = [&] {
    std::map<Path, Bytes> out;
    for (const char* part : {"log", "objects", "partial"})
      for (const Path& file : files_under(store.folder() / part)) out[file] = read_file(file, 1 << 22).value();
    return out;
  };
  const auto before = contents();
  REQUIRE(write_file_durably(store.folder() / "log/checkpoint", bytes_of("damaged")));
  REQUIRE(parts(store.folder()) == Parts{"checkpoint"});
  REQUIRE(write_file_durably(store.folder() / "log/checkpoint", before.at(store.folder() / "log/checkpoint")));
  CHECK(contents() == before);
}

}  // namespace dokaz::server
