// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server backup and restore: beside a server that runs, cut at any moment, onto a full disk, behind the log.
#include <sys/mount.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "sync-server/audit/audit.hpp"
#include "sync-server/backup/manifest.hpp"

namespace dokaz::server {

using namespace test;

namespace {

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

void check_whole(const Path& data) {
  const auto report = audit(data);
  REQUIRE(report);
  for (const Finding& finding : report->findings) FAIL_CHECK(finding.part << ": " << finding.what);
}

bool holds(const Path& folder, const std::string& text) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const Bytes bytes = read_file(entry.path(), 1 << 26).value();
    if (std::ranges::search(bytes, bytes_of(text)).begin() != bytes.end()) return true;
  }
  return false;
}

void flip_byte(const Path& file) {
  Bytes bytes = read_file(file, 1 << 26).value();
  bytes[bytes.size() / 2] ^= 1;
  REQUIRE(write_file_durably(file, bytes));
}

Path first_object(const Path& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "objects"))
    if (entry.is_regular_file()) return entry.path();
  return {};
}

}  // namespace

TEST_CASE("from a backup beside a running server comes back all that was acknowledged before it") {
  Scene scene;
  const Bytes object = scene.add_object(1);
  for (std::uint8_t i = 0; i < 20; ++i) scene.add(scene.scribe.next(Act::note, {}, std::to_string(i)));
  const auto before = scene.acknowledged;
  const Json made = scene.backup();
  CHECK(made.at("objects") == 1);
  CHECK(made.at("statements") >= before.size());
  CHECK_FALSE(std::filesystem::exists(scene.to / "backup.unfinished"));
  scene.add(scene.scribe.next(Act::note, {}, "after"));  // the server went on all the time

  // Nothing in it can be read without the key, and the key is not there.
  CHECK_FALSE(holds(scene.to, "counsel"));
  CHECK_FALSE(holds(scene.to, "custody/v1"));
  const Bytes key = read_file(scene.key(), 64).value();
  CHECK_FALSE(holds(scene.to, std::string(key.begin(), key.end())));

  // The first without the key, then with a wrong one.
  check_failure(scene.restore({"--unchecked"}), Errc::usage);
  REQUIRE(write_file_durably(scene.temp / "wrong", some_bytes(32, 9)));
  check_failure(scene.restore({"--unchecked", "--key", scene.temp / "wrong"}), Errc::wrong_key);
  // Nobody says how far the log had come.
  check_failure(scene.restore({"--key", scene.key()}), Errc::unreachable);
  check_failure(run_program({"run", "--data", scene.back, "--listen", "127.0.0.1:0"}), Errc::not_found);

  const Ended ended = scene.restore({"--key", scene.key(), "--unchecked"});
  INFO(ended.complained);
  REQUIRE(ended.code == 0);
  CHECK(ended.printed.find("not checked in full") != std::string::npos);
  check_whole(scene.back);
  std::optional<Custody> opened = reopen(scene.back);
  Custody& again = *opened;
  check_failure(scene.restore({"--key", scene.key(), "--unchecked"}), Errc::busy);
  CHECK(again.card().log == scene.custody->card().log);
  Session field = enter(again, scene.people, scene.scribe.key().public_key());
  const Membership members = all_members(again, scene.people);
  for (const auto& [item, receipt] : before) {
    const auto outcome = submit_one(again, field, item);
    REQUIRE_FALSE(outcome.failure);
    const auto old_place = check(item, receipt, members, again.card().log);
    const auto new_place = check(item, outcome.tlog_proof, members, again.card().log);
    REQUIRE((old_place && new_place));
    CHECK(read_tlog_proof(receipt)->index == read_tlog_proof(outcome.tlog_proof)->index);
  }
  Session counsel = enter(again, scene.people, scene.people.counsel.public_key());
  CHECK(again.read_object(counsel, ref_of(object).id, 0).value() == object);
  opened.reset();
  check_failure(scene.restore({"--key", scene.key(), "--unchecked"}), Errc::already_exists);
}

