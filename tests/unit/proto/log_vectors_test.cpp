// SPDX-License-Identifier: GPL-3.0-or-later
// Each vector of tree, .tlog-proof and .sigsum-proof gives exactly the failure that it names.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "proto/format/line_reader.hpp"
#include "proto/format/receipt.hpp"
#include "proto/format/sigsum_proof.hpp"

using namespace dokaz;

namespace {

struct Vector {
  std::string name;
  std::map<std::string, std::string> header;
  std::string bytes;
};

/// The vectors of one folder.
std::vector<Vector> vectors_of(const char* folder) {
  const char* root = std::getenv("DOKAZ_VECTORS");
  REQUIRE(root != nullptr);
  std::vector<Vector> out;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(root) / folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    Vector vector;
    vector.name = entry.path().filename();
    INFO(vector.name);
    while (!text.starts_with('\n')) {
      const auto colon = text.find(": "), end = text.find('\n');
      REQUIRE((colon < end && end != std::string::npos));
      vector.header[text.substr(0, colon)] = text.substr(colon + 2, end - colon - 2);
      text.erase(0, end + 1);
    }
    vector.bytes = text.substr(1);
    REQUIRE_FALSE(vector.header["rule"].empty());
    out.push_back(std::move(vector));
  }
  return out;
}

template <class T>
std::string outcome(const Result<T>& result) {
  return std::string(result ? "success" : name_of(result.code()));
}

Bytes part(const Vector& vector, const char* key) { return from_base64(vector.header.at(key)).value(); }

Status check_tlog_proof(const Vector& vector) {
  const auto statement = Statement::parse(part(vector, "statement")).value();
  const auto policy = Policy::parse(part(vector, "policy")).value();
  const auto roster = Note::parse(part(vector, "roster")).value();
  const CaseRoot root(fingerprint_of(parse_roster(roster).value().root));
  const Membership members(root.check_roster(roster).value());
  DOKAZ_LET(receipt, read_tlog_proof(bytes_of(vector.bytes)));
  DOKAZ_TRY(check_receipt(statement, receipt, members, policy));
  return {};
}

TreeHash hash_in(std::string_view text) { return id_from_hex<TreeHash>(text).value(); }

Status check_tree(const Vector& vector) {
  auto lines = LineReader::open(bytes_of(vector.bytes), 65536).value();
  std::vector<TreeHash> path;
  const auto read_path = [&] {
    while (lines.next_is("path")) path.push_back(hash_in(lines.value("path").value()));
    REQUIRE(lines.end());
  };
  if (lines.next_is("leaf")) {
    const TreeHash leaf = hash_in(lines.value("leaf").value());
    const auto index = from_decimal(lines.value("index").value()).value();
    const auto size = from_decimal(lines.value("size").value()).value();
    const TreeHash root = hash_in(lines.value("root").value());
    read_path();
    return verify_inclusion(leaf, index, path, {size, root});
  }
  const auto older = lines.fields<2>("older").value(), newer = lines.fields<2>("newer").value();
  read_path();
  return verify_consistency({from_decimal(older[0]).value(), hash_in(older[1])},
                            {from_decimal(newer[0]).value(), hash_in(newer[1])}, path);
}

}  // namespace

TEST_CASE("vectors of the tree") {
  const auto vectors = vectors_of("tree");
  CHECK(vectors.size() >= 34);
  for (const Vector& vector : vectors) {
    INFO(vector.name);
    CHECK(outcome(check_tree(vector)) == vector.header.at("expect"));
  }
}

TEST_CASE("vectors of .tlog-proof") {
  const auto vectors = vectors_of("tlog-proof");
  CHECK(vectors.size() >= 40);
  for (const Vector& vector : vectors) {
    INFO(vector.name);
    CHECK(outcome(check_tlog_proof(vector)) == vector.header.at("expect"));
  }
}

TEST_CASE("vectors of .sigsum-proof") {
  const auto vectors = vectors_of("sigsum-proof");
  CHECK(vectors.size() >= 34);
  for (const Vector& vector : vectors) {
    INFO(vector.name);
    CHECK(outcome(read_sigsum_proof(bytes_of(vector.bytes))) == vector.header.at("expect"));
  }
}
