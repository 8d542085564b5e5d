// SPDX-License-Identifier: GPL-3.0-or-later
// Looking at what was sealed, for a time and no longer; folders that are watched; sets.
#include <catch2/catch.hpp>
#include <set>

#include "collector/take/phone.hpp"
#include "collector/take/show_item.hpp"
#include "collector/take/watch.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/object.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

constexpr std::int64_t now = noon.unix_seconds, hour = 3600;

/// An item in a window of an hour, and one that was sealed without.
struct Reviewed {
  TestCase of;
  TestVault at{of};
  Scratch out;
  Reviewed() {
    Vault vault = at.open();
    REQUIRE(vault.pass_time(now));
    SealRequest asked = request();
    asked.review = vault.begin_review(now, hour).value();
    CHECK(asked.review->until == now + hour);
    REQUIRE(seal(vault, photo("seen"), asked));
    REQUIRE(seal(vault, photo("not seen"), request()));
  }
  Errc outcome_of(Vault& vault, std::uint64_t number) {
    const auto shown = show_item(vault, number, out / ("look-" + std::to_string(++looks)));
    return shown ? static_cast<Errc>(0) : shown.code();
  }
  int looks = 0;
};

}  // namespace

TEST_CASE("Within its time an item can be looked at, and another item cannot") {
  Reviewed r;
  Vault vault = r.at.open();
  REQUIRE(vault.pass_time(now + hour - 1));
  const auto shown = show_item(vault, 1, r.out / "look").value();
  CHECK(shown.extension == "jpg");
  CHECK(to_bytes(whole_file(r.out / "look")) == all_of(*photo("seen").clean));
  CHECK(show_item(vault, 1, r.out / "look").code() == Errc::already_exists);
  CHECK(r.outcome_of(vault, 2) == Errc::review_over);
  CHECK(r.outcome_of(vault, 0) == Errc::not_found);
  CHECK(r.outcome_of(vault, 9) == Errc::not_found);
}

TEST_CASE("When the time is over the key is gone, and a clock that was set back does not bring it back") {
  Reviewed r;
  SECTION("over") { REQUIRE(r.at.open().pass_time(now + hour)); }
  SECTION("ended") { REQUIRE(r.at.open().end_reviews()); }
  SECTION("set back before the end was seen") {
    REQUIRE(r.at.open().pass_time(now + hour - 1));
    Vault vault = r.at.open();
    REQUIRE(vault.pass_time(now - 100 * hour));
    REQUIRE(r.outcome_of(vault, 1) == static_cast<Errc>(0));
    REQUIRE(vault.pass_time(now + hour));
  }
  Vault vault = r.at.open();
  REQUIRE(vault.pass_time(now - 1000 * hour));
  CHECK(r.outcome_of(vault, 1) == Errc::review_over);
  CHECK(vault.review_windows().value().empty());
}

TEST_CASE("A window that begins under a clock that was set back begins at the newest time that was seen") {
  Reviewed r;
  Vault vault = r.at.open();
  REQUIRE(vault.pass_time(now + hour / 2));
  CHECK(vault.begin_review(now - 50 * hour, hour).value().until == now + hour / 2 + hour);
  CHECK(vault.begin_review(now, 1000 * 24 * hour).value().until == now + hour / 2 + longest_review);
}

TEST_CASE("A later window does not open what an earlier one sealed") {
  Reviewed r;
  Vault vault = r.at.open();
  REQUIRE(vault.end_reviews());
  static_cast<void>(vault.begin_review(now, hour).value());
  CHECK(r.outcome_of(vault, 1) == Errc::review_over);
}

TEST_CASE("No key of a vault without a window opens an object, and a window opens the team's object alone") {
  Reviewed r;
  Vault vault = r.at.open();
  const age::Identity key = vault.review_key(1).value();
  std::size_t opened = 0;
  for (const auto& path : files_under(r.at.outbox())) {
    const auto plain = age::decrypt(bytes_of(whole_file(path)), key);
    if (!plain) continue;
    ++opened;
    CHECK(read_object(*plain).value().file_name == "clean.jpg");
  }
  CHECK(opened == 1);
}