TEST_CASE("a key that lies elsewhere opens backup and restore") {
  TempFolder temp;
  const std::string data = temp / "data", to = temp / "backup", moved = temp / "moved.key";
  const Path back = temp / "restored";
  REQUIRE(run_program({"init", "--data", data}).code == 0);
  REQUIRE(run_program({"db-key", "move", "--data", data, "--to", moved}).code == 0);
  check_failure(run_program({"backup", "--data", data, to}), Errc::not_found);
  CHECK(run_program({"backup", "--data", data, to, "--db-key", moved}).code == 0);
  CHECK_FALSE(std::filesystem::exists(temp / "backup/1/db.key"));
  CHECK(run_program({"backup", "--data", data, to, "--db-key", moved, "--with-key"}).code == 0);
  CHECK(std::filesystem::exists(temp / "backup/2/db.key"));
  CHECK(run_program({"backup", "--data", data, to, "--db-key", moved}).code == 0);
  // It stays where it is, or becomes the folder's.
  REQUIRE(run_program({"restore", "--data", back, to, "--db-key", moved, "--unchecked"}).code == 0);
  CHECK_FALSE(std::filesystem::exists(back / "db.key"));
  CHECK(run_program({"fsck", "--data", back, "--db-key", moved}).code == 0);
  std::filesystem::remove_all(back);
  REQUIRE(run_program({"restore", "--data", back, to, "--key", moved, "--unchecked"}).code == 0);
  CHECK(run_program({"fsck", "--data", back}).code == 0);
}

TEST_CASE("the next backup copies only what is new, and finds what rotted if it is asked to") {
  Scene scene;
  scene.add_object(1);
  CHECK(scene.backup().at("copied") == 1);
  scene.add_object(2);
  const Json second = scene.backup();
  CHECK(second.at("copied") == 1);
  CHECK(second.at("objects") == 2);
  CHECK(second.at("backup") == 2);
  CHECK_FALSE(std::filesystem::exists(scene.to / "1"));
  CHECK(scene.backup().at("copied") == 0);

  const Path rotten = first_object(scene.to);
  flip_byte(rotten);
  check_failure(scene.restore({"--key", scene.key(), "--unchecked"}), Errc::hash_mismatch);
  CHECK_FALSE(std::filesystem::exists(scene.back / "store.db"));
  CHECK(scene.backup().at("copied") == 0);
  CHECK(scene.backup({"--read-again"}).at("copied") == 1);
  CHECK(scene.restore({"--key", scene.key(), "--unchecked"}).code == 0);
  check_whole(scene.back);
}

TEST_CASE("a changed byte in a backup is found, whichever file it is in") {
  Scene scene;
  scene.add_object(1);
  scene.backup({"--with-key"});
  CHECK(std::filesystem::exists(scene.to / "1/db.key"));
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(scene.to))
    if (entry.is_regular_file() && entry.path().filename() != ".lock") files.push_back(entry.path());
  CHECK(files.size() >= 6);
  for (const Path& file : files) {
    INFO(file);
    const Bytes good = read_file(file, 1 << 26).value();
    flip_byte(file);
    CHECK(scene.restore({"--unchecked"}).code != 0);
    CHECK_FALSE(std::filesystem::exists(scene.back / "store.db"));
    REQUIRE(write_file_durably(file, good));
  }
  CHECK(scene.restore({"--unchecked"}).code == 0);
}

