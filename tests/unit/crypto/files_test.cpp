// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include "crypto/files.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using dokaz::test::FullDisk;
using dokaz::test::Scratch;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}
Bytes content(const fs::path& path) { return read_file(path, 1 << 20).value(); }

}  // namespace

TEST_CASE("what is not an ordinary file is not read") {
  const Scratch here;
  REQUIRE(write_file_durably(here / "real", bytes_of("x")));
  fs::create_symlink(here / "real", here / "link");
  fs::create_directory(here / "folder");
  REQUIRE(::mkfifo((here / "pipe").c_str(), 0600) == 0);
  for (const char* name : {"link", "folder", "pipe"}) {
    INFO(name);
    CHECK(read_file(here / name, 10).code() == Errc::not_regular_file);
  }
  CHECK(read_file("/dev/zero", 10).code() == Errc::not_regular_file);
  CHECK(read_file(here / "absent", 10).code() == Errc::not_found);
  CHECK(read_file(here / "real/under", 10).code() == Errc::not_found);
  CHECK(read_file(here / "link", 10, Links::follow).value() == to_bytes("x"));
}

TEST_CASE("a file larger than the cap is not read") {
  const Scratch here;
  REQUIRE(write_file_durably(here / "f", bytes_of("12345")));
  CHECK(read_file(here / "f", 4).code() == Errc::too_large);
  CHECK(read_file(here / "f", 5).value() == to_bytes("12345"));
  REQUIRE(write_file_durably(here / "f", {}));
  CHECK(read_file(here / "f", 0).value().empty());
}

TEST_CASE("a full disk leaves the old file and nothing else") {
  const Scratch here;
  REQUIRE(write_file_durably(here / "f", bytes_of("old")));
  {
    const FullDisk full(1000);
    CHECK(write_file_durably(here / "f", Bytes(2000, 'n')).code() == Errc::no_space);
    CHECK(create_file_durably(here / "g", Bytes(2000, 'n')).code() == Errc::no_space);
  }
  CHECK(content(here / "f") == to_bytes("old"));
  CHECK(here.entries() == 1);
}

TEST_CASE("a name that is taken is not overwritten by create") {
  const Scratch here;
  REQUIRE(create_file_durably(here / "f", bytes_of("first")));
  CHECK(create_file_durably(here / "f", bytes_of("second")).code() == Errc::already_exists);
  CHECK(content(here / "f") == to_bytes("first"));
  fs::create_symlink(here / "nowhere", here / "dangling");
  CHECK(create_file_durably(here / "dangling", bytes_of("x")).code() == Errc::already_exists);
  CHECK_FALSE(fs::exists(here / "nowhere"));
  CHECK(here.entries() == 2);
}

TEST_CASE("a link is replaced, never written through") {
  const Scratch here;
  REQUIRE(write_file_durably(here / "target", bytes_of("keep")));
  fs::create_symlink(here / "target", here / "f");
  REQUIRE(write_file_durably(here / "f", bytes_of("new")));
  CHECK(content(here / "target") == to_bytes("keep"));
  CHECK(content(here / "f") == to_bytes("new"));
  CHECK(File::open(here / "target", File::Access::create_new).code() == Errc::already_exists);
}

TEST_CASE("a folder in the place of the file is a failure that leaves nothing behind") {
  const Scratch here;
  fs::create_directory(here / "f");
  CHECK(write_file_durably(here / "f", bytes_of("x")).code() == Errc::not_regular_file);
  CHECK(write_file_durably(here / "absent/f", bytes_of("x")).code() == Errc::not_found);
  CHECK(here.entries() == 1);
}

TEST_CASE("files are 0600 and folders 0700 whatever the umask says") {
  const Scratch here;
  for (mode_t mask : {mode_t{0}, mode_t{0277}}) {
    const mode_t before = ::umask(mask);
    const Status written = write_file_durably(here / "f", bytes_of("x"));
    ::umask(before);
    REQUIRE(written);
    CHECK(mode_of(here / "f") == 0600);
  }
  REQUIRE(write_file_durably(here / "public", bytes_of("x"), 0644));
  CHECK(mode_of(here / "public") == 0644);

  REQUIRE(make_private_folder(here / "a/b/c/"));
  CHECK(mode_of(here / "a") == 0700);
  CHECK(mode_of(here / "a/b/c") == 0700);
  fs::permissions(here / "a/b/c", fs::perms::all);
  REQUIRE(make_private_folder(here / "a/b/c"));
  CHECK(mode_of(here / "a/b/c") == 0700);
}

