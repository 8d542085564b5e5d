// SPDX-License-Identifier: GPL-3.0-or-later
// Recovery: refused when cut or lying, exact when whole, and readable by another VCDIFF program.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "proto/format/recovery.hpp"
#include "proto/format/vcdiff.hpp"

using namespace dokaz;

namespace {

Bytes noise(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  Bytes out(size);
  for (Byte& byte : out) byte = static_cast<Byte>(random());
  return out;
}

struct Script {
  Bytes clean, original;
  std::vector<RecoveryStep> steps;
};

/// Copies from anywhere and literals, of sizes about every border of the code table.
Script script(std::uint32_t seed, std::size_t clean_size, int count) {
  std::mt19937 random(seed);
  Script out;
  out.clean = noise(clean_size, seed + 1);
  const std::size_t sizes[] = {1, 3, 4, 16, 17, 18, 19, 127, 128, 300, 5000};
  for (int i = 0; i < count; ++i) {
    const std::size_t size = std::min(sizes[random() % std::size(sizes)], clean_size);
    if (random() % 2) {
      const std::size_t offset = random() % (clean_size - size + 1);
      out.steps.push_back(RecoveryStep::copy(offset, size));
      append(out.original, ByteView(out.clean).subspan(offset, size));
    } else {
      append(out.original, noise(size, static_cast<std::uint32_t>(random())));
      out.steps.push_back(RecoveryStep::literal(size));
    }
  }
  return out;
}

/// A header and one window with the given fields, to lie in one of them at a time.
struct Forged {
  Byte indicator = vcdiff::win_source;
  std::uint64_t source_size = 8, source_at = 0, target = 6;
  Byte compressed = 0;
  Bytes data{'x', 'y'};
  Bytes instructions{3, 20};  // ADD 2, COPY 4 from itself
  Bytes addresses{4};
  std::int64_t delta_lie = 0;

  Bytes bytes() const {
    Bytes body;
    vcdiff::put_number(body, target);
    body.push_back(compressed);
    for (const Bytes* part : {&data, &instructions, &addresses}) vcdiff::put_number(body, part->size());
    for (const Bytes* part : {&data, &instructions, &addresses}) append(body, *part);
    Bytes out = to_bytes(ByteView(vcdiff::file_header));
    out.push_back(indicator);
    if (indicator & 3) {
      vcdiff::put_number(out, source_size);
      vcdiff::put_number(out, source_at);
    }
    vcdiff::put_number(out, body.size() + static_cast<std::uint64_t>(delta_lie));
    append(out, body);
    return out;
  }
};

const Bytes eight = to_bytes("abcdefgh");

}  // namespace

TEST_CASE("a recovery that lies in one field is refused") {
  REQUIRE(apply_recovery(Forged{}.bytes(), eight, 6).value() == to_bytes("xyefgh"));
  // Mode HERE, four back: over the border from the source into the target.
  REQUIRE(apply_recovery(Forged{.instructions = {3, 36}}.bytes(), eight, 6).value() == to_bytes("xyghxy"));
  const auto refused = [](const Forged& forged, std::uint64_t size = 6) {
    const auto result = apply_recovery(forged.bytes(), eight, size);
    return !result && result.code() == Errc::malformed;
  };
  CHECK(refused({}, 5));
  CHECK(refused({}, 7));
  CHECK(refused({.indicator = 0x02}));
  CHECK(refused({.indicator = 0x03}));
  CHECK(refused({.indicator = 0x05}));
  CHECK(refused({.source_size = 9}));
  CHECK(refused({.source_at = 1}));
  CHECK(refused({.source_at = UINT64_MAX >> 1}));
  CHECK(refused({.target = 5}));
  CHECK(refused({.target = 7}));
  CHECK(refused({.target = recovery_window_cap + 1}, UINT64_MAX));
  CHECK(refused({.target = 0}));
  CHECK(refused({.compressed = 1}));
  CHECK(refused({.data = {'x'}}));
  CHECK(refused({.data = {'x', 'y', 'z'}}));
  CHECK(refused({.instructions = {3}}));
  CHECK(refused({.instructions = {3, 20, 20}}));
  CHECK(refused({.addresses = {}}));
  CHECK(refused({.addresses = {4, 4}}));
  CHECK(refused({.addresses = {10}}));             // the target's own end
  CHECK(refused({.addresses = {0x80, 4}}));        // not canonical
  CHECK(refused({.instructions = {3, 36}, .addresses = {11}}));  // mode HERE, before the start
  CHECK(refused({.delta_lie = 1}));
  CHECK(refused({.delta_lie = -1}));
  Bytes other_header = Forged{}.bytes();
  for (std::size_t at = 0; at < 5; ++at) {
    Bytes changed = other_header;
    changed[at] ^= 1;
    CHECK_FALSE(apply_recovery(changed, eight, 6));
  }
}

