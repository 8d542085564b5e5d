// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server backup: beside a server that runs, onto a full disk, and what stops it or does not.
#include <sys/mount.h>

#include "backup_scene.hpp"
#include "sync-server/backup/manifest.hpp"

namespace dokaz::server {

using namespace test;

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
