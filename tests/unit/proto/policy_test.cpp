// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints and policies: whose signatures suffice, and what refuses the whole note.
#include <catch2/catch.hpp>

#include "crypto/encoding.hpp"
#include "proto/format/server_policy.hpp"
#include "tests/unit/proto/case_samples.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

constexpr std::uint64_t noon = 1777636800;

Policy policy_of(const std::string& text) { return Policy::parse(bytes_of(text)).value(); }

/// The sample checkpoint with the lines of these witnesses.
Note cosigned(std::initializer_list<Byte> witnesses) {
  const Checkpoint checkpoint = sign_checkpoint(sample_head(), log_key());
  Note note = checkpoint.note;
  for (Byte n : witnesses)
    note = note.with_line(cosign(checkpoint, witness_name(n), noon + n, witness_key(n))).value();
  return note;
}

}  // namespace

TEST_CASE("too few witnesses do not satisfy a policy") {
  const Policy policy = policy_of(sample_policy_text());
  CHECK(policy.needs_witnesses());
  CHECK(policy.check(cosigned({})).code() == Errc::policy_unmet);
  CHECK(policy.check(cosigned({2})).code() == Errc::policy_unmet);
  const auto two = policy.check(cosigned({3, 1}));
  REQUIRE(two.has_value());
  REQUIRE((*two)->witnesses.size() == 2);
  CHECK((*two)->witnesses[0].witness == "w1");
  CHECK((*two)->witnesses[0].unix_time == noon + 1);
  CHECK((*two)->checkpoint.head == sample_head());
  CHECK(policy.check(cosigned({1, 2, 3})).has_value());
}

TEST_CASE("the log's signature alone lets one go on, and never counts as the quorum") {
  const Policy policy = policy_of(sample_policy_text());
  const auto alone = policy.check_log(cosigned({}));
  REQUIRE(alone.has_value());
  CHECK((*alone)->checkpoint.head == sample_head());
  CHECK((*alone)->witnesses.empty());
  CHECK((*policy.check_log(cosigned({2})))->witnesses.at(0).witness == "w2");
  static_assert(!std::is_convertible_v<Verified<LogCheckpoint>, Verified<TrustedCheckpoint>>);
  static_assert(!std::is_convertible_v<LogCheckpoint, TrustedCheckpoint>);
  CHECK(policy.check_log(sign_checkpoint(sample_head(), key_of(35)).note).code() == Errc::policy_unmet);
  const Note forged = Note::sign(cosigned({}).text(), log_origin(log_key().public_key()), key_of(35));
  CHECK(policy.check_log(forged).code() == Errc::bad_signature);
  NoteSignature bad = cosign(sign_checkpoint(sample_head(), log_key()), "w3", noon, witness_key(3));
  bad.signature[20] ^= 1;
  CHECK(policy.check_log(cosigned({}).with_line(bad).value()).code() == Errc::bad_signature);
}

TEST_CASE("a server's policy says where its witnesses are asked, and is a policy without that") {
  const auto with = [](const std::string& url) {
    std::string text = sample_policy_text();
    text.insert(text.find('\n', text.find("witness ")), url);
    return ServerPolicy::parse(bytes_of(text));
  };
  const auto plain = ServerPolicy::parse(bytes_of(sample_policy_text()));
  REQUIRE(plain.has_value());
  CHECK(plain->places.empty());
  const auto one = with(" https://witness.example/a");
  REQUIRE(one.has_value());
  CHECK(text_of(one->policy.bytes()) == sample_policy_text());
  REQUIRE(one->places.size() == 1);
  CHECK(one->places[0].witness.name == "w1");
  CHECK(one->places[0].witness.key == witness_key(1).public_key());
  CHECK(one->places[0].url == "https://witness.example/a");
  CHECK(with(" http://127.0.0.1:1").has_value());
  for (const std::string url : {" ", "  https://a", " https://a ", " https://", " ftp://a", " https://a/", " https://a?b", " https://a#b",
                                " HTTPS://a", " https://a b", " https://\x7f", " https://\xc3\xa9", " https://a\r"}) {
    INFO(url);
    CHECK(with(url).code() == Errc::malformed);
  }
  CHECK(with(" https://" + std::string(max_witness_url - 8, 'a')).has_value());
  CHECK(with(" https://" + std::string(max_witness_url - 7, 'a')).code() == Errc::malformed);
  const std::string text = sample_policy_text();
  CHECK(ServerPolicy::parse(bytes_of(text.substr(0, text.size() - 1))).code() == Errc::malformed);
  CHECK(ServerPolicy::parse(bytes_of("log " + hex(log_key().public_key()) + " https://a\nquorum none\n")).code() == Errc::malformed);
  CHECK(Policy::parse(bytes_of("log " + hex(log_key().public_key()) + "\nwitness w1 " + hex(witness_key(1).public_key()) + " https://a\nquorum none\n")).code() == Errc::malformed);
}

