// SPDX-License-Identifier: GPL-3.0-or-later
// The committed vectors: each is judged as it says, and they are those that the generator makes.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "tests/fuzz/rewrite.hpp"
#include "tests/unit/proto/vector_judge.hpp"

using namespace dokaz;
using namespace dokaz::format_vectors;
namespace fs = std::filesystem;

namespace {

fs::path folder() {
  const char* named = std::getenv("DOKAZ_VECTORS");
  return named ? named : "tests/vectors";
}

Bytes content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return to_bytes(text);
}

Vector read_vector(const fs::path& path) {
  const Bytes file = content_of(path);
  const std::string_view text = text_of(file);
  const std::size_t end = text.find("\n\n");
  REQUIRE(end != std::string_view::npos);
  Vector out;
  out.format = path.parent_path().filename();
  out.name = path.stem();
  out.bytes = to_bytes(text.substr(end + 2));
  std::string_view header = text.substr(0, end + 1);
  while (!header.empty()) {
    const std::string_view line = header.substr(0, header.find('\n'));
    header.remove_prefix(line.size() + 1);
    const std::size_t colon = line.find(": ");
    REQUIRE(colon != std::string_view::npos);
    out.context.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  out.expect = context_of(out, "expect");
  out.rule = context_of(out, "rule");
  return out;
}

/// What a successful vector's header says beyond success.
void check_values(const Vector& vector) {
  const auto said = [&](std::string_view key, const std::string& value) {
    const std::string expected = context_of(vector, key);
    if (!expected.empty()) CHECK(expected == value);
  };
  if (vector.format == "statement") said("hash", hex(Statement::parse(vector.bytes)->hash()));
  if (vector.format == "fact") {
    const std::vector<Fact> facts = read_facts(vector.bytes).value();
    for (const Fact& fact : facts) said("digest", base64url(fact.digest().view()));
  }
  if (vector.format == "key-slots" && !context_of(vector, "passphrase").empty()) {
    const auto opened = open_slots(vector).value();
    said("slot", std::to_string(opened.slot));
    said("kind", std::to_string(static_cast<int>(opened.content.kind)));
    said("room", std::to_string(opened.content.room));
    said("opened-key", opened.content.key.reveal([](ByteView key) { return hex(key); }));
  }
  if (vector.format == "object") {
    const auto object = read_object(vector.bytes).value();
    said("file-name", object.file_name);
    said("facts-sha256", hex(sha256(object.facts)));
    said("file-sha256", hex(sha256(object.file)));
  }
}

}  // namespace

TEST_CASE("every vector is judged as it says") {
  for (const auto& reader : rewrite::readers) {
    std::size_t good = 0, bad = 0;
    for (const auto& entry : fs::directory_iterator(folder() / reader.format)) {
      INFO(entry.path().filename());
      INFO(reader.format);
      const Vector vector = read_vector(entry.path());
      CHECK((vector.expect == "success" || errc_from_name(vector.expect).has_value()));
      CHECK_FALSE(vector.rule.empty());
      CHECK(verdict(vector) == vector.expect);
      if (vector.expect == "success") check_values(vector);
      ++(vector.expect == "success" ? good : bad);
    }
    INFO(reader.format);
    CHECK(good > 0);
    CHECK(bad > 5);
  }
}

TEST_CASE("the committed vectors are those that the generator makes, and no others") {
  std::map<std::string, std::set<std::string>> names;
  for (const Vector& vector : all_vectors()) {
    const std::string file = vector.name + ".txt";
    INFO(vector.format + "/" + file);
    CHECK(names[vector.format].insert(file).second);
    CHECK(content_of(folder() / vector.format / file) == file_of(vector));
  }
  for (const auto& reader : rewrite::readers)
    for (const auto& entry : fs::directory_iterator(folder() / reader.format)) {
      INFO(entry.path());
      CHECK(names[std::string(reader.format)].contains(entry.path().filename()));
    }
}