TEST_CASE("a recovery that is cut at any byte is refused") {
  const Script whole = script(7, 6000, 30);
  const Bytes delta = encode_recovery(whole.steps, whole.original);
  REQUIRE(apply_recovery(delta, whole.clean, whole.original.size()).value() == whole.original);
  for (std::size_t size = 0; size < delta.size(); ++size)
    if (apply_recovery(ByteView(delta).first(size), whole.clean, whole.original.size())) FAIL("accepted " << size);
  Bytes longer = delta;
  longer.push_back(0);
  CHECK_FALSE(apply_recovery(longer, whole.clean, whole.original.size()));
}

TEST_CASE("a changed byte never reads outside and never gives more than was expected") {
  const Script whole = script(8, 3000, 20);
  const Bytes delta = encode_recovery(whole.steps, whole.original);
  for (std::size_t at = 0; at < delta.size(); ++at)
    for (const Byte bit : {Byte{0x01}, Byte{0x40}, Byte{0x80}}) {
      Bytes changed = delta;
      changed[at] = static_cast<Byte>(changed[at] ^ bit);
      if (auto result = apply_recovery(changed, whole.clean, whole.original.size()))
        REQUIRE(result->size() == whole.original.size());
    }
}

TEST_CASE("what was described is what comes back") {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const Script whole = script(seed, 1 + seed * 100, static_cast<int>(seed));
    const auto back = apply_recovery(encode_recovery(whole.steps, whole.original), whole.clean, whole.original.size());
    REQUIRE(back.value() == whole.original);
  }
}

TEST_CASE("windows stay within their size, whatever the steps are") {
  const Bytes clean = noise(5'000'000, 1);
  const Bytes extra = noise(2'500'000, 2);
  const std::vector<RecoveryStep> steps = {
      RecoveryStep::copy(0, 10), RecoveryStep::literal(extra.size()), RecoveryStep::copy(4'999'000, 1000),
      RecoveryStep::copy(10, 4'000'000), RecoveryStep::literal(1)};
  Bytes original(clean.begin(), clean.begin() + 10);
  append(original, extra);
  append(original, ByteView(clean).subspan(4'999'000, 1000));
  append(original, ByteView(clean).subspan(10, 4'000'000));
  original.push_back(extra[0]);
  const Bytes delta = encode_recovery(steps, original);
  CHECK(delta.size() < extra.size() + 300);
  CHECK(apply_recovery(delta, clean, original.size()).value() == original);
}

TEST_CASE("the delta may come in pieces of any size, and is refused where they end too early") {
  const Script whole = script(9, 6000, 60);
  const Bytes delta = encode_recovery(whole.steps, whole.original);
  const ReadableBytes clean(whole.clean);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{1000}, delta.size()}) {
    Bytes back;
    const auto sink = [&](ByteView bytes) -> Status {
      append(back, bytes);
      return {};
    };
    RecoveryReader reader(clean, whole.original.size(), sink);
    for (std::size_t at = 0; at < delta.size(); at += piece) {
      CHECK_FALSE(RecoveryReader(reader).finish());
      REQUIRE(reader.feed(ByteView(delta).subspan(at, std::min(piece, delta.size() - at))));
    }
    REQUIRE(reader.finish());
    CHECK(back == whole.original);
    CHECK_FALSE((reader.feed(ByteView(delta).first(1)) && reader.finish()));
  }
}

TEST_CASE("steps that are not the original's length are a mistake of the caller, not an endless delta") {
  const ReadableBytes original(eight);
  const Sink nowhere = [](ByteView) -> Status { return {}; };
  for (const std::uint64_t length : {std::uint64_t{7}, std::uint64_t{9}, UINT64_MAX})
    CHECK(write_recovery(std::vector{RecoveryStep::literal(length)}, original, nowhere).code() == Errc::internal);
}

TEST_CASE("xdelta3 reads what is written here, and is read here") {
  if (std::system("xdelta3 -V >/dev/null 2>&1") != 0) {
    WARN("xdelta3 is not installed: skipped");
    return;
  }
  std::string folder = (std::filesystem::temp_directory_path() / "dokaz-recovery-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()));
  const auto path = [&](const char* name) { return folder + "/" + name; };
  const auto write = [&](const char* name, ByteView bytes) {
    std::ofstream(path(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  };
  const auto read = [&](const char* name) {
    std::ifstream in(path(name), std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
  };
  const auto run = [&](const std::string& arguments) {
    return std::system(("cd '" + folder + "' && xdelta3 " + arguments + " 2>/dev/null").c_str());
  };
  for (std::uint32_t seed : {1u, 2u, 3u, 4u}) {
    const Script whole = script(seed, seed == 4 ? 3'000'000 : 20'000, seed == 4 ? 2000 : 200);
    write("clean", whole.clean);
    write("original", whole.original);
    write("recovery", encode_recovery(whole.steps, whole.original));
    CHECK(run("-f -d -s clean recovery back") == 0);
    CHECK(read("back") == whole.original);
    CHECK(run("-f -e -9 -n -A= -S none -s clean original theirs") == 0);
    CHECK(apply_recovery(read("theirs"), whole.clean, whole.original.size()).value() == whole.original);
  }
  std::filesystem::remove_all(folder);
}
