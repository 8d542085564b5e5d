// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "crypto/age/bech32.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/age/header.hpp"
#include "crypto/encoding.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;

namespace {

constexpr std::size_t chunk = 64 * 1024;

Bytes pattern(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<Byte>(i * 131 + (i >> 8) * 7 + (i >> 16));
  return out;
}
age::Passphrase cheap(std::string_view text, unsigned work = 1) {
  return age::Passphrase(SecretBytes::copy_of(bytes_of(text)), work);
}
std::vector<age::Recipient> to(const age::Identity& identity) { return {identity.recipient()}; }
std::string text_of_secret(const SecretBytes& secret) {
  return secret.reveal([](ByteView bytes) { return to_text(bytes); });
}

}  // namespace

TEST_CASE("a key's text that is not the one text is refused") {
  const std::string good = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
  REQUIRE(age::Recipient::parse(good));
  std::string upper = good;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  std::vector<std::string> refused = {"", "1", "age1", upper, good.substr(0, good.size() - 1)};
  for (const char* suffix : {" ", "q", "\n"}) refused.push_back(good + suffix);
  refused.push_back(" " + good);
  refused.push_back(good);
  refused.back()[0] = 'A';
  refused.push_back(text_of_secret(age::bech32_encode("ege", Bytes(32, 9), age::LetterCase::lower)));
  for (const std::string& text : refused) {
    INFO(text);
    CHECK(age::Recipient::parse(text).code() == Errc::malformed);
  }
  for (std::size_t i = 0; i < good.size(); ++i)
    for (char c : {'q', 'p', '1', 'x'}) {
      std::string changed = good;
      if (changed[i] == c) continue;
      changed[i] = c;
      CHECK_FALSE(age::Recipient::parse(changed));
    }
  CHECK(age::Recipient::parse("age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e").code() ==
        Errc::age_unsupported);
  CHECK(age::Identity::parse(
            bytes_of("AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"))
            .code() == Errc::age_unsupported);
  CHECK(age::Identity::parse(bytes_of(good)).code() == Errc::malformed);
  CHECK(age::Recipient::parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX")
            .code() == Errc::malformed);
}

TEST_CASE("a recipient of small order is refused") {
  for (Byte first : {Byte{0}, Byte{1}}) {
    Bytes point(32);
    point[0] = first;
    CHECK(age::Recipient::from(point).code() == Errc::bad_key);
    const auto text = age::bech32_encode("age", point, age::LetterCase::lower);
    CHECK(age::Recipient::parse(text_of_secret(text)).code() == Errc::bad_key);
  }
  CHECK(age::Recipient::from(Bytes(31)).code() == Errc::bad_key);
}

