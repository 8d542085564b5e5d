// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of section 8, policy, and section 9, checkpoint.
#include "tests/unit/proto/case_samples.hpp"
#include "tests/vectors/make/format_vector.hpp"

namespace dokaz::format_vectors {
namespace {

using namespace dokaz::test;

std::vector<Vector> policy_texts() {
  Maker make("policy");
  const std::string good = sample_policy_text();
  const std::string log = good.substr(0, good.find('\n') + 1), w1 = line_of(good, "witness");
  const std::string group = line_of(good, "group"), quorum = line_of(good, "quorum");
  const std::string w3 = "witness w3 " + hex(witness_key(3).public_key()) + "\n";
  make.good("two-of-three", "k of them suffice", good);
  make.good("log-only", "quorum none", log + "quorum none\n");
  make.good("one-witness", "quorum is a witness", log + w1 + "quorum w1\n");
  make.good("witnesses-without-quorum", "quorum none", edited(good, quorum, "quorum none\n"));
  make.bad("no-log", "log exactly one", good.substr(log.size()));
  make.bad("two-logs", "log exactly one", log + "log " + hex(key_of(35).public_key()) + "\n" + good.substr(log.size()));
  make.bad("log-with-url", "log is one key", log.substr(0, log.size() - 1) + " https://example.org\n" + good.substr(log.size()));
  make.bad("log-of-small-order", "bad_key", "A key of small order is bad_key",
           "log 01" + std::string(62, '0') + "\nquorum none\n");
  make.bad("witness-after-group", "In this order", edited(edited(good, w3, ""), quorum, w3 + quorum));
  make.bad("witness-name-twice", "Names are unique", edited(good, "witness w2", "witness w1"));
  make.bad("witness-key-twice", "Keys are unique",
           edited(good, hex(witness_key(2).public_key()), hex(witness_key(1).public_key())));
  make.bad("witness-with-the-logs-key", "A key has one role",
           edited(good, hex(witness_key(2).public_key()), hex(log_key().public_key())));
  make.bad("witness-named-none", "none is no name", log + "witness none" + w1.substr(10) + "quorum none\n");
  make.bad("witness-plus-in-name", "A name has no plus", log + "witness w+" + w1.substr(10) + "quorum none\n");
  make.bad("witness-unknown-in-group", "Group, naming witnesses", edited(good, " w3\n", " w4\n"));
  make.bad("witness-twice-in-group", "Group, naming witnesses", edited(good, " w2 w3\n", " w2 w2\n"));
  make.bad("two-groups", "group zero or one", edited(good, group, group + "group more 1 w1\n"));
  make.bad("group-named-as-witness", "Names are unique", edited(edited(good, "group two-of-three", "group w1"), quorum, "quorum w1\n"));
  make.bad("group-of-none", "k is at least 1", edited(good, "three 2 w1", "three 0 w1"));
  make.bad("group-of-too-many", "k is at most the number of names", edited(good, "three 2 w1", "three 4 w1"));
  make.bad("group-leading-zero", "Decimal numbers have no leading zero", edited(good, "three 2 w1", "three 02 w1"));
  make.bad("group-without-names", "Group, naming witnesses", edited(good, " 2 w1 w2 w3", " 2"));
  make.bad("quorum-unknown", "quorum: a witness, the group, or none", edited(good, quorum, "quorum w4\n"));
  make.bad("no-quorum", "quorum exactly one", edited(good, quorum, ""));
  make.bad("two-quorums", "quorum exactly one", good + quorum);
  make.bad("comment", "A known key in each line", "# text\n" + good);
  make.bad("empty", "log exactly one", "");
  make.bad("no-last-lf", "Each line ends with LF, the last one too", good.substr(0, good.size() - 1));
  make.bad("crlf", "Text format", edited(good, quorum, quorum.substr(0, quorum.size() - 1) + "\r\n"));
  make.bad("empty-line", "No empty line unless stated", edited(good, quorum, "\n" + quorum));
  make.bad("two-spaces", "Fields are separated by exactly one space", edited(good, " w2 w3\n", " w2  w3\n"));
  make.bad("tab", "Text format", edited(good, " w2 w3\n", " w2\tw3\n"));
  std::string too_long = log;
  for (unsigned i = 0; too_long.size() <= 16384; ++i)
    too_long += "witness n" + std::to_string(i) + " " +
                hex(SigningKey::from_seed(Secret<32>::copy_of(sha256(std::to_string(i)).raw())).public_key()) + "\n";
  make.bad("too-long", "A policy is at most 16,384 bytes", too_long + "quorum none\n");
  return make.take();
}

constexpr std::uint64_t noon = 1777636800;

class CheckpointMaker {
 public:
  CheckpointMaker() : make_("checkpoint", {{"policy", base64(bytes_of(sample_policy_text()))}}) {}

  std::vector<Vector> all() {
    const Note two = with(with(checkpoint_.note, 1), 3);
    make_.good("two-witnesses", "A checkpoint satisfies a policy: log's signature and quorum", text_of(two.bytes()));
    make_.good("three-witnesses", "A checkpoint satisfies a policy", text_of(with(two, 2).bytes()));
    NoteSignature unknown = cosign(checkpoint_, "unknown", noon, key_of(80));
    make_.good("unknown-line", "A line by an unknown key is ignored", text_of(two.with_line(unknown).value().bytes()));
    const Checkpoint empty = sign_checkpoint({0, TreeHash(sha256("").raw())}, log_key());
    Note empty_note = empty.note;
    for (Byte n : {Byte{1}, Byte{2}}) empty_note = empty_note.with_line(cosign(empty, witness_name(n), noon, witness_key(n))).value();
    make_.good("empty-tree", "The hash of the empty tree is H(\"\")", text_of(empty_note.bytes()));
    add_unmet(two);
    add_bad_lines(two);
    add_bad_texts();
    return make_.take();
  }