TEST_CASE("another log's checkpoint does not satisfy a policy") {
  const Checkpoint other = sign_checkpoint(sample_head(), key_of(35));
  CHECK(Policy::log_only(log_key().public_key()).check(other.note).code() == Errc::policy_unmet);
  // Somebody else signs under the log's origin.
  const Note forged = Note::sign(cosigned({}).text(), log_origin(log_key().public_key()), key_of(35));
  CHECK(Policy::log_only(log_key().public_key()).check(forged).code() == Errc::bad_signature);
}

TEST_CASE("a known witness's line that fails refuses the note, an unknown line is nothing") {
  const Policy policy = policy_of(sample_policy_text());
  const Checkpoint checkpoint = sign_checkpoint(sample_head(), log_key());
  NoteSignature line = cosign(checkpoint, "w3", noon, witness_key(3));
  for (std::size_t i = 0; i < line.signature.size(); ++i) {
    NoteSignature bad = line;
    bad.signature[i] ^= 1;
    CHECK(policy.check(cosigned({1, 2}).with_line(bad).value()).code() == Errc::bad_signature);
  }
  NoteSignature shorter = line;
  shorter.signature.pop_back();
  CHECK(policy.check(cosigned({1, 2}).with_line(shorter).value()).code() == Errc::bad_signature);
  NoteSignature unknown = line;
  unknown.name = "w4";
  unknown.signature = {1};
  CHECK(policy.check(cosigned({1, 2}).with_line(unknown).value()).has_value());
  CHECK(policy.check(cosigned({1}).with_line(unknown).value()).code() == Errc::policy_unmet);
}

TEST_CASE("a witness's line is for one checkpoint") {
  const Checkpoint other = sign_checkpoint({6, id_of<TreeHash>(0x67)}, log_key());
  const Note note = cosigned({1}).with_line(cosign(other, "w2", noon, witness_key(2))).value();
  CHECK(policy_of(sample_policy_text()).check(note).code() == Errc::bad_signature);
}

TEST_CASE("the log's line comes first") {
  const Checkpoint checkpoint = sign_checkpoint(sample_head(), log_key());
  const std::string whole = to_text(checkpoint.note.bytes());
  const std::string head = checkpoint.note.text() + "\n";
  const std::string witness_line = to_text(cosigned({1}).bytes()).substr(whole.size());
  const auto note = Note::parse(bytes_of(head + witness_line + whole.substr(head.size())));
  REQUIRE(note.has_value());
  CHECK(parse_checkpoint(*note).code() == Errc::malformed);
}

TEST_CASE("a quorum is none, one witness or a group") {
  const std::string lines = "log " + hex(log_key().public_key()) + "\nwitness w1 " + hex(witness_key(1).public_key()) +
                            "\nwitness w2 " + hex(witness_key(2).public_key()) + "\n";
  CHECK(policy_of(lines + "quorum none\n").check(cosigned({})).has_value());
  CHECK_FALSE(policy_of(lines + "quorum none\n").needs_witnesses());
  CHECK(policy_of(lines + "quorum w2\n").check(cosigned({1})).code() == Errc::policy_unmet);
  CHECK(policy_of(lines + "quorum w2\n").check(cosigned({2})).has_value());
  CHECK(policy_of(lines + "group g 1 w1\nquorum w2\n").check(cosigned({1})).code() == Errc::policy_unmet);
  CHECK(policy_of(lines + "group g 1 w1 w2\nquorum g\n").check(cosigned({2})).has_value());
}

TEST_CASE("every byte of a cosigned checkpoint matters") {
  const Policy policy = policy_of(sample_policy_text());
  const Note note = cosigned({1, 2});
  for (std::size_t i = 0; i < note.bytes().size(); ++i)
    for (int flip : {0x01, 0x20, 0x80}) {
      Bytes bytes = note.bytes();
      bytes[i] = static_cast<Byte>(bytes[i] ^ flip);
      const auto read = Note::parse(bytes);
      CHECK_FALSE((read && policy.check(*read)));
    }
}

TEST_CASE("the empty tree has one root") {
  const TreeHead empty{0, TreeHash(sha256("").raw())};
  CHECK(parse_checkpoint(sign_checkpoint(empty, log_key()).note)->head == empty);
}
