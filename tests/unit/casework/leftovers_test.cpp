// SPDX-License-Identifier: GPL-3.0-or-later
// What nobody may find: decrypted files of a run that was killed, or that had no room.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <functional>

#include "casework/casefile/write_item.hpp"
#include "tests/unit/casework/small_exhibit.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using namespace dokaz::small;
using dokaz::test::FullDisk;
using dokaz::test::Scratch;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t room = 4096;

OpenItem two_files() {
  OpenItem item;
  item.clean = ShownFile{"jpg", Bytes(room / 2, 'c')};
  item.original = {"jpg", Bytes(room * 4, 'o')};
  return item;
}

BagFiles big_exhibit() {
  BagFiles files = make_exhibit().files;
  files["data/item/clean.jpg"] = Bytes(room * 100, 'c');
  return files;
}

/// Runs `work` in another process, which dies of the first file that grows past `room`.
bool killed_by_file_size(const std::function<void()>& work, rlim_t bytes) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_DFL);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    work();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ;
}

std::size_t names_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("an item that has no room leaves neither file nor folder") {
  Scratch scratch;
  {
    const FullDisk full(room);
    const auto written = write_item(two_files(), scratch / "opened");
    REQUIRE_FALSE(written);
    CHECK(written.code() == Errc::no_space);
  }
  CHECK(scratch.entries() == 0);
  CHECK(write_item(two_files(), scratch / "opened"));
  CHECK(names_in(scratch / "opened") == 2);
}

TEST_CASE("an item whose opening cannot be stated is not written, and one that is not written is not stated") {
  Scratch scratch;
  int stated = 0;
  const auto state = [&](Errc ends_with) {
    return [&stated, ends_with]() -> Status {
      ++stated;
      return ends_with == Errc{} ? Status() : Status(ends_with);
    };
  };
  CHECK(write_item(two_files(), scratch / "opened", {}, state(Errc::io_error)).code() == Errc::io_error);
  CHECK(scratch.entries() == 0);
  {
    const FullDisk full(room);
    CHECK(write_item(two_files(), scratch / "opened", {}, state(Errc{})).code() == Errc::no_space);
  }
  CHECK(stated == 1);
  CHECK(write_item(two_files(), scratch / "opened", {}, state(Errc{})));
  CHECK(stated == 2);
}

TEST_CASE("an item is written into a folder whose place is there, and nowhere else") {
  Scratch scratch;
  CHECK(write_item(two_files(), scratch / "stick/opened").code() == Errc::not_found);
  CHECK(nothing_in_the_way(two_files(), scratch / "stick/opened/").code() == Errc::not_found);
  CHECK(scratch.entries() == 0);
  CHECK(nothing_in_the_way(two_files(), scratch / "opened/"));
}

TEST_CASE("what a killed opening left is gone after the next one") {
  Scratch scratch;
  const fs::path folder = scratch / "opened";
  CHECK(killed_by_file_size([&] { (void)write_item(two_files(), folder); }, room));
  CHECK(names_in(folder) == 2);  // both under temporary names: the fault that is mended next
  CHECK_FALSE(fs::exists(folder / "clean.jpg"));
  REQUIRE(write_item(two_files(), folder));
  CHECK(names_in(folder) == 2);
  CHECK(fs::exists(folder / "clean.jpg"));
  CHECK(fs::exists(folder / "original.jpg"));
}

TEST_CASE("opening removes nothing that is somebody else's") {
  Scratch scratch;
  const fs::path folder = scratch / "opened";
  must(make_private_folder(folder));
  for (const std::string name : {".pending-1700000000-holiday.jpg", ".pending-00", "note.txt"})
    must(create_file_durably(folder / name, bytes_of("mine")));
  must(create_file_durably(folder / "original.jpg", bytes_of("mine")));
  const auto written = write_item(two_files(), folder);
  REQUIRE_FALSE(written);
  CHECK(written.code() == Errc::already_exists);
  CHECK(names_in(folder) == 4);
  CHECK_FALSE(fs::exists(folder / "clean.jpg"));
}

TEST_CASE("an exhibit that has no room leaves nothing") {
  Scratch scratch;
  {
    const FullDisk full(room * 50);
    const Status written = write_exhibit(big_exhibit(), scratch / "exhibit");
    REQUIRE_FALSE(written);
    CHECK(written.code() == Errc::no_space);
  }
  CHECK(scratch.entries() == 0);
}

TEST_CASE("what a killed export left is gone after the next one of that name") {
  Scratch scratch;
  fs::create_directory(scratch / ".exhibit.backup");   // not ours
  fs::create_directory(scratch / ".exhibit.pending-");  // not ours either
  CHECK(killed_by_file_size([&] { (void)write_exhibit(big_exhibit(), scratch / "exhibit"); }, room * 50));
  CHECK(scratch.entries() == 3);
  CHECK_FALSE(fs::exists(scratch / "exhibit"));
  SECTION("also if the next one fails") {
    const FullDisk full(room * 50);
    CHECK_FALSE(write_exhibit(big_exhibit(), scratch / "exhibit"));
    CHECK(scratch.entries() == 2);
  }
  SECTION("and if it succeeds") {
    REQUIRE(write_exhibit(big_exhibit(), scratch / "exhibit"));
    CHECK(scratch.entries() == 3);
    CHECK(fs::exists(scratch / "exhibit/verify.sh"));
  }
}

TEST_CASE("an export that is still running keeps its files") {
  Scratch scratch;
  fs::create_directory(scratch / ".exhibit.pending-abcdef");
  const File running = File::adopt(::open((scratch / ".exhibit.pending-abcdef").c_str(), O_RDONLY | O_DIRECTORY));
  REQUIRE(::flock(running.descriptor(), LOCK_EX) == 0);
  REQUIRE(write_exhibit(big_exhibit(), scratch / "exhibit"));
  CHECK(fs::exists(scratch / ".exhibit.pending-abcdef"));
}
