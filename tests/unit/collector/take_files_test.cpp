// SPDX-License-Identifier: GPL-3.0-or-later
// Files before they are taken in and after: which ones were given, and how they are removed.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "collector/take/consume.hpp"
#include "collector/take/given.hpp"
#include "collector/take/known_originals.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

void write(const Path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

Result<bool> held(const Sha256&) { return true; }

}  // namespace

TEST_CASE("A folder stands for the files in it and below, and what is passed over is counted") {
  const Scratch at;
  std::filesystem::create_directories(at / "card/DCIM/100");
  std::filesystem::create_directories(at / "card/.hidden");
  std::filesystem::create_directories(at / "card/LOST.DIR");
  for (const char* name : {"card/b.jpg", "card/a.jpg", "card/a.XMP", "card/alone.xmp", "card/.secret.jpg", "card/Thumbs.db",
                           "card/DCIM/100/c.jpg", "card/.hidden/d.jpg", "single.jpg"})
    write(at / name, "x");
  std::filesystem::create_symlink(at / "single.jpg", at / "card/link.jpg");
  std::filesystem::create_directory_symlink(at.path(), at / "card/DCIM/round");
  REQUIRE(::mkfifo((at / "card/pipe.jpg").c_str(), 0600) == 0);

  const Given given = files_given({at / "single.jpg", at / "card", at / "nowhere", at / "card/link.jpg"});
  std::vector<std::string> expected;
  for (const char* name : {"single.jpg", "card/a.jpg", "card/alone.xmp", "card/b.jpg", "card/DCIM/100/c.jpg", "nowhere",
                           "card/link.jpg"})
    expected.push_back(at / name);
  CHECK(given.files == expected);
  CHECK(given.unreadable.empty());
  CHECK(given.passed_over.hidden == 4);
  CHECK(given.passed_over.links == 2);
  CHECK(given.passed_over.special == 1);
  CHECK(given.passed_over.sidecars == 1);
}

TEST_CASE("A folder that is too deep is named and not walked for ever") {
  const Scratch at;
  Path deep = at / "deep";
  for (int i = 0; i < 70; ++i) deep /= "d";
  std::filesystem::create_directories(deep);
  CHECK(files_given({at / "deep"}).unreadable.size() == 1);
}

TEST_CASE("A source is removed only where its bytes are held, and it is ours alone") {
  const TestCase of;
  const TestVault vault(of);
  const Vault opened = vault.open();
  const Consumer consumer(opened);
  const Scratch at;
  const Path file = at / "photo.jpg";
  const std::string content = "first" + std::string(10'000, 'p');
  write(file, content);

  SECTION("not held") {
    CHECK(consumer.remove(file, [](const Sha256&) -> Result<bool> { return false; }).code() == Errc::io_error);
    CHECK(whole_file(file) == content);
  }
  SECTION("asked about its own bytes") {
    CHECK(consumer.remove(file, [&](const Sha256& hash) -> Result<bool> { return hash == sha256(content); }));
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK(at.entries() == 0);
  }
  SECTION("a second name") {
    std::filesystem::create_hard_link(file, at / "second");
    CHECK(consumer.remove(file, held).code() == Errc::io_error);
    CHECK(whole_file(at / "second") == content);
  }
  SECTION("a link") {
    std::filesystem::create_symlink(file, at / "link");
    CHECK(consumer.remove(at / "link", held).code() == Errc::not_regular_file);
    CHECK(whole_file(file) == content);
  }
  SECTION("short") {
    write(file, "x");
    CHECK(consumer.remove(file, held));
    CHECK_FALSE(std::filesystem::exists(file));
  }
}

TEST_CASE("A removal that was cut is recognised and finished, by its own vault alone") {
  const TestCase of;
  const TestVault vault(of), other(of);
  const Vault opened = vault.open(), stranger = other.open();
  const Consumer consumer(opened);
  const Scratch at;
  for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, std::size_t{700'000}}) {
    const Path file = at / "photo.jpg", kept = at / "kept";
    write(file, std::string(size, 'p'));
    CHECK_FALSE(consumer.is_begun(file));
    // What is overwritten stays under this name: a link that is made while the bytes are being judged.
    CHECK(consumer.remove(file, [&](const Sha256&) -> Result<bool> {
      std::filesystem::create_hard_link(file, kept);
      return true;
    }));
    CHECK(whole_file(kept).find("ppp") == std::string::npos);
    CHECK(consumer.is_begun(kept));
    CHECK_FALSE(Consumer(stranger).is_begun(kept));
    CHECK(Consumer(stranger).finish(kept).code() == Errc::io_error);
    CHECK(consumer.finish(kept));
    CHECK(at.entries() == 0);
  }
}

TEST_CASE("A file that became an item is recognised by its bytes, and nothing else is") {
  const TestCase of;
  const TestVault at(of);
  Vault vault = at.open();
  REQUIRE(seal(vault, photo("a picture"), request()));
  const UncleanedFile uncleaned{HeldBytes::of(to_bytes("a film")), "avi", fail(Errc::unsupported_media)};
  REQUIRE(seal_uncleaned(vault, uncleaned, request()));
  const KnownOriginals known = KnownOriginals::of(vault).value();
  const Scratch files;
  write(files / "same", "a picture");
  write(files / "other", "a picturE");
  write(files / "film", "a film");
  CHECK(known.recognise(files / "same") == sha256("a picture"));
  CHECK_FALSE(known.recognise(files / "other"));
  CHECK_FALSE(known.recognise(files / "film"));
  CHECK(known.recognise_uncleaned(files / "film") == sha256("a film"));
  CHECK_FALSE(known.recognise_uncleaned(files / "same"));
  CHECK_FALSE(known.recognise(files / "none"));
}