TEST_CASE("who can write to a backup, without its key, changes nothing that a server believes") {
  Scene scene;
  const std::string policy = "log " + hex(scene.custody->card().log) + "\nquorum none\n";
  REQUIRE(write_file_durably(scene.data / "policy", bytes_of(policy)));
  scene.backup();
  const auto restore = [&] { return scene.restore({"--key", scene.key(), "--unchecked"}); };
  const std::string good = to_text(read_file(scene.to / "backup", 65536).value());
  const Bytes kept = read_file(scene.to / "1/policy", 65536).value();
  const std::string line = "file " + hex(sha256(kept)) + " " + std::to_string(kept.size()) + " policy\n";
  REQUIRE(good.find(line) != std::string::npos);

  // Another policy, and a manifest that says so.
  const std::string other = policy + "# mine\n";
  std::string changed = good;
  changed.replace(changed.find(line), line.size(),
                  "file " + hex(sha256(bytes_of(other))) + " " + std::to_string(other.size()) + " policy\n");
  REQUIRE(write_file_durably(scene.to / "1/policy", bytes_of(other)));
  REQUIRE(write_file_durably(scene.to / "backup", bytes_of(changed)));
  check_failure(restore(), Errc::damaged_store);
  // No policy at all, and a manifest that does not miss it.
  changed = good;
  changed.erase(changed.find(line), line.size());
  REQUIRE(write_file_durably(scene.to / "backup", bytes_of(changed)));
  check_failure(restore(), Errc::missing_part);
  // A file more; a path that leaves the folder.
  for (const char* path : {"readers", "../escaped", "log/../../escaped", "/tmp/escaped", ".hidden"}) {
    changed = good + "file " + hex(sha256(kept)) + " " + std::to_string(kept.size()) + " " + path + "\n";
    REQUIRE(write_file_durably(scene.to / "1/readers", kept));
    REQUIRE(write_file_durably(scene.to / "backup", bytes_of(changed)));
    CHECK(restore().code != 0);
    CHECK_FALSE(std::filesystem::exists(scene.back / "store.db"));
  }
  REQUIRE(write_file_durably(scene.to / "1/policy", kept));
  REQUIRE(write_file_durably(scene.to / "backup", bytes_of(good)));
  CHECK(restore().code == 0);
  CHECK(read_file(scene.back / "policy", 65536).value() == kept);
}

TEST_CASE("an object that the server lost does not stop a backup, and is told") {
  Scene scene;
  scene.add_object(1);
  scene.add_object(2);
  flip_byte(first_object(scene.data));
  const Ended ended = run_program(scene.backup_words());
  CHECK(ended.code == exit_code(Errc::damaged_store));
  CHECK(Json::parse(ended.printed).at("missing") == 1);
  const Ended back = scene.restore({"--key", scene.key(), "--unchecked", "--json"});
  REQUIRE(back.code == 0);
  CHECK(Json::parse(back.printed).at("findings").size() == 1);
  CHECK(reopen(scene.back).card().log == scene.custody->card().log);
}

TEST_CASE("a folder that was put back and has grown since pushes no backup out") {
  Scene scene;
  scene.add_object(1);
  Scribe copy(scene.scribe);
  const auto go_on = [&](const char* note) {
    scene.custody.emplace(reopen(scene.data));
    scene.field = enter(*scene.custody, scene.people, scene.scribe.key().public_key());
    for (int i = 0; i < 5; ++i) {
      const auto item = copy.next(Act::note, {}, note + std::to_string(i));
      REQUIRE_FALSE(submit_one(*scene.custody, scene.field, item).failure);
    }
  };
  scene.custody.reset();
  std::filesystem::copy(scene.data, scene.temp / "older", std::filesystem::copy_options::recursive);
  scene.custody.emplace(reopen(scene.data));
  scene.field = enter(*scene.custody, scene.people, scene.scribe.key().public_key());
  for (int i = 0; i < 3; ++i) scene.add(scene.scribe.next(Act::note, {}, "only here " + std::to_string(i)));
  scene.backup();

  scene.custody.reset();
  std::filesystem::remove_all(scene.data);
  std::filesystem::copy(scene.temp / "older", scene.data, std::filesystem::copy_options::recursive);
  const std::string manifest = to_text(read_file(scene.to / "backup", 1 << 20).value());
  go_on("other ");
  check_failure(run_program({"backup", "--data", scene.data, scene.to}), Errc::bad_consistency);
  check_failure(run_program({"backup", "--data", scene.data, scene.to, "--read-again"}), Errc::bad_consistency);
  CHECK(to_text(read_file(scene.to / "backup", 1 << 20).value()) == manifest);
  REQUIRE(scene.restore({"--key", scene.key(), "--unchecked"}).code == 0);
  check_whole(scene.back);
  Custody back = reopen(scene.back);
  Session field = enter(back, scene.people, scene.scribe.key().public_key());
  for (const auto& [item, proof] : scene.acknowledged) CHECK_FALSE(submit_one(back, field, item).failure);
}