TEST_CASE("Files of a set are bound to each other, one behind the other, all or none") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  const TakenIn front = photo("front"), back = photo("back"), detail = photo("detail");
  std::vector<SealedTogether> parts;
  for (const TakenIn* one : {&front, &back, &detail}) parts.push_back({one, request()});
  CHECK(seal_set(vault, {parts[0]}).code() == Errc::usage);
  const auto sealed = seal_set(vault, parts).value();
  REQUIRE(sealed.size() == 3);
  CHECK(sealed[2].number == 3);
  std::set<std::string> stated;
  for (const auto& path : files_under(at.outbox()))
    if (const auto plain = age::decrypt(bytes_of(whole_file(path)), of.legal)) {
      const auto facts = read_facts(read_object(*plain).value().facts).value();
      stated.insert(find_fact(facts, "set")->value_json());
    }
  REQUIRE(stated.size() == 3);
  const std::string beginning = stated.begin()->substr(0, 40);
  for (const std::string& one : stated) CHECK(one.substr(0, 40) == beginning);
  CHECK(stated.begin()->ends_with("\"of\":3,\"part\":1}"));

  // One that is there already stops all, and nothing of the others stays.
  const TakenIn side = photo("side");
  std::vector<SealedTogether> again{{&side, request()}, {&front, request()}};
  CHECK(seal_set(vault, again).code() == Errc::already_sealed);
  CHECK(vault.head().value().number() == 3);
  CHECK(at.outbox_files() == 6);
}

TEST_CASE("A file in a watched folder is given once, when it was the same at two looks") {
  const Scratch at;
  const auto write = [&](const std::string& name, std::string_view text) {
    std::ofstream(at / name, std::ios::binary | std::ios::app) << text;
  };
  FolderLooks looks(at.path());
  CHECK(looks.look().empty());
  write("a.jpg", "half");
  write("empty.jpg", "");
  CHECK(looks.look().empty());
  CHECK(looks.some_wait());
  write("a.jpg", " and more");
  CHECK(looks.look().empty());
  CHECK(looks.look() == std::vector<std::string>{at / "a.jpg"});
  CHECK(looks.look().empty());
  std::filesystem::create_directory(at / "inner");
  write("inner/b.jpg", "whole");
  CHECK(looks.look().empty());
  CHECK(looks.look() == std::vector<std::string>{at / "inner/b.jpg"});
  std::filesystem::remove(at / "a.jpg");
  CHECK(looks.look().empty());
  write("a.jpg", "another");
  CHECK(looks.look().empty());
  CHECK(looks.look() == std::vector<std::string>{at / "a.jpg"});
}

TEST_CASE("The bell of a folder rings when a file comes, also in a folder that came later") {
  const Scratch at;
  FolderBell bell = FolderBell::on(at.path());
  std::filesystem::create_directory(at / "inner");
  bell.wait(std::chrono::minutes(1));
  std::ofstream(at / "inner/file") << "x";
  bell.wait(std::chrono::minutes(1));
  bell.wait(std::chrono::milliseconds(1));
}

TEST_CASE("The folders of phones and cards are found where systems mount them") {
  const Scratch at;
  std::filesystem::create_directories(at / "card/DCIM/100CANON");
  std::filesystem::create_directories(at / "phone/Internal storage/dcim");
  std::filesystem::create_directories(at / "disk/a/b/c/DCIM");
  std::filesystem::create_directories(at / "disk/pictures");
  std::filesystem::create_directory_symlink(at / "card", at / "link");
  const auto found = find_dcim({at.path(), at / "none"});
  CHECK(found == std::vector<std::filesystem::path>{at / "card/DCIM", at / "phone/Internal storage/dcim"});
}
