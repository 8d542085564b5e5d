// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 7: the form of a signed note, whatever its text says.
#include "proto/format/note.hpp"
#include "tests/unit/proto/case_samples.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

using namespace dokaz::test;

const std::string dash = "\xe2\x80\x94 ";
const std::string note_name = "example.org/log";

std::string signature_line(const std::string& text, const std::string& name, const SigningKey& key) {
  return to_text(Note::sign(text, name, key).bytes()).substr(text.size() + 1);
}

std::string raw_line(const std::string& name, const Bytes& blob) { return dash + name + ' ' + base64(blob) + '\n'; }

}  // namespace

std::vector<Vector> note_vectors() {
  Maker make("note", {{"name", note_name}, {"key", hex(log_key().public_key())}});
  const std::string text = "first line\nsecond line\n";
  const std::string line = signature_line(text, note_name, log_key());
  const std::string good = text + "\n" + line;
  make.good("one-line", "A note is a text, an empty line, and signature lines", good);
  make.good("two-lines", "A line by an unknown key is ignored", good + signature_line(text, "other", root_key()));
  make.good("same-name-other-key", "A line is named by name and key id",
            text + "\n" + signature_line(text, note_name, root_key()) + line);
  const std::string inner = "first line\n\nsecond line\n";
  make.good("empty-line-inside", "A note is split at its last empty line",
            inner + "\n" + signature_line(inner, note_name, log_key()));
  std::string many = good;
  for (Byte i = 1; i < 32; ++i) many += raw_line("other", Bytes(68, i));
  make.good("32-lines", "At most 32 signature lines", many);

  make.bad("33-lines", "At most 32 signature lines", many + raw_line("more", Bytes(68, 1)));
  make.bad("too-long", "A note is at most 65,536 bytes", std::string(65536, 'a') + "\n\n" + line);
  make.bad("line-twice", "No two lines have the same name and key id", good + line);
  make.bad("no-signature-line", "1 to 32 signature lines", text + "\n");
  make.bad("no-empty-line", "A text, an empty line, and signature lines", text + line);
  make.bad("no-text", "A text, an empty line, and signature lines", "\n" + line);
  make.bad("empty", "A text, an empty line, and signature lines", "");
  make.bad("line-after", "Nothing may follow the end", good + "more\n");
  make.bad("no-last-lf", "Each line ends with LF, the last one too", good.substr(0, good.size() - 1));
  make.bad("crlf", "Text format: bytes 0x20 to 0x7E and LF only", edited(good, "first line\n", "first line\r\n"));
  make.bad("non-ascii", "Text format: bytes 0x20 to 0x7E and LF only", edited(good, "first", "f\xc3\xadrst"));
  make.bad("hyphen", "The dash is U+2014", edited(good, dash, "- "));
  make.bad("en-dash", "The dash is U+2014", edited(good, dash, "\xe2\x80\x93 "));
  make.bad("no-name", "A line has a name", edited(good, dash + note_name, dash));
  make.bad("plus-in-name", "A name has no plus", text + "\n" + edited(line, "example", "ex+mple"));
  make.bad("three-fields", "Fields are separated by exactly one space", text + "\n" + line.substr(0, line.size() - 1) + " x\n");
  make.bad("two-spaces", "Fields are separated by exactly one space", edited(good, note_name, note_name + " "));
  make.bad("no-padding", "Base64 is with padding", text + "\n" + raw_line(note_name, Bytes(67, 1)).substr(0, 4 + note_name.size() + 91) + "\n");
  make.bad("only-key-id", "A line holds a signature", text + "\n" + raw_line(note_name, Bytes(4, 1)));

  make.bad("flipped-bit", "bad_signature", "A line by a known key that fails refuses the note", edited(good, "first", "fjrst"));
  make.bad("other-key", "bad_signature", "Signed by the key that is asked for",
           text + "\n" + signature_line(text, note_name, root_key()));
  make.bad("other-name", "bad_signature", "Signed under the name that is asked for",
           text + "\n" + signature_line(text, "example.org/other", log_key()));
  Bytes longer(note_key_id(note_name, NoteKeyType::ed25519, log_key().public_key()).size());
  const auto id = note_key_id(note_name, NoteKeyType::ed25519, log_key().public_key());
  longer.assign(id.begin(), id.end());
  append(longer, log_key().sign(bytes_of(text)).view());
  longer.push_back(0);
  make.bad("longer-signature", "bad_signature", "A signature is 64 bytes", text + "\n" + raw_line(note_name, longer));
  return make.take();
}

}  // namespace dokaz::format_vectors
