// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server restore: all that was acknowledged, nothing that was changed, and never behind the log.
#include "backup_scene.hpp"
#include "sync-server/backup/manifest.hpp"

namespace dokaz::server {

using namespace test;

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
  check_failure(scene.restore({"--key", scene.key()}), Errc::policy_unmet);
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

}  // namespace dokaz::server