TEST_CASE("the database's key is in no backup without it, whatever its file is called") {
  Scene scene;
  scene.custody.reset();
  REQUIRE(run_program({"db-key", "move", "--data", scene.data, "--to", scene.data / "secret-of-the-store"}).code == 0);
  const Bytes key = read_file(scene.data / "secret-of-the-store", 64).value();
  REQUIRE(run_program({"backup", "--data", scene.data, scene.to, "--db-key", scene.data / "secret-of-the-store"}).code == 0);
  CHECK_FALSE(std::filesystem::exists(scene.to / "1/secret-of-the-store"));
  CHECK_FALSE(holds(scene.to, std::string(key.begin(), key.end())));
}

TEST_CASE("names that no manifest can hold do not stop a backup, and are told") {
  Scene scene;
  scene.add_object(1);
  REQUIRE(write_file_durably(scene.data / "ca+one.pem", bytes_of("kept")));
  REQUIRE(write_file_durably(scene.data / "old policy (1)", bytes_of("left out")));
  REQUIRE(write_file_durably(scene.data / "r\xc3\xa9sum\xc3\xa9", bytes_of("left out")));
  std::filesystem::create_directory_symlink(scene.data, scene.data / "round");
  const Ended text = run_program({"backup", "--data", scene.data, scene.to});
  CHECK(text.code == 0);
  CHECK(text.printed.find("left out         3 names") != std::string::npos);
  CHECK(scene.backup().at("left_out") == 3);
  REQUIRE(scene.restore({"--key", scene.key(), "--unchecked"}).code == 0);
  CHECK(read_file(scene.back / "ca+one.pem", 64).value() == to_bytes(bytes_of("kept")));
  CHECK_FALSE(std::filesystem::exists(scene.back / "old policy (1)"));
  check_whole(scene.back);
}

TEST_CASE("what is only under way is in no backup") {
  Scene scene;
  for (const char* folder : {"couriers", "log/anchors/1", "log/anchors/2"})
    std::filesystem::create_directories(scene.data / folder);
  for (const char* file : {"couriers/1.parcel", "couriers/1.pass", "partial/1", "contradicted", "writes-stopped",
                           "log/anchors/1/checkpoint", "log/anchors/1/one.chain.pem", "log/anchors/2/checkpoint",
                           "log/anchors/2/two.chain.pem", "log/anchors/2/one.chain.pem", "log/anchors/2/one.tsr"})
    REQUIRE(write_file_durably(scene.data / file, bytes_of("x")));
  scene.backup();
  const Path own = scene.to / "1";
  CHECK(std::filesystem::exists(own / "log/anchors/2/one.tsr"));
  CHECK(std::filesystem::exists(own / "log/anchors/2/one.chain.pem"));
  CHECK(std::filesystem::exists(own / "log/anchors/2/checkpoint"));
  for (const char* file : {"couriers", "partial", "contradicted", "writes-stopped", "log/anchors/1",
                           "log/anchors/2/two.chain.pem"})
    CHECK_FALSE(std::filesystem::exists(own / file));
}

TEST_CASE("an anchor that does not hold, and roots that are on another machine, do not stop a restore, and are told") {
  Scene scene;
  scene.add_object(1);
  std::filesystem::create_directories(scene.data / "log/anchors/1");
  for (const char* file : {"checkpoint", "one.tsr", "one.chain.pem"})
    REQUIRE(write_file_durably(scene.data / "log/anchors/1" / file, bytes_of("rotten")));
  REQUIRE(write_file_durably(scene.data / "authorities",
                             bytes_of("dokaz/authorities/v1\nauthority one 3600 http://127.0.0.1:1/ /nowhere/at/all.pem\n")));
  scene.backup();
  const Ended back = scene.restore({"--key", scene.key(), "--unchecked", "--json"});
  INFO(back.complained);
  REQUIRE(back.code == 0);
  const Json findings = Json::parse(back.printed).at("findings");
  REQUIRE(findings.size() == 2);
  for (const Json& finding : findings) CHECK(finding.at("part") == "anchors");
  CHECK(findings.dump().find("the roots of a listed authority") != std::string::npos);
  CHECK(findings.dump().find("of size 1") != std::string::npos);
  CHECK(reopen(scene.back).card().log == scene.custody->card().log);
}

