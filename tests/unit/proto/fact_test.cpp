// SPDX-License-Identifier: GPL-3.0-or-later
// Facts: salted, canonical JSON, and a digest that strangers can compute. Spelling is in the vectors.
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"
#include "proto/format/fact.hpp"

using namespace dokaz;

namespace {

std::string disclosure_of(std::string_view json) { return base64url(bytes_of(json)); }

std::string with_value(std::string_view value) {
  return disclosure_of("[\"AAECAwQFBgcICQoLDA0ODw\",\"warning\"," + std::string(value) + "]");
}

}  // namespace

TEST_CASE("JSON that is not canonical is not a fact") {
  for (const char* bad :
       {"1.5", "1.0", "1e3", "-0", "01", "+1", "9007199254740992", "-9007199254740992", "18446744073709551616",
        "\"\\u0041\"", "\"\\/\"", "\"\\u000A\"", "\"\\n\" ", "[1, 2]", "{\"a\":1,\"a\":1}", "{\"b\":1,\"a\":2}",
        "\"\x80\"", "\"\xc0\xaf\"", "\"\\ud83d\\ude00\"", "[[[[[[[[[1]]]]]]]]]", "NaN", "nul", "", "1,2", "'a'",
        "[1.0]", "{\"a\":[{\"b\":0.5}]}"})
    CHECK(Fact::parse(with_value(bad)).code() == Errc::malformed);
  for (const char* good :
       {"0", "-1", "9007199254740991", "-9007199254740991", "\"\\n\"", "\"\\u0001\"", "\"\x7f\"",
        "\"\xd0\xb4\xd0\xbe\xd0\xba\xd0\xb0\xd0\xb7\"", "[]", "{}", "[1,2]", "{\"a\":{\"b\":[true,false,null]}}",
        "[[[[[[[[1]]]]]]]]"}) {
    const auto fact = Fact::parse(with_value(good));
    REQUIRE(fact.has_value());
    CHECK(fact->value_json() == good);
    CHECK(fact->disclosure() == with_value(good));
  }
}

TEST_CASE("a deep value is refused without ado") {
  CHECK(Fact::parse(with_value(std::string(20000, '[') + std::string(20000, ']'))).code() == Errc::malformed);
  CHECK(Fact::parse(with_value(std::string(40000, '['))).code() == Errc::malformed);
}

TEST_CASE("a disclosure is a salt of 16 bytes, a name and a value") {
  for (const char* bad : {"", "[]", "{}", "\"a\"", "[\"AAECAwQFBgcICQoLDA0ODw\",\"note\"]",
                          "[\"AAECAwQFBgcICQoLDA0ODw\",\"note\",1,2]", "[\"AAECAwQFBgcICQoLDA0O\",\"note\",1]",
                          "[\"AAECAwQFBgcICQoLDA0ODxA\",\"note\",1]", "[\"AAECAwQFBgcICQoLDA0ODx\",\"note\",1]",
                          "[1,\"note\",1]", "[\"AAECAwQFBgcICQoLDA0ODw\",1,1]", "[\"AAECAwQFBgcICQoLDA0ODw\",\"\",1]",
                          "[\"AAECAwQFBgcICQoLDA0ODw\",\"No te\",1]", " [\"AAECAwQFBgcICQoLDA0ODw\",\"note\",1]",
                          "[\"AAECAwQFBgcICQoLDA0ODw\",\"note\",1]\n", "\xef\xbb\xbf[\"AAECAwQFBgcICQoLDA0ODw\",\"note\",1]"})
    CHECK(Fact::parse(disclosure_of(bad)).code() == Errc::malformed);
  CHECK(Fact::parse(with_value("1") + "=").code() == Errc::malformed);
  CHECK(Fact::parse(with_value('"' + std::string(60000, 'a') + '"')).code() == Errc::malformed);
}

TEST_CASE("a fact that we make is read as what it says, under a fresh salt") {
  const Fact text = Fact::text("note", "line 1\nline \"2\" \\ \xd0\xb4");
  const Fact again = Fact::text("note", "line 1\nline \"2\" \\ \xd0\xb4");
  CHECK(text.disclosure() != again.disclosure());
  CHECK(text.digest() != again.digest());
  const Fact read = Fact::parse(text.disclosure()).value();
  CHECK(read.name() == "note");
  CHECK(read.as_text() == "line 1\nline \"2\" \\ \xd0\xb4");
  CHECK_FALSE(read.as_number());
  CHECK(read.digest() == text.digest());
  const Fact number = Fact::number("image.width", 4032);
  CHECK(number.as_number() == 4032u);
  CHECK_FALSE(number.as_text());
  CHECK(Fact::json("removed", R"([{"bytes":12,"kind":"exif","sha256":"ab"}])").has_value());
  CHECK(Fact::json("removed", R"([{"kind":"exif","bytes":12}])").code() == Errc::malformed);
  CHECK(Fact::json("removed", "1],[2").code() == Errc::malformed);
}

TEST_CASE("the digest is that of RFC 9901's example") {
  // RFC 9901 section 4.2.1 and 4.2.3; its salt is of 16 bytes, its JSON has a space, so it is only hashed here.
  CHECK(base64url(sha256("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0").view()) ==
        "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
  CHECK(Fact::parse("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0").code() ==
        Errc::malformed);
  const Fact fact = Fact::number("image.width", 1);
  CHECK(fact.digest().view()[0] == sha256(fact.disclosure()).view()[0]);
}

TEST_CASE("UTF-8 is told from what is not") {
  for (const char* good : {"", "a", "\"\\", "\n\t\x01", "\xd0\xb4", "\xf0\x9f\x98\x80"}) CHECK(is_utf8(good));
  for (const char* bad : {"\x80", "\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xd0", "a\xd0\"", "\xe2\x82"})
    CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("a facts file is sorted, without duplicates, and read strictly") {
  const Fact a = Fact::number("image.width", 1), b = Fact::number("image.height", 2);
  const Bytes file = write_facts({a, b, a});
  CHECK(write_facts({b, a}) == file);
  const auto read = read_facts(file).value();
  REQUIRE(read.size() == 2);
  CHECK(write_facts(read) == file);
  REQUIRE(find_fact(read, "image.height") != nullptr);
  CHECK(find_fact(read, "image.height")->as_number() == 2u);
  CHECK(find_fact(read, "note") == nullptr);
  CHECK(read_facts({}).value().empty());
  const std::string x = std::min(a.disclosure(), b.disclosure()), y = std::max(a.disclosure(), b.disclosure());
  for (const std::string& bad : {x, x + "\n" + x + "\n", y + "\n" + x + "\n", x + "\n\n", std::string("\n"), x + "\r\n", x + " \n"})
    CHECK(read_facts(bytes_of(bad)).code() == Errc::malformed);
}