 private:
  Note with(const Note& note, Byte n) const {
    return note.with_line(cosign(checkpoint_, witness_name(n), noon + n, witness_key(n))).value();
  }

  void add_unmet(const Note& two) {
    make_.bad("no-witness", "policy_unmet", "The quorum's witnesses cosigned it", text_of(checkpoint_.note.bytes()));
    make_.bad("one-witness", "policy_unmet", "The quorum's witnesses cosigned it", text_of(with(checkpoint_.note, 2).bytes()));
    const Checkpoint other = sign_checkpoint(sample_head(), key_of(35));
    Note other_note = other.note;
    for (Byte n : {Byte{1}, Byte{2}}) other_note = other_note.with_line(cosign(other, witness_name(n), noon, witness_key(n))).value();
    make_.bad("another-log", "policy_unmet", "The log is the policy's", text_of(other_note.bytes()));
    NoteSignature as_note = Note::sign(two.text(), "w2", witness_key(2)).signatures()[0];
    make_.bad("witness-signs-as-log", "policy_unmet", "A cosignature is of type 04",
              text_of(with(checkpoint_.note, 1).with_line(as_note).value().bytes()));
  }

  void add_bad_lines(const Note& two) {
    NoteSignature line = cosign(checkpoint_, "w2", noon, witness_key(2));
    line.signature[7] ^= 1;
    make_.bad("cosignature-other-time", "bad_signature", "A cosignature covers its time", text_of(two.with_line(line).value().bytes()));
    line = cosign(checkpoint_, "w2", noon, witness_key(2));
    line.signature[20] ^= 1;
    make_.bad("cosignature-flipped-bit", "bad_signature", "A line by a known key that fails refuses the note",
              text_of(two.with_line(line).value().bytes()));
    line.signature.pop_back();
    make_.bad("cosignature-short", "bad_signature", "A cosignature is 76 bytes", text_of(two.with_line(line).value().bytes()));
    const Checkpoint other = sign_checkpoint({6, id_of<TreeHash>(0x67)}, log_key());
    make_.bad("cosignature-of-another-checkpoint", "bad_signature", "A line by a known key that fails refuses the note",
              text_of(two.with_line(cosign(other, "w2", noon, witness_key(2))).value().bytes()));
    Note forged = Note::sign(two.text(), checkpoint_.origin, key_of(35));
    make_.bad("log-line-by-another-key", "bad_signature", "The first line is by the log key", text_of(with(with(forged, 1), 2).bytes()));
    make_.bad("witness-twice", "No two lines have the same name and key id",
              to_text(two.bytes()) + to_text(two.bytes()).substr(to_text(with(checkpoint_.note, 1).bytes()).size()));
    const std::string text = to_text(checkpoint_.note.bytes()), head = checkpoint_.note.text() + "\n";
    const std::string w1 = to_text(with(checkpoint_.note, 1).bytes()).substr(text.size());
    make_.bad("log-line-second", "The first signature line is by the log key", head + w1 + text.substr(head.size()));
  }

  /// Signed by the log all the same, so that the text is the only reason.
  void add_bad_texts() {
    const std::string good = checkpoint_.note.text(), root = base64(sample_head().root.view());
    const auto bad = [&](const std::string& name, const std::string& rule, const std::string& text) {
      const std::string origin = text.substr(0, text.find('\n'));
      make_.bad(name, rule, text_of(Note::sign(text, origin, log_key()).bytes()));
    };
    bad("fourth-line", "A note whose text is exactly three lines", good + "more\n");
    bad("two-lines", "A note whose text is exactly three lines", edited(good, root + "\n", ""));
    bad("origin-of-another-kind", "The origin's form", edited(good, "sigsum.org/v1/tree/", "sigsum.org/v2/tree/"));
    bad("origin-in-capitals", "Hexadecimal is lower case", "sigsum.org/v1/tree/" + std::string(64, 'A') + "\n5\n" + root + "\n");
    bad("origin-short", "The origin holds 64 hex digits", "sigsum.org/v1/tree/" + std::string(62, 'a') + "\n5\n" + root + "\n");
    bad("size-leading-zero", "Decimal numbers have no leading zero", edited(good, "\n5\n", "\n05\n"));
    bad("size-too-large", "Decimal numbers are less than 2^64", edited(good, "\n5\n", "\n18446744073709551616\n"));
    bad("root-short", "The root is 32 bytes", edited(good, root, base64(Bytes(31))));
    bad("root-unused-bits", "Unused bits of base64 are zero", edited(good, root, root.substr(0, 42) + "n="));
    bad("empty-tree-with-another-root", "The hash of the empty tree is H(\"\")", edited(good, "\n5\n", "\n0\n"));
  }

  Maker make_;
  Checkpoint checkpoint_ = sign_checkpoint(sample_head(), log_key());
};

}  // namespace

std::vector<Vector> policy_vectors() {
  std::vector<Vector> out = policy_texts();
  for (Vector& vector : CheckpointMaker().all()) out.push_back(std::move(vector));
  return out;
}

}  // namespace dokaz::format_vectors