TEST_CASE("a manifest holds ten years of hourly anchors by four authorities") {
  const Sha256 hash = sha256("anchor");
  Manifest manifest{.log = Scribe::key_of(1).public_key(), .number = 1};
  const std::uint64_t hours = std::uint64_t{10} * 366 * 24;
  for (std::uint64_t hour = 0; hour < hours; ++hour) {
    const std::string folder = "log/anchors/" + std::to_string(100'000'000 + hour * 7) + "/";
    manifest.files.push_back({folder + "checkpoint", hash, 500});
    for (const char* authority : {"national-authority-1", "national-authority-2", "qualified-authority", "second-qualified"})
      for (const char* suffix : {".chain.pem", ".crl", ".tsr"}) manifest.files.push_back({folder + authority + suffix, hash, 5000});
  }
  const std::string text = write_manifest(manifest);
  const auto read = read_manifest(bytes_of(text));
  REQUIRE(read);
  CHECK(read->files.size() == hours * 13);
}

TEST_CASE("backup refuses a place that is not for it") {
  Scene scene;
  const auto refused = [&](const Path& place, Errc code) {
    check_failure(run_program({"backup", "--data", scene.data, place}), code);
  };
  refused(scene.data / "backup", Errc::usage);
  refused(scene.data, Errc::usage);
  refused(scene.data.parent_path(), Errc::usage);
  std::filesystem::create_directory_symlink(scene.data, scene.temp / "link");
  refused(scene.temp / "link/inside", Errc::usage);
  CHECK_FALSE(std::filesystem::exists(scene.data / "backup"));

  REQUIRE(make_private_folder(scene.temp / "letters"));
  REQUIRE(write_file_durably(scene.temp / "letters/one", bytes_of("mine")));
  refused(scene.temp / "letters", Errc::already_exists);
  CHECK_FALSE(std::filesystem::exists(scene.temp / "letters/.lock"));

  REQUIRE(run_program({"init", "--data", scene.temp / "other"}).code == 0);
  REQUIRE(run_program({"backup", "--data", scene.temp / "other", scene.to}).code == 0);
  refused(scene.to, Errc::already_exists);
  refused(scene.temp / "other", Errc::already_exists);
  check_failure(run_program({"backup", "--data", scene.temp / "nowhere", scene.temp / "b"}), Errc::not_found);
  check_failure(run_program({"restore", "--data", scene.back, scene.temp / "letters", "--unchecked"}), Errc::not_found);
}

TEST_CASE("restore does not go behind what was seen, nor beside it") {
  Scene scene;
  scene.add(scene.scribe.next(Act::note));
  scene.backup({"--with-key"});
  const Path older = scene.temp / "older";
  std::filesystem::copy_file(scene.newest(), older);
  scene.custody.reset();
  // Two servers go on from one state; one of them is what the world saw.
  std::filesystem::copy(scene.data, scene.temp / "twin", std::filesystem::copy_options::recursive);
  {
    Custody custody = reopen(scene.data);
    Session field = enter(custody, scene.people, scene.scribe.key().public_key());
    REQUIRE_FALSE(submit_one(custody, field, scene.scribe.sign(scene.scribe.draft(Act::note, {}, "one"))).failure);
  }
  check_failure(scene.restore({"--seen-checkpoint", scene.newest()}), Errc::server_rolled_back);
  check_failure(scene.restore({"--seen-checkpoint", older, "--seen-checkpoint", scene.newest()}), Errc::server_rolled_back);
  check_failure(scene.restore({"--seen-checkpoint", scene.newest(), "--unchecked"}), Errc::server_rolled_back);
  CHECK_FALSE(std::filesystem::exists(scene.back / "store.db"));
  const Ended told = scene.restore({"--seen-checkpoint", scene.newest()});
  CHECK(told.complained.find("hold receipts") != std::string::npos);

  {
    Custody custody = reopen(scene.temp / "twin");
    Session field = enter(custody, scene.people, scene.scribe.key().public_key());
    REQUIRE_FALSE(submit_one(custody, field, scene.scribe.sign(scene.scribe.draft(Act::note, {}, "two"))).failure);
  }
  // The backup of one history beside a checkpoint of the other, both of one size.
  std::filesystem::remove_all(scene.to);
  scene.backup({"--with-key"});
  check_failure(scene.restore({"--seen-checkpoint", scene.temp / "twin/log/checkpoint"}), Errc::bad_consistency);
  Bytes forged = read_file(scene.newest(), 65536).value();
  forged[forged.size() - 10] ^= 1;
  REQUIRE(write_file_durably(scene.temp / "forged", forged));
  CHECK(scene.restore({"--seen-checkpoint", scene.temp / "forged"}).code != 0);
  check_failure(scene.restore({"--seen-checkpoint", scene.temp / "absent"}), Errc::not_found);

  const Ended ended = scene.restore({"--seen-checkpoint", older, "--seen-checkpoint", scene.newest()});
  INFO(ended.complained);
  CHECK(ended.code == 0);
  CHECK(ended.printed.find("compared with    2") != std::string::npos);
}

