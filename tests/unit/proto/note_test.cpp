// SPDX-License-Identifier: GPL-3.0-or-later
// Signed notes: whose line holds, and what a note must look like before anybody asks.
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"
#include "proto/format/note.hpp"
#include "tests/unit/proto/format_samples.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

constexpr const char* name = "example.org/log";
const std::string dash = "\xe2\x80\x94 ";

}  // namespace

TEST_CASE("a note that has not the form of one is refused") {
  const Note good = Note::sign("a\nb\n", name, key_of(1));
  const std::string line = to_text(good.bytes()).substr(5);
  for (const std::string& bad :
       {std::string(), std::string("a\n"), std::string("a\n\n"), "\n" + line, "a\n" + line, "a\n\n" + line + "\n",
        "a\n\n" + line + "x", "a\n\n" + line + line, "a\r\n\n" + line, "a\t\n\n" + line, "\xd0\xb4\n\n" + line,
        "a\n\n" + line.substr(0, line.size() - 1), "a\n\n" + dash + "AAAAAAA=\n", "a\n\n" + dash + "n  AAAAAAA=\n",
        "a\n\n" + dash + "n AAAAAAA\n", "a\n\n" + dash + "n AAAAAA==\n", "a\n\n" + dash + "n+n AAAAAAA=\n",
        "a\n\n" + dash + "n AAAAAAA= \n", std::string("a\n\n- n AAAAAAA=\n")})
    CHECK(Note::parse(bytes_of(bad)).code() == Errc::malformed);
  CHECK(Note::parse(bytes_of("a\n\n" + dash + "n AAAAAAA=\n")).has_value());
  CHECK(Note::parse(bytes_of(std::string(max_note_size, 'a') + "\n\n" + line)).code() == Errc::malformed);
}

TEST_CASE("a note is split at its last empty line") {
  const Note note = Note::sign("a\n\nb\n", name, key_of(1));
  CHECK(Note::parse(note.bytes()).value().text() == "a\n\nb\n");
}

TEST_CASE("only the line of that name and key counts") {
  const auto key = key_of(1);
  const Note note = Note::sign("a\nb\n", name, key);
  CHECK(note.verify(name, key.public_key()).has_value());
  CHECK(note.verify_only(name, key.public_key()).has_value());
  CHECK(note.verify("example.org/other", key.public_key()).code() == Errc::bad_signature);
  CHECK(note.verify(name, key_of(2).public_key()).code() == Errc::bad_signature);
  const Bytes other_text = to_bytes("a\nc\n" + to_text(note.bytes()).substr(4));
  CHECK(Note::parse(other_text).value().verify(name, key.public_key()).code() == Errc::bad_signature);
}

TEST_CASE("a signature of another length is bad, not skipped") {
  const auto key = key_of(1);
  NoteSignature line = Note::sign("a\n", name, key).signatures()[0];
  line.signature.push_back(0);
  const Note note = Note::sign("a\n", "x", key_of(2)).with_line(line).value();
  CHECK(note.verify(name, key.public_key()).code() == Errc::bad_signature);
}

TEST_CASE("a further line keeps the bytes before it, up to 32 lines") {
  const auto key = key_of(1);
  const Note note = Note::sign("a\nb\n", name, key);
  const NoteSignature line = Note::sign("a\nb\n", "other", key_of(2)).signatures()[0];
  Note both = note.with_line(line).value();
  CHECK(text_of(both.bytes()).starts_with(text_of(note.bytes())));
  CHECK(both.verify(name, key.public_key()).has_value());
  CHECK(both.verify("other", key_of(2).public_key()).has_value());
  CHECK(both.verify_only(name, key.public_key()).code() == Errc::malformed);
  CHECK(both.with_line(line).code() == Errc::malformed);
  for (Byte i = 2; i < 32; ++i) {
    NoteSignature more = line;
    more.key_id[0] = static_cast<Byte>(line.key_id[0] + i);
    both = both.with_line(more).value();
  }
  CHECK(both.signatures().size() == 32);
  NoteSignature last = line;
  last.name = "last";
  CHECK(both.with_line(last).code() == Errc::malformed);
}

TEST_CASE("every single byte matters") {
  const auto key = key_of(1);
  const Note note = Note::sign("a\nb\n", name, key);
  for (std::size_t i = 0; i < note.bytes().size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes bytes = note.bytes();
      bytes[i] = static_cast<Byte>(bytes[i] ^ (1 << bit));
      const auto read = Note::parse(bytes);
      CHECK_FALSE((read && read->verify(name, key.public_key())));
    }
}