TEST_CASE("the specification's key pair") {
  const std::string secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
  const auto identity = age::Identity::parse(bytes_of(secret)).value();
  CHECK(identity.recipient().format() == "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
  CHECK(text_of_secret(identity.format()) == secret);
  const auto file = "# created: 2026-05-01T00:00:00Z\n# public key: x\n\n" + secret + "\r\n";
  CHECK(age::Identity::parse_file(bytes_of(file))->size() == 1);
  CHECK(age::Identity::parse_file(bytes_of("# nothing\n")).code() == Errc::malformed);
  CHECK(age::Identity::parse_file(bytes_of(secret + "\nother\n")).code() == Errc::malformed);
}

TEST_CASE("Bech32 decodes what it encodes, at every length") {
  for (std::size_t size = 0; size < 70; ++size) {
    const Bytes data = pattern(size);
    for (auto letters : {age::LetterCase::lower, age::LetterCase::upper}) {
      const auto text = age::bech32_encode("age-key-", data, letters);
      const auto decoded = text.reveal([](ByteView bytes) { return age::bech32_decode(bytes); }).value();
      CHECK(decoded.data.reveal([&](ByteView bytes) { return to_bytes(bytes) == data; }));
      CHECK(decoded.prefix == (letters == age::LetterCase::lower ? "age-key-" : "AGE-KEY-"));
    }
  }
}

TEST_CASE("only a key of one of the recipients opens the envelope") {
  const auto first = age::Identity::generate(), second = age::Identity::generate(),
             other = age::Identity::generate();
  const std::vector<age::Recipient> both = {first.recipient(), second.recipient()};
  const Bytes envelope = age::encrypt(bytes_of("statement"), both).value();
  CHECK(age::decrypt(envelope, other).code() == Errc::age_no_match);
  CHECK(age::decrypt(envelope, cheap("word")).code() == Errc::age_no_match);
  CHECK(age::decrypt(envelope, std::vector<age::Identity>()).code() == Errc::age_no_match);
  CHECK(age::decrypt(envelope, first).value() == to_bytes("statement"));
  CHECK(age::decrypt(envelope, second).value() == to_bytes("statement"));
  CHECK(age::encrypt(bytes_of("statement"), both).value() != envelope);  // fresh keys each time
}

TEST_CASE("only the passphrase opens what it closed, and too much work is refused by name") {
  const Bytes envelope = age::encrypt(bytes_of("x"), cheap("open sesame", 4)).value();
  CHECK(age::decrypt(envelope, cheap("open sesam")).code() == Errc::age_no_match);
  CHECK(age::decrypt(envelope, age::Identity::generate()).code() == Errc::age_no_match);
  const age::Passphrase cautious(SecretBytes::copy_of(bytes_of("open sesame")), 1, 3);
  CHECK(age::decrypt(envelope, cautious).code() == Errc::age_work_factor);
  CHECK(age::decrypt(envelope, cheap("open sesame")).value() == to_bytes("x"));
}

TEST_CASE("a file for kinds of keys that are not supported is refused by that name") {
  const auto key = age::FileKey::random();
  const age::Stanza tagged{{"p256tag", "CXBuUw", "BOqTyl"}, Bytes(32)};
  const auto identity = age::Identity::generate();
  Bytes file = age::make_header({tagged}, key);
  CHECK(age::decrypt(file, identity).code() == Errc::age_unsupported);
  file = age::make_header({{{"example.com/else"}, {}}}, key);
  CHECK(age::decrypt(file, identity).code() == Errc::age_no_match);
}

TEST_CASE("one flipped bit anywhere in an envelope is refused, binary and armored") {
  const auto identity = age::Identity::generate();
  for (auto form : {age::Form::binary, age::Form::armored}) {
    const Bytes good = age::encrypt(bytes_of("a small secret"), to(identity), form).value();
    REQUIRE(age::decrypt(good, identity));
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      Bytes changed = good;
      changed[bit / 8] ^= static_cast<Byte>(1u << bit % 8);
      const auto outcome = age::decrypt(changed, identity);
      if (outcome) {  // the one liberty of armor: white space after its end
        INFO("bit " << bit);
        CHECK((form == age::Form::armored && bit / 8 == good.size() - 1 &&
               *outcome == to_bytes("a small secret")));
        continue;
      }
      const Errc code = outcome.code();
      CHECK((code == Errc::age_header || code == Errc::age_hmac || code == Errc::age_no_match ||
             code == Errc::age_payload || code == Errc::age_armor));
      if (form == age::Form::binary) CHECK_FALSE(age::SeekableReader::open(age::place_of(changed), identity));
    }
  }
}

TEST_CASE("an envelope cut at any byte is refused, also between chunks") {
  const auto identity = age::Identity::generate();
  const Bytes small = age::encrypt(bytes_of("a small secret"), to(identity)).value();
  for (std::size_t size = 0; size < small.size(); ++size) {
    CHECK_FALSE(age::decrypt(ByteView(small).first(size), identity));
    CHECK_FALSE(age::SeekableReader::open(age::place_of(ByteView(small).first(size)), identity));
  }
  const Bytes large = age::encrypt(pattern(3 * chunk), to(identity)).value();
  const std::size_t payload = large.size() - 3 * (chunk + 16);
  for (std::size_t chunks = 0; chunks < 3; ++chunks) {
    const ByteView cut = ByteView(large).first(payload + chunks * (chunk + 16));
    CHECK(age::decrypt(cut, identity).code() == Errc::age_payload);
    CHECK(age::SeekableReader::open(age::place_of(cut), identity).code() == Errc::age_payload);
  }
  Bytes longer = large;
  longer.push_back(0);
  CHECK(age::decrypt(longer, identity).code() == Errc::age_payload);
  Bytes swapped = large;
  const auto start = swapped.begin() + static_cast<std::ptrdiff_t>(payload);
  std::swap_ranges(start, start + chunk + 16, start + chunk + 16);
  CHECK(age::decrypt(swapped, identity).code() == Errc::age_payload);
}

TEST_CASE("every size comes back, however it is cut while writing, and has the size that was foretold") {
  const auto identity = age::Identity::generate();
  for (std::size_t size :
       {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 5}) {
    const Bytes plain = pattern(size);
    for (std::size_t step : {std::size_t{1000}, chunk, 5 * chunk}) {
      Bytes envelope;
      auto writer = age::Writer::create(to(identity), age::sink_into(envelope)).value();
      for (std::size_t at = 0; at < size; at += step)
        REQUIRE(writer.write(ByteView(plain).subspan(at, std::min(step, size - at))));
      REQUIRE(writer.finish());
      CHECK(age::decrypt(envelope, identity).value() == plain);
      CHECK(envelope.size() == age::envelope_size(size, 1));
    }
    const Bytes armored = age::encrypt(plain, to(identity), age::Form::armored).value();
    CHECK(age::decrypt(armored, identity).value() == plain);
  }
  const std::vector<age::Recipient> three(3, identity.recipient());
  CHECK(age::encrypt(Bytes(10), three)->size() == age::envelope_size(10, 3));
}