TEST_CASE("a folder that others may share is left as it is") {
  const Scratch here;
  fs::create_directory(here / "shared");
  REQUIRE(write_file_durably(here / "shared/theirs", bytes_of("x"), 0644));
  fs::permissions(here / "shared", fs::perms(0755));
  CHECK(make_private_folder(here / "shared").code() == Errc::already_exists);
  CHECK(mode_of(here / "shared") == 0755);
  fs::permissions(here / "shared", fs::perms(0700));
  CHECK(make_private_folder(here / "shared"));
  fs::permissions(here / "shared", fs::perms(0755));
  REQUIRE(make_inner_folder(here / "shared"));
  CHECK(mode_of(here / "shared") == 0700);
}

TEST_CASE("a private folder is not made where something else is") {
  const Scratch here;
  REQUIRE(write_file_durably(here / "f", bytes_of("x")));
  fs::create_directory(here / "real");
  fs::create_directory_symlink(here / "real", here / "link");
  CHECK(make_private_folder(here / "f").code() == Errc::not_regular_file);
  CHECK(make_private_folder(here / "link").code() == Errc::not_regular_file);
}

TEST_CASE("a pending file is seen by nobody until it is complete, and leaves nothing when dropped") {
  const Scratch here;
  {
    auto pending = PendingFile::start(here / "f").value();
    REQUIRE(pending.append(bytes_of("half")));
    CHECK_FALSE(fs::exists(here / "f"));
    CHECK(here.entries() == 1);
  }
  CHECK(here.entries() == 0);
  auto pending = PendingFile::start(here / "f").value();
  REQUIRE(pending.append(bytes_of("who")));
  REQUIRE(pending.append(bytes_of("le")));
  REQUIRE(pending.create());
  CHECK(content(here / "f") == to_bytes("whole"));
  CHECK(here.entries() == 1);
}

TEST_CASE("a pending file may learn its name at the end, but never one with folders") {
  const Scratch here;
  auto pending = PendingFile::start_in(here.path()).value();
  REQUIRE(pending.append(bytes_of("whole")));
  for (const char* bad : {"", ".", "..", "a/b", "/a"}) CHECK(pending.create_as(bad).code() == Errc::not_regular_file);
  CHECK(here.entries() == 1);
  REQUIRE(pending.create_as("f"));
  CHECK(content(here / "f") == to_bytes("whole"));
  CHECK(here.entries() == 1);
  auto second = PendingFile::start_in(here.path()).value();
  CHECK(second.create_as("f").code() == Errc::already_exists);
}

TEST_CASE("what an interrupted writer left is removed, and only that") {
  const Scratch here;
  REQUIRE(write_file_durably(here / ".pending-00112233445566778899aabbccddeeff", bytes_of("left")));
  REQUIRE(write_file_durably(here / "kept", bytes_of("kept")));
  REQUIRE(write_file_durably(here / ".pending-0011", bytes_of("somebody's")));
  REQUIRE(remove_leftovers(here.path()));
  CHECK(here.entries() == 2);
  CHECK(content(here / "kept") == to_bytes("kept"));
}

TEST_CASE("one lock at a time") {
  const Scratch here;
  {
    const auto lock = FolderLock::take(here.path()).value();
    CHECK(FolderLock::take(here.path()).code() == Errc::busy);
  }
  CHECK(FolderLock::take(here.path()));
  CHECK(FolderLock::take(here / "absent").code() == Errc::not_found);
  const Scratch other;
  fs::create_symlink(here / "elsewhere", other / ".lock");
  CHECK(FolderLock::take(other.path()).code() == Errc::not_regular_file);
  CHECK_FALSE(fs::exists(here / "elsewhere"));
}

TEST_CASE("reading and writing at places") {
  const Scratch here;
  auto file = File::open(here / "f", File::Access::create_new).value();
  REQUIRE(file.append(bytes_of("hello ")));
  REQUIRE(file.append(bytes_of("there")));
  REQUIRE(file.write_at(bytes_of("J"), 0));
  REQUIRE(file.sync());
  Bytes some(20);
  CHECK(file.read_at(some, 6).value() == 5);
  CHECK(text_of(ByteView(some).first(5)) == "there");
  CHECK(file.read_exactly_at(some, 0).code() == Errc::io_error);
  CHECK(file.size().value() == 11);
  REQUIRE(file.truncate(1));
  CHECK(content(here / "f") == to_bytes("J"));
  CHECK(remove_file_durably(here / "f"));
  CHECK(remove_file_durably(here / "f").code() == Errc::not_found);
}
