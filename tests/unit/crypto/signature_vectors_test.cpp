// SPDX-License-Identifier: GPL-3.0-or-later
// tests/vectors/signature: each file to the result that it names. Form of a file:
//   expect: success | bad_key | bad_signature
//   rule: why
//   (empty line)
//   key: hex / message: hex / signature: hex
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "crypto/encoding.hpp"
#include "crypto/signature.hpp"

using namespace dokaz;

namespace {

std::string outcome_of(std::map<std::string, std::string>& fields) {
  const auto key = PublicKey::from_hex(fields.at("key"));
  if (!key) return std::string(name_of(key.code()));
  const Bytes message = from_hex(fields.at("message")).value();
  const auto signature = id_from_hex<Signature>(fields.at("signature")).value();
  const Status verified = verify(*key, message, signature);
  return verified ? "success" : std::string(name_of(verified.code()));
}

}  // namespace

TEST_CASE("each signature vector gives the result that it names") {
  const char* vectors = std::getenv("DOKAZ_VECTORS");
  REQUIRE(vectors != nullptr);
  std::map<std::string, int> counts;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(vectors) / "signature")) {
    if (entry.path().extension() != ".vector") continue;
    INFO(entry.path().filename().string());
    std::ifstream file(entry.path());
    std::map<std::string, std::string> fields;
    for (std::string line; std::getline(file, line);) {
      if (line.empty()) continue;
      const std::size_t colon = line.find(": ");
      REQUIRE(colon != std::string::npos);
      fields[line.substr(0, colon)] = line.substr(colon + 2);
    }
    CHECK(outcome_of(fields) == fields.at("expect"));
    ++counts[fields.at("expect")];
  }
  CHECK(counts["success"] >= 4);
  CHECK(counts["bad_key"] >= 18);
  CHECK(counts["bad_signature"] >= 20);
}
