// SPDX-License-Identifier: GPL-3.0-or-later
// What lies beside a photo, and what is taken as it is: found by name, judged by content, never followed.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "collector/intake/beside.hpp"
#include "proto/format/object.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using dokaz::test::Scratch;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a sidecar has the photo's name, with its extension or without, in capitals or not") {
  Scratch at;
  for (const char* name : {"IMG_1.jpg", "IMG_1.XMP", "img_1.JPG.xmp", "IMG_1.aae", "IMG_10.xmp", "IMG_1.jpg.xmp.bak",
                           "other.thm", ".xmp", "xmp"})
    put(at / name, "x");
  SidecarFinder finder;
  CHECK(finder.beside(at / "IMG_1.jpg") == Names{"IMG_1.aae", "img_1.JPG.xmp", "IMG_1.XMP"});
  CHECK(finder.beside(at / "IMG_10.heic") == Names{"IMG_10.xmp"});
  CHECK(finder.beside(at / "OTHER.MP4") == Names{"other.thm"});
  CHECK(finder.beside(at / "IMG_2.jpg").empty());
  CHECK(finder.beside(at / "IMG_1.XMP").empty());
  CHECK(finder.beside(at / "nowhere" / "IMG_1.jpg").empty());
  CHECK(finder.beside("").empty());
}

TEST_CASE("of each kind one sidecar is read, in the order of an object") {
  Scratch at;
  put(at / "a.xmp", "short name");
  put(at / "a.jpg.xmp", "long name");
  put(at / "a.aae", "edits");
  SidecarFinder finder;
  const auto sidecars = read_sidecars(at / "a.jpg", finder.beside(at / "a.jpg")).value();
  REQUIRE(sidecars.size() == 2);
  CHECK(sidecars[0].kind == "aae");
  CHECK(sidecars[1].name == "a.jpg.xmp");
  CHECK(text_of(sidecars[1].content) == "long name");
}

TEST_CASE("a sidecar that is a link, a pipe or a folder is none; one that is empty or too large is refused") {
  Scratch at;
  put(at / "secret", "not beside");
  fs::create_symlink(at / "secret", at / "a.xmp");
  REQUIRE(::mkfifo((at / "a.aae").c_str(), 0600) == 0);
  fs::create_directory(at / "a.thm");
  CHECK(SidecarFinder().beside(at / "a.jpg").empty());
  for (const char* name : {"a.xmp", "a.aae", "a.thm"})
    CHECK(read_sidecars(at / "a.jpg", {name}).code() == Errc::not_regular_file);
  put(at / "b.xmp", "");
  CHECK(read_sidecars(at / "b.jpg", {"b.xmp"}).code() == Errc::empty_file);
  put(at / "b.xmp", std::string(max_sidecar_size + 1, 'x'));
  CHECK(read_sidecars(at / "b.jpg", {"b.xmp"}).code() == Errc::too_large);
}

TEST_CASE("what was refused is taken whole, its extension by its content") {
  Scratch at;
  const Error refused = fail(Errc::malformed_media, "why");
  const auto extension = [&](std::string_view content) {
    put(at / "photo.jpg", content);
    return read_uncleaned(at / "photo.jpg", refused, 1000).value().extension;
  };
  CHECK(extension(std::string_view("PK\x03\x04 and so on")) == "zip");
  CHECK(extension(std::string_view("\x89PNG\r\n\x1a\n and nothing")) == "png");
  CHECK(extension("fLaC and so on") == "flac");
  CHECK(extension("a letter") == "bin");
  const UncleanedFile file = read_uncleaned(at / "photo.jpg", refused, 1000).value();
  CHECK(text_of(file.original->bytes(0, file.original->size()).value()) == "a letter");
  CHECK(file.refusal.detail == "why");

  CHECK(read_uncleaned(at / "photo.jpg", refused, 7).code() == Errc::too_large);
  CHECK(read_uncleaned(at / "none", refused, 7).code() == Errc::not_found);
  fs::create_symlink(at / "photo.jpg", at / "link");
  REQUIRE(::mkfifo((at / "pipe").c_str(), 0600) == 0);
  for (const char* name : {"link", "pipe", "."})
    CHECK(read_uncleaned(at / name, refused, 1000).code() == Errc::not_regular_file);
  put(at / "empty", "");
  CHECK(read_uncleaned(at / "empty", refused, 1000).code() == Errc::empty_file);
}
