// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 4: facts files, mostly of one disclosure.
#include "crypto/encoding.hpp"
#include "proto/format/fact.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

const std::string salt = "AAECAwQFBgcICQoLDA0ODw";

std::string line(const std::string& json) { return base64url(bytes_of(json)) + "\n"; }
std::string fact(const std::string& name, const std::string& value) {
  return line("[\"" + salt + "\",\"" + name + "\"," + value + "]");
}

void add_good(Maker& make) {
  const auto good = [&](const std::string& name, const std::string& rule, const std::string& text) {
    const std::string disclosure = text.substr(0, text.size() - 1);
    make.good(name, rule, text, {{"digest", base64url(sha256(disclosure).view())}});
  };
  good("number", "Numbers are integers of at most 53 bits", fact("image.width", "4032"));
  good("largest-number", "Numbers are integers of at most 53 bits", fact("clean.size", "9007199254740991"));
  good("text", "The JSON is UTF-8", fact("note", "\"\xd0\xb4\xd0\xbe\xd0\xba\xd0\xb0\xd0\xb7\""));
  good("escapes", "Only these are escaped, and thus: \\\" \\\\ \\b \\f \\n \\r \\t, other control characters as \\u00xx",
       fact("note", R"("\"\\\b\f\n\r\t\u0000\u001f/)" "\x7f\""));
  good("list", "The JSON is compact, objects with keys in ascending order",
       fact("removed", R"([{"bytes":10352,"kind":"exif","sha256":")" + std::string(64, 'a') + "\"}]"));
  good("contradiction", "What the places in the original state that do not agree on a fact",
       fact("contradiction", R"([{"fact":"capture.time","values":[{"source":"exif DateTimeOriginal","value":)"
                             R"("2026-05-01T10:12:00+02:00"},{"source":"mvhd creation_time","value":"2026-04-30T08:12:00Z"}]}])"));
  good("deepest", "A value is nested at most 8 deep", fact("warning", "[[[[[[[[1]]]]]]]]"));
  good("unknown-name", "A reader keeps names that are not in the registry", fact("next.year", "\"?\""));
  make.good("none", "A facts file holds zero or more disclosures", "");
  std::string a = fact("image.width", "4032"), b = fact("image.height", "3024");
  make.good("two", "One disclosure a line, ascending in ASCII order", a < b ? a + b : b + a);
}

void add_bad(Maker& make) {
  const auto bad_value = [&](const std::string& name, const std::string& rule, const std::string& value) {
    make.bad(name, rule, fact("warning", value));
  };
  bad_value("fraction", "Numbers are integers", "1.5");
  bad_value("whole-fraction", "Numbers are integers", "1.0");
  bad_value("exponent", "Numbers are integers", "1e3");
  bad_value("inner-fraction", "Numbers are integers", "[[1.0]]");
  bad_value("minus-zero", "Canonical", "-0");
  bad_value("leading-zero", "Canonical", "01");
  bad_value("too-many-bits", "Numbers are integers of at most 53 bits", "9007199254740992");
  bad_value("too-many-bits-negative", "Numbers are integers of at most 53 bits", "-9007199254740992");
  bad_value("space", "No white space outside strings", "[1, 2]");
  bad_value("space-at-end", "No white space outside strings", "1 ");
  bad_value("duplicate-key", "Keys without duplicates", R"({"a":1,"a":1})");
  bad_value("unsorted-keys", "Keys in ascending order", R"({"b":1,"a":2})");
  bad_value("needless-escape", "Only these are escaped", R"("\u0041")");
  bad_value("escaped-slash", "Only these are escaped", R"("\/")");
  bad_value("escape-in-capitals", "Other control characters as \\u00xx in lower case", R"("\u001F")");
  bad_value("escape-long-form", "\\n has a short form", R"("\u000a")");
  bad_value("escaped-surrogates", "Only these are escaped", R"("\ud83d\ude00")");
  bad_value("not-utf8", "The JSON is UTF-8", "\"\x80\"");
  bad_value("overlong-utf8", "The JSON is UTF-8", "\"\xc0\xaf\"");
  bad_value("surrogate-utf8", "The JSON is UTF-8", "\"\xed\xa0\x80\"");
  bad_value("raw-control", "Control characters are escaped", "\"\n\"");
  bad_value("too-deep", "A value is nested at most 8 deep", "[[[[[[[[[1]]]]]]]]]");
  bad_value("no-value", "A disclosure has three elements", "");
  bad_value("four-elements", "A disclosure has three elements", "1,2");
  make.bad("two-elements", "A disclosure has three elements", line("[\"" + salt + "\",\"note\"]"));
  make.bad("not-an-array", "A disclosure has three elements", line("{\"a\":1}"));
  make.bad("salt-short", "A salt is 16 bytes", line("[\"AAECAwQFBgcICQoLDA0O\",\"note\",1]"));
  make.bad("salt-long", "A salt is 16 bytes", line("[\"AAECAwQFBgcICQoLDA0ODxA\",\"note\",1]"));
  make.bad("salt-unused-bits", "Unused bits of base64url are zero", line("[\"AAECAwQFBgcICQoLDA0ODx\",\"note\",1]"));
  make.bad("salt-number", "A salt is a string", line("[1,\"note\",1]"));
  make.bad("name-number", "A name is a string", line("[\"" + salt + "\",1,1]"));
  make.bad("name-empty", "A name is 1 to 64 of a-z 0-9 and dot", fact("", "1"));
  make.bad("name-in-capitals", "A name is 1 to 64 of a-z 0-9 and dot", fact("Note", "1"));
  make.bad("name-too-long", "A name is 1 to 64 of a-z 0-9 and dot", fact(std::string(65, 'a'), "1"));
  make.bad("byte-order-mark", "The JSON is compact", line("\xef\xbb\xbf[\"" + salt + "\",\"note\",1]"));
  make.bad("too-long", "A disclosure is at most 65,536 bytes", fact("note", "\"" + std::string(49152, 'a') + "\""));
}

void add_bad_files(Maker& make) {
  const std::string a = fact("image.width", "4032"), b = fact("image.height", "3024");
  const std::string low = std::min(a, b), high = std::max(a, b);
  make.bad("unsorted", "Ascending in ASCII order", high + low);
  make.bad("twice", "Ascending in ASCII order, so without duplicates", low + low);
  make.bad("padded", "Base64url is without padding", a.substr(0, a.size() - 1) + "=\n");
  make.bad("base64", "Base64url, not base64", edited(fact("note", "\"~~~~??\""), "-", "+"));
  make.bad("no-last-lf", "Each line ends with LF, the last one too", a.substr(0, a.size() - 1));
  make.bad("crlf", "Text format", a.substr(0, a.size() - 1) + "\r\n");
  make.bad("empty-line", "No empty line unless stated", low + "\n" + high);
  make.bad("only-lf", "No empty line unless stated", "\n");
  make.bad("trailing-space", "No trailing space", a.substr(0, a.size() - 1) + " \n");
}

}  // namespace

std::vector<Vector> fact_vectors() {
  Maker make("fact");
  add_good(make);
  add_bad(make);
  add_bad_files(make);
  return make.take();
}

}  // namespace dokaz::format_vectors
