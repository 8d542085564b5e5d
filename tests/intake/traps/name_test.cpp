// SPDX-License-Identifier: GPL-3.0-or-later
// Names that lie, names that programs take for something else, and things that are no files.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/intake/traps/marker_search.hpp"
#include "tests/unit/collector/intake_pictures.hpp"
#include "tests/unit/collector/intake_scratch.hpp"
#include "tests/unit/collector/intake_tiff.hpp"

using namespace dokaz;
using namespace dokaz::test;

TEST_CASE("the content decides, whatever the name says") {
  const Intake intake(worker_program());
  const Scratch scratch;
  const Bytes jpeg = Jpeg{.app = segment(0xfe, text(canary))}.bytes(), png = Png{.trailer = text(canary)}.bytes(),
              tiff = Tiff{.trailer = text(canary)}.bytes();
  struct Row {
    std::string name;
    const Bytes& content;
    std::string media_type;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"png.jpg", png, "image/png"},   {"jpeg.png", jpeg, "image/jpeg"}, {"jpeg.heic", jpeg, "image/jpeg"},
           {"tiff.jpg", tiff, "image/tiff"}, {"jpeg.tif", jpeg, "image/jpeg"}, {"jpeg.mp4", jpeg, "image/jpeg"},
           {"jpeg.txt", jpeg, "image/jpeg"}, {"jpeg", jpeg, "image/jpeg"},     {".jpg", jpeg, "image/jpeg"},
           {"-", jpeg, "image/jpeg"},        {"-all=.jpg", jpeg, "image/jpeg"}, {"--help", jpeg, "image/jpeg"},
           {"a\nb.jpg", jpeg, "image/jpeg"}, {"a b'\"$(touch x).jpg", jpeg, "image/jpeg"}, {"http:", jpeg, "image/jpeg"},
           {"data:image", jpeg, "image/jpeg"}, {"\xff\xfe.jpg", jpeg, "image/jpeg"}, {std::string(250, 'x'), jpeg, "image/jpeg"}}) {
    INFO(row.name);
    const auto taken = intake.take(scratch.write(row.name, row.content));
    REQUIRE(taken);
    CHECK(taken->media_type == row.media_type);
    CHECK(form_of_marker(all_of(*taken->clean)) == "");
  }
  const auto heic_by_name = intake.take(scratch.write("heic.jpg", text("\0\0\0\x18" "ftypheic\0\0\0\0mif1heic"sv)));
  CHECK_FALSE(heic_by_name);
}

TEST_CASE("an address is a name of a file, and nothing is fetched") {
  const Intake intake(worker_program());
  for (const char* address : {"http://localhost/photo.jpg", "file:///etc/passwd", "ftp://localhost/x", "-", "|cat", ""})
    CHECK(intake.take(address).code() == Errc::not_found);
}

TEST_CASE("what is no file is not opened") {
  const Intake intake(worker_program());
  const Scratch scratch;
  const auto photo = scratch.write("photo.jpg", Jpeg{}.bytes());
  const auto link = scratch.path() / "link.jpg", dangling = scratch.path() / "dangling.jpg", loop = scratch.path() / "loop.jpg",
             fifo = scratch.path() / "fifo.jpg", socket_at = scratch.path() / "socket.jpg";
  std::filesystem::create_symlink(photo, link);
  std::filesystem::create_symlink(scratch.path() / "nothing", dangling);
  std::filesystem::create_symlink(loop, loop);
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy_n(socket_at.c_str(), std::min(socket_at.string().size() + 1, sizeof address.sun_path), address.sun_path);
  REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  for (const auto& path : {link, dangling, loop, fifo, socket_at, scratch.path(), std::filesystem::path("/dev/null"),
                           std::filesystem::path("/dev/zero"), std::filesystem::path("/proc/self/fd")}) {
    INFO(path);
    CHECK(intake.take(path).code() == Errc::not_regular_file);
  }
  close(listener);
  CHECK(intake.take(scratch.path() / "missing.jpg").code() == Errc::not_found);
  CHECK(intake.take(photo / "beneath.jpg").code() == Errc::not_found);
  CHECK(intake.take(scratch.write("empty.jpg", {})).code() == Errc::empty_file);
}
