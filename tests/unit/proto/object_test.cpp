// SPDX-License-Identifier: GPL-3.0-or-later
// Objects: a tar that hides its size, read by tar itself and by nobody loosely.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "proto/format/object.hpp"

using namespace dokaz;

namespace {

ObjectContent sample(std::size_t facts, std::size_t file, std::string name = "clean.jpg") {
  return {Bytes(facts, 'f'), std::move(name), Bytes(file, 'x')};
}

}  // namespace

TEST_CASE("a name that an object cannot hold is refused") {
  for (const char* bad : {"", "facts", "clean.", "clean.jpegxl", "clean.JPG", "clean", "clean.j/g", "../x", "recovery.bin",
                          "clean.a.b", "original.", "original.JPG", "sidecar.xmp"})
    CHECK(write_object(sample(1, 1, bad)).code() == Errc::malformed);
  for (const char* good : {"recovery", "clean.jpg", "clean.webp", "clean.x", "clean.heics", "clean.3gp", "original.bin"})
    CHECK(read_object(write_object(sample(1, 1, good)).value())->file_name == good);
}

TEST_CASE("Padmé rounds up by less than an eighth and never down") {
  const std::uint64_t pairs[][2] = {{0, 0}, {1, 1}, {2, 2}, {3, 3}, {8, 8}, {9, 10}, {1024, 1024}, {1025, 1088},
                                    {100000, 100352}, {1u << 20, 1u << 20}, {(1u << 20) + 1, (1u << 20) + (1u << 15)}};
  for (const auto& [length, padded] : pairs) CHECK(padme(length) == padded);
  for (std::uint64_t length = 1; length < 100000; length += 7) {
    CHECK(padme(length) >= length);
    CHECK((padme(length) - length) * 100 <= length * 12);
    CHECK(padme(padme(length)) == padme(length));
  }
}

TEST_CASE("what is written is read, at every border of a block") {
  for (std::size_t facts : {0, 1, 511, 512, 513})
    for (std::size_t file : {0, 1, 511, 512, 513, 5000, 70000}) {
      const ObjectContent content = sample(facts, file);
      const Bytes object = write_object(content).value();
      CHECK(object.size() % 512 == 0);
      const auto read = read_object(object).value();
      CHECK(read.facts == content.facts);
      CHECK(read.file == content.file);
    }
}

TEST_CASE("sidecars stand in one order, each kind once, and never beside a clean copy") {
  const auto with = [](std::string name, std::vector<SidecarMember> sidecars) {
    ObjectContent content = sample(10, 600, std::move(name));
    content.sidecars = std::move(sidecars);
    return content;
  };
  const SidecarMember aae{"aae", Bytes(700, 'a')}, thm{"thm", Bytes(1, 't')}, xmp{"xmp", Bytes(512, 'x')};
  for (const std::vector<SidecarMember>& sidecars :
       {std::vector{xmp}, std::vector{aae, xmp}, std::vector{aae, thm, xmp}, std::vector<SidecarMember>{}})
    for (const char* name : {"recovery", "original.dng"}) {
      const auto read = read_object(write_object(with(name, sidecars)).value()).value();
      CHECK(read.file_name == name);
      CHECK(read.sidecars == sidecars);
    }
  for (const std::vector<SidecarMember>& sidecars :
       {std::vector{xmp, aae}, std::vector{xmp, xmp}, std::vector{SidecarMember{"jpg", Bytes(1, 'j')}},
        std::vector{SidecarMember{"xmp", {}}}})
    CHECK(write_object(with("recovery", sidecars)).code() == Errc::malformed);
  CHECK(write_object(with("clean.jpg", {xmp})).code() == Errc::malformed);
  CHECK(write_object(with("recovery", {{"xmp", Bytes(max_sidecar_size + 1, 'x')}})).code() == Errc::too_large);
  CHECK(write_object(with("recovery", {{"xmp", Bytes(max_sidecar_size, 'x')}})));
}

TEST_CASE("sizes within one step cannot be told apart") {
  CHECK(write_object(sample(1, 100000)).value().size() == write_object(sample(1, 100900)).value().size());
}

TEST_CASE("every byte of an object that is not content matters") {
  const Bytes object = write_object(sample(10, 20, "recovery")).value();
  const auto in_content = [](std::size_t i) { return (i >= 512 && i < 522) || (i >= 1536 && i < 1556); };
  for (std::size_t i = 0; i < object.size(); ++i)
    for (int flip : {0x01, 0x08, 0x20, 0x80}) {
      Bytes changed = object;
      changed[i] = static_cast<Byte>(changed[i] ^ flip);
      CHECK(read_object(changed).has_value() == in_content(i));
    }
}

TEST_CASE("an object that is cut or longer is refused") {
  const Bytes object = write_object(sample(10, 600)).value();
  for (std::size_t size = 0; size < object.size(); size += 64)
    CHECK(read_object(ByteView(object).first(size)).code() == Errc::malformed);
  Bytes longer = object;
  longer.resize(longer.size() + 512);
  CHECK(read_object(longer).code() == Errc::malformed);
}

TEST_CASE("tar lists an object") {
  std::string pattern = std::filesystem::temp_directory_path() / "dokaz-object-XXXXXX";
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  const std::filesystem::path folder = pattern;
  const auto path = folder / "object.tar";
  const Bytes object = write_object(sample(10, 600)).value();
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(object.data()),
                                              static_cast<std::streamsize>(object.size()));
  const std::string command = "tar --numeric-owner --utc --full-time -tvf " + path.string() + " 2>&1";
  std::string said;
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
  CHECK(pclose(pipe) == 0);
  CHECK(said ==
        "-rw------- 0/0              10 1970-01-01 00:00:00 facts\n"
        "-rw------- 0/0             600 1970-01-01 00:00:00 clean.jpg\n");
  std::filesystem::remove_all(folder);
}
