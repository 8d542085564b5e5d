// SPDX-License-Identifier: GPL-3.0-or-later
// The public vectors of the age format, each to its result by name. They come from the npm package
// `cctv-age`: tests/vectors/age/write-vectors.mjs writes them into a folder, which is given in
// DOKAZ_AGE_VECTORS. Without them this test fails, unless DOKAZ_SKIP_AGE_VECTORS is set.
#include <catch2/catch.hpp>

#include <zlib.h>

#include <cstdlib>
#include <iostream>
#include <map>

#include "crypto/age/armor.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/age/header.hpp"
#include "crypto/encoding.hpp"
#include "crypto/files.hpp"
#include "crypto/hash.hpp"

using namespace dokaz;
namespace fs = std::filesystem;

namespace {

struct Vector {
  std::multimap<std::string, std::string> fields;
  Bytes file;

  std::string one(const std::string& key) const {
    const auto found = fields.find(key);
    return found == fields.end() ? "" : found->second;
  }
};

Bytes inflated(ByteView packed) {
  z_stream stream{};
  REQUIRE(inflateInit(&stream) == Z_OK);
  stream.next_in = const_cast<Byte*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  Bytes out;
  int state = Z_OK;
  while (state == Z_OK) {
    Bytes part(1 << 20);
    stream.next_out = part.data();
    stream.avail_out = static_cast<uInt>(part.size());
    state = inflate(&stream, Z_NO_FLUSH);
    append(out, ByteView(part).first(part.size() - stream.avail_out));
  }
  inflateEnd(&stream);
  REQUIRE(state == Z_STREAM_END);
  return out;
}

Vector read_vector(const fs::path& path) {
  const Bytes bytes = read_file(path, 64 << 20).value();
  std::string_view rest = text_of(bytes);
  Vector vector;
  while (!rest.starts_with('\n')) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const std::size_t colon = line.find(": ");
    REQUIRE(colon != std::string_view::npos);
    vector.fields.emplace(line.substr(0, colon), line.substr(colon + 2));
    rest.remove_prefix(line.size() + 1);
  }
  vector.file = to_bytes(rest.substr(1));
  if (vector.one("compressed") == "zlib") vector.file = inflated(vector.file);
  return vector;
}

struct Outcome {
  std::string name;  // "success" or the failure's name
  std::string payload;  // SHA-256 of everything that came out, when the header was opened
};

Outcome read_with(const Vector& vector, const age::Keys& keys) {
  const auto form = vector.one("armored") == "yes" ? age::Form::armored : age::Form::binary;
  auto reader = age::Reader::open(age::source_of(vector.file), keys, form);
  if (!reader) return {std::string(name_of(reader.code())), ""};
  Sha256Stream hash;
  const Status read = reader->copy_to([&](ByteView bytes) -> Status { return hash.update(bytes), Status{}; });
  return {read ? "success" : std::string(name_of(read.code())), hex(hash.finish())};
}

const std::map<std::string, std::string> our_names = {
    {"success", "success"},           {"no match", "age_no_match"},         {"HMAC failure", "age_hmac"},
    {"header failure", "age_header"}, {"payload failure", "age_payload"}, {"armor failure", "age_armor"}};

/// Two vectors ask for absurd work; we have a name of our own for that.
std::string expected_name(const std::string& vector, const std::string& expect) {
  if (vector == "scrypt_work_factor_23" || vector == "scrypt_work_factor_overflow") return "age_work_factor";
  return our_names.at(expect);
}

fs::path vector_folder() {
  const char* given = std::getenv("DOKAZ_AGE_VECTORS");
  return given ? given : DOKAZ_AGE_VECTORS_DEFAULT;
}

bool left_out() { return std::getenv("DOKAZ_SKIP_AGE_VECTORS") != nullptr; }

}  // namespace

