// SPDX-License-Identifier: GPL-3.0-or-later
// A small log with fixed bytes that holds a `seal` and the `receive` that answers it.
#pragma once

#include "proto/format/receipt.hpp"
#include "tests/unit/proto/case_samples.hpp"
#include "tests/unit/proto/naive_tree.hpp"

namespace dokaz::test {

inline SigningKey server_key() { return key_of(40); }

/// A fact with a fixed salt.
inline Fact fixed_fact(std::string_view name, std::string_view json) {
  const std::string text =
      "[\"" + base64url(Bytes(16, 0x5a)) + "\",\"" + std::string(name) + "\"," + std::string(json) + "]";
  return Fact::parse(base64url(bytes_of(text))).value();
}

inline Roster log_roster() {
  Roster roster = sample_roster();
  roster.members.push_back({"dora", Role::documenter, member_key().public_key()});
  return roster;
}
inline Note log_roster_note() { return sign_roster(log_roster(), root_key()).value(); }

inline Membership log_membership() {
  const CaseRoot root(fingerprint_of(root_key().public_key()));
  return Membership(root.check_roster(log_roster_note()).value());
}

inline Policy quorum_policy() { return Policy::parse(bytes_of(sample_policy_text())).value(); }

inline SignedStatement sample_seal() {
  return sign_statement(Statement::make(seal_fields()).value(), member_key());
}

inline std::string json_text(std::string_view text) { return std::string("\"").append(text).append("\""); }

/// The server's answer: same objects, and the fact `statement`.
inline Fact answer_to(const Statement& statement) {
  return fixed_fact("statement", json_text(hex(statement.hash())));
}
inline StatementFields receive_fields(const Statement& statement) {
  StatementFields fields = genesis_fields();
  fields.chain = chain_of(server_key());
  fields.seq = 9;
  fields.previous = id_of<StatementHash>(0x78);
  fields.act = Act::receive;
  fields.objects = statement.fields().objects;
  fields.facts = {answer_to(statement).digest(), id_of<FactDigest>(0x79)};
  return fields;
}

inline TreeHash leaf_of_signed(const SignedStatement& from) {
  return leaf_hash(leaf_of(from.statement.hash(), from.signature, from.member.hash()));
}

/// A log of `size` leaves: made up ones, but for `entry` at `index`.
class SampleLog {
 public:
  SampleLog(std::uint64_t size, std::uint64_t index, const SignedStatement& entry)
      : index_(index), entry_(entry) {
    for (std::uint64_t i = 0; i < size; ++i)
      stored_.append(i == index ? leaf_of_signed(entry)
                                : TreeHash(sha256("other " + std::to_string(i)).raw()));
  }

  TreeHead head() const { return {stored_.edge().size(), stored_.edge().root()}; }

  /// Signed by the log and cosigned by these witnesses, at 1777630400 and each a second later.
  Note checkpoint(const std::vector<Byte>& witnesses, const SigningKey& log = log_key()) const {
    const Checkpoint signed_head = sign_checkpoint(head(), log);
    Note note = signed_head.note;
    std::uint64_t time = 1777630400;
    for (Byte n : witnesses)
      note = note.with_line(
                     cosign(signed_head, std::string("w").append(std::to_string(n)), time++, witness_key(n)))
                 .value();
    return note;
  }

  Receipt receipt(const std::vector<Byte>& witnesses = {1, 3}) const {
    return {entry_.signature, entry_.member.hash(), index_,
            prove_inclusion(index_, head().size, stored_.reader()).value(), checkpoint(witnesses)};
  }

 private:
  std::uint64_t index_;
  SignedStatement entry_;
  naive::Stored stored_;
};

}  // namespace dokaz::test