TEST_CASE("cut at any call, a backup is the one before or none, and a restore is no server") {
  if (std::system("command -v strace >/dev/null 2>&1") != 0) {
    WARN("not tested: strace is not installed");
    return;
  }
  Scene scene;
  scene.add_object(1);
  const std::string program = std::string(std::getenv("DOKAZ_BIN")) + "/dokaz-server ";
  // Killed as it enters its n-th call that opens, writes, renames, removes or syncs something.
  const auto killed_at = [&](int n, const std::string& words) {
    const std::string calls = "openat,write,pwrite64,rename,unlink,unlinkat,mkdir,fsync,syncfs,renameat,renameat2,ftruncate";
    const std::string line = "strace -qq -o /dev/null -e trace=" + calls + " -e inject=" + calls +
                             ":signal=KILL:when=" + std::to_string(n) + " " + program + words + " >/dev/null 2>&1";
    const int status = std::system(("exec " + line).c_str());
    return WIFSIGNALED(status) || WEXITSTATUS(status) == 128 + SIGKILL;
  };
  const std::string backup = "backup --data " + scene.data.string() + " " + scene.to.string();
  const std::string restore = "restore --unchecked --data " + scene.back.string() + " --key " + scene.key().string() + " " + scene.to.string();

  int cuts = 0;
  for (int n = 40; killed_at(n, backup); n += 17, ++cuts) {
    if (std::filesystem::exists(scene.to / "backup")) break;  // cut after its end
    if (std::filesystem::exists(scene.to))
      check_failure(scene.restore({"--key", scene.key(), "--unchecked"}), Errc::not_found);
  }
  CHECK(cuts >= 4);
  REQUIRE(std::filesystem::exists(scene.to / "backup"));
  REQUIRE(scene.restore({"--key", scene.key(), "--unchecked"}).code == 0);
  std::filesystem::remove_all(scene.back);

  // The next one is cut: the one before stays whole.
  scene.add_object(2);
  int later = 0;
  for (int n = 45; killed_at(n, backup); n += 29, ++later) {
    const Ended ended = scene.restore({"--key", scene.key(), "--unchecked"});
    INFO(n << ended.complained);
    REQUIRE(ended.code == 0);
    std::filesystem::remove_all(scene.back);
  }
  CHECK(later >= 3);

  int torn = 0;
  for (int n = 40; killed_at(n, restore); n += 19, ++torn) {
    if (std::filesystem::exists(scene.back / "store.db")) break;  // cut after its end
    check_failure(run_program({"run", "--data", scene.back, "--listen", "127.0.0.1:0"}), Errc::not_found);
  }
  CHECK(torn >= 4);
  check_whole(scene.back);
}

TEST_CASE("a backup onto a full disk says so, and goes on when there is room") {
  Scene scene;
  for (std::uint8_t i = 1; i < 5; ++i) scene.add_object(i, 200'000);
  std::filesystem::create_directory(scene.to);
  if (::mount("tmpfs", scene.to.c_str(), "tmpfs", 0, "size=700k,mode=0700") != 0) {
    WARN("not tested: only root can mount a small disk");
    return;
  }
  check_failure(run_program({"backup", "--data", scene.data, scene.to}), Errc::no_space);
  CHECK_FALSE(std::filesystem::exists(scene.to / "backup"));
  CHECK(::mount("tmpfs", scene.to.c_str(), "tmpfs", MS_REMOUNT, "size=4m,mode=0700") == 0);
  CHECK(scene.backup().at("objects") == 4);
  CHECK(scene.restore({"--key", scene.key(), "--unchecked"}).code == 0);
  CHECK(::umount(scene.to.c_str()) == 0);
}

}  // namespace dokaz::server