TEST_CASE("each public vector of age gives the result that it names") {
  if (left_out()) return;
  REQUIRE(fs::is_directory(vector_folder()));
  std::map<std::string, int> counts;
  int total = 0;
  for (const auto& entry : fs::directory_iterator(vector_folder())) {
    const std::string name = entry.path().filename().string();
    const Vector vector = read_vector(entry.path());
    INFO(name);
    ++total;

    std::vector<age::Identity> identities;
    std::vector<age::Passphrase> passphrases;
    bool unsupported = false;
    for (const auto& [key, value] : vector.fields) {
      if (key == "passphrase") passphrases.emplace_back(SecretBytes::copy_of(bytes_of(value)));
      if (key != "identity") continue;
      auto identity = age::Identity::parse(bytes_of(value));
      if (!identity) {
        CHECK(identity.code() == Errc::age_unsupported);
        CHECK(value.starts_with("AGE-SECRET-KEY-PQ-1"));
        unsupported = true;
      } else {
        identities.push_back(std::move(identity).value());
      }
    }
    if (unsupported) {
      // The key is refused by name. The file, tried with a key of ours, is refused by name too.
      const auto other = age::Identity::generate();
      const Outcome outcome = read_with(vector, other);
      INFO(outcome.name);
      CHECK((outcome.name == "age_unsupported" || outcome.name == "age_no_match" ||
             outcome.name == "age_header"));
      CHECK(outcome.payload.empty());
      ++counts["age_unsupported (post-quantum key)"];
      continue;
    }

    const Outcome outcome = read_with(vector, {identities, passphrases});
    CHECK(outcome.name == expected_name(name, vector.one("expect")));
    if (vector.fields.count("payload") != 0) CHECK(outcome.payload == vector.one("payload"));
    else CHECK((outcome.payload.empty() || outcome.payload == hex(sha256(""))));  // nothing came out
    ++counts[outcome.name];

    // Found out by itself, the form is the same; and the seekable reader agrees with the streaming one.
    if (outcome.name != "age_armor") {
      auto detected = age::decrypt(vector.file, {identities, passphrases});
      CHECK((detected ? "success" : std::string(name_of(detected.code()))) == outcome.name);
    }
    if (vector.one("armored") != "yes") {
      auto seekable = age::SeekableReader::open(age::place_of(vector.file), {identities, passphrases});
      if (outcome.name == "success") {
        REQUIRE(seekable);
        Bytes all(static_cast<std::size_t>(seekable->size()));
        CHECK(seekable->read_at(all, 0).value() == all.size());
        CHECK(hex(sha256(all)) == outcome.payload);
      } else if (seekable) {  // only the last chunk was opened yet; another one must fail
        CHECK(outcome.name == "age_payload");
        Bytes all(static_cast<std::size_t>(seekable->size()));
        CHECK(seekable->read_at(all, 0).code() == Errc::age_payload);
      } else {
        CHECK(std::string(name_of(seekable.code())) == outcome.name);
      }
    }
  }
  std::cout << "age vectors: " << total << "\n";
  for (const auto& [name, count] : counts) std::cout << "  " << count << "\t" << name << "\n";
  CHECK(total >= 143);
}

TEST_CASE("a header that reads well is written back as it was, and so is its armor") {
  if (left_out()) return;
  REQUIRE(fs::is_directory(vector_folder()));
  int headers = 0, armors = 0;
  for (const auto& entry : fs::directory_iterator(vector_folder())) {
    const Vector vector = read_vector(entry.path());
    INFO(entry.path().filename().string());
    const std::string key = vector.one("file key");
    if (vector.one("expect") != "success" || key.empty()) continue;
    Bytes file = vector.file;
    if (vector.one("armored") == "yes") {
      const age::Source source = age::dearmored(age::source_of(vector.file));
      Bytes binary(1 << 16);
      binary.resize(age::read_full(source, binary).value());
      Bytes again;
      age::ArmorWriter writer(age::sink_into(again));
      for (std::size_t at = 0; at < binary.size(); at += 7)
        REQUIRE(writer.write(ByteView(binary).subspan(at, std::min<std::size_t>(7, binary.size() - at))));
      REQUIRE(writer.finish());
      if (text_of(vector.file).starts_with('-') &&
          text_of(vector.file).find('\r') == std::string_view::npos && text_of(vector.file).ends_with('\n')) {
        CHECK(again == vector.file);
        ++armors;
      }
      file = binary;
    }
    const std::size_t end = text_of(file).find("\n--- ");
    const ByteView text = ByteView(file).first(text_of(file).find('\n', end + 1) + 1);
    const auto header = age::parse_header(text).value();
    const Bytes key_bytes = from_hex(key).value();
    const auto file_key = age::FileKey::copy_of(ByteView(key_bytes).first<16>());
    CHECK(age::check_header(header, file_key));
    CHECK(age::make_header(header.stanzas, file_key) == to_bytes(text));
    ++headers;
  }
  CHECK(headers >= 25);
  CHECK(armors >= 3);
}