TEST_CASE("armor survives CRLF and white space around it, and nothing else") {
  const auto identity = age::Identity::generate();
  const std::string good = to_text(age::encrypt(bytes_of("word"), to(identity), age::Form::armored).value());
  std::string crlf;
  for (char c : good) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  for (const std::string& text : {crlf, "\n \t" + good, good + "\r\n \n", good.substr(0, good.size() - 1)})
    CHECK(age::decrypt(bytes_of(text), identity).value() == to_bytes("word"));
  std::string late(2000, ' ');
  late += good;
  std::string long_after = good;
  long_after.append(2000, '\n');
  for (const std::string& text : {good + good, good + "x", late, long_after, good.substr(0, good.size() - 2)})
    CHECK(age::decrypt(bytes_of(text), identity).code() == Errc::age_armor);
}

TEST_CASE("any part read at its place is the part of the whole") {
  const auto identity = age::Identity::generate();
  const Bytes plain = pattern(5 * chunk + 777);
  const Bytes envelope = age::encrypt(plain, to(identity)).value();
  auto reader = age::SeekableReader::open(age::place_of(envelope), identity).value();
  REQUIRE(reader.size() == plain.size());
  std::uint64_t seed = 12345;
  for (int i = 0; i < 300; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t offset = (seed >> 33) % (plain.size() + 10);
    const std::size_t wanted = (seed >> 20) % (i % 3 == 0 ? 3 * chunk : 300);
    Bytes part(wanted);
    const std::size_t got = reader.read_at(part, offset).value();
    const std::size_t left = offset < plain.size() ? plain.size() - static_cast<std::size_t>(offset) : 0;
    REQUIRE(got == std::min(wanted, left));
    REQUIRE(std::equal(
        part.begin(), part.begin() + static_cast<std::ptrdiff_t>(got),
        plain.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(offset, plain.size()))));
  }
}

TEST_CASE("a damaged chunk spoils its own part only, and is found again each time") {
  const auto identity = age::Identity::generate();
  const Bytes plain = pattern(4 * chunk);
  Bytes envelope = age::encrypt(plain, to(identity)).value();
  envelope[envelope.size() - 3 * (chunk + 16) + 5] ^= 1;  // in chunk 1 of 0 to 3
  auto reader = age::SeekableReader::open(age::place_of(envelope), identity).value();
  Bytes part(100);
  for (int round = 0; round < 2; ++round) {
    CHECK(reader.read_at(part, chunk - 100).value() == 100);
    CHECK(reader.read_at(part, chunk - 99).code() == Errc::age_payload);
    CHECK(reader.read_at(part, 2 * chunk).value() == 100);
  }
  auto streaming = age::Reader::open(age::source_of(envelope), identity).value();
  Bytes out;
  CHECK(streaming.copy_to(age::sink_into(out)).code() == Errc::age_payload);
  CHECK(out == Bytes(plain.begin(), plain.begin() + chunk));
  CHECK(streaming.read(part).code() == Errc::age_payload);
}

TEST_CASE("a failure of the disk keeps its name") {
  const auto identity = age::Identity::generate();
  int calls = 0;
  const age::Sink full = [&](ByteView) -> Status { return ++calls > 3 ? Status(Errc::no_space) : Status(); };
  auto writer = age::Writer::create(to(identity), full).value();
  Status outcome;
  while (outcome) outcome = writer.write(Bytes(chunk));
  CHECK(outcome.code() == Errc::no_space);

  const Bytes envelope = age::encrypt(pattern(3 * chunk), to(identity)).value();
  const age::Source good = age::source_of(envelope);
  const age::Source breaking = [&, left = 5](std::span<Byte> into) mutable -> Result<std::size_t> {
    if (left-- == 0) return Errc::connection_lost;
    return good(into.first(std::min<std::size_t>(into.size(), 40000)));
  };
  auto reader = age::Reader::open(breaking, identity).value();
  Bytes out;
  CHECK(reader.copy_to(age::sink_into(out)).code() == Errc::connection_lost);
}

TEST_CASE("a header that never ends is given up, not kept in memory") {
  std::size_t given = 0;
  const std::string start = "age-encryption.org/v1\n-> X25519 ";
  const age::Source endless = [&](std::span<Byte> into) -> Result<std::size_t> {
    for (Byte& b : into) b = given < start.size() ? static_cast<Byte>(start[given]) : 'A', ++given;
    return into.size();
  };
  CHECK(age::Reader::open(endless, age::Identity::generate()).code() == Errc::age_header);
  CHECK(given < 2 * age::largest_header);
  given = 0;
  const age::Source zeros = [&](std::span<Byte> into) -> Result<std::size_t> {
    std::fill(into.begin(), into.end(), Byte{0});
    given += into.size();
    return into.size();
  };
  CHECK(age::Reader::open(zeros, age::Identity::generate()).code() == Errc::age_header);
  CHECK(given <= 8192);
}
