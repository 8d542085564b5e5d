// SPDX-License-Identifier: GPL-3.0-or-later
// .tlog-proof files, with the statement, roster and policy under which each is checked.
#include "tests/unit/proto/log_samples.hpp"
#include "tests/vectors/make/vector.hpp"

namespace dokaz::vectors {
namespace {

using namespace dokaz::test;

class List {
 public:
  void text(const std::string& name, const std::string& expect, const std::string& rule, std::string bytes,
            const Statement& statement = sample_seal().statement) {
    vectors.push_back({"tlog-proof",
                       name,
                       expect,
                       rule,
                       std::move(bytes),
                       {{"statement", base64(statement.bytes())},
                        {"roster", base64(log_roster_note().bytes())},
                        {"policy", base64(bytes_of(sample_policy_text()))}}});
  }
  void receipt(const std::string& name, const std::string& expect, const std::string& rule,
               const Receipt& from, const Statement& statement = sample_seal().statement) {
    text(name, expect, rule, to_text(write_tlog_proof(from)), statement);
  }
  std::vector<Vector> vectors;
};

/// The note with one signature's byte changed, `at` from the end.
Note with_changed_line(const Note& note, std::size_t line, std::size_t at) {
  auto signature = note.signatures()[line];
  signature.signature[signature.signature.size() - at] ^= 1;
  std::string out = note.text() + "\n";
  for (std::size_t i = 0; i < note.signatures().size(); ++i) {
    const auto& from = i == line ? signature : note.signatures()[i];
    Bytes bytes(from.key_id.begin(), from.key_id.end());
    append(bytes, from.signature);
    out += "\u2014 " + from.name + " " + base64(bytes) + "\n";
  }
  return Note::parse(bytes_of(out)).value();
}

void add_accepted(List& list, const SignedStatement& seal) {
  list.receipt("seven_leaves", "success", "a receipt that two of three witnesses cosigned",
               SampleLog(7, 3, seal).receipt());
  list.receipt("one_leaf", "success", "in a tree of one leaf there is no sibling hash",
               SampleLog(1, 0, seal).receipt());
  list.receipt("all_witnesses", "success", "more witnesses than the quorum needs",
               SampleLog(7, 6, seal).receipt({1, 2, 3}));
  list.receipt("unknown_witness", "success", "a signature line by an unknown key is ignored",
               SampleLog(7, 3, seal).receipt({1, 2, 9}));
}

void add_malformed(List& list, const SignedStatement& seal) {
  const Receipt good = SampleLog(7, 3, seal).receipt();
  const std::string text = to_text(write_tlog_proof(good));
  const auto lines = lines_of(text);
  const auto edited = [&](auto edit) {
    auto copy = lines;
    edit(copy);
    return text_of_lines(copy);
  };
  const auto refuse = [&](const std::string& name, const std::string& rule, std::string bytes) {
    list.text(name, "malformed", rule, std::move(bytes));
  };
  list.text("version_2", "unsupported_version", "an unknown version of a known kind",
            changed(text, "tlog-proof@v1", "tlog-proof@v2"));
  refuse("header_other", "the first line names the kind",
         changed(text, "c2sp.org/tlog-proof@v1", "c2sp.org/proof@v1"));
  refuse("empty", "an empty file is no receipt", "");
  refuse("carriage_return", "lines end with LF only", changed(text, "@v1\n", "@v1\r\n"));
  refuse("space_at_end_of_line", "no trailing space", changed(text, "index 3\n", "index 3 \n"));
  refuse("no_line_feed_at_end", "the last line ends with LF too", text.substr(0, text.size() - 1));
  refuse("byte_after_end", "nothing may follow the end", text + "\n");
  refuse("extra_short", "extra is S and K, 96 bytes",
         edited([&](auto& l) { l[1] = "extra " + base64(good.signature.view()); }));
  refuse("extra_missing", "the extra line is required", edited([](auto& l) { l.erase(l.begin() + 1); }));
  refuse("extra_base64url", "base64 is RFC 4648 section 4", edited([](auto& l) {
           std::replace(l[1].begin() + 6, l[1].end(), '+', '-');
           std::replace(l[1].begin() + 6, l[1].end(), '/', '_');
         }));
  refuse("index_leading_zero", "decimal numbers have no leading zero",
         changed(text, "index 3\n", "index 03\n"));
  refuse("index_plus", "decimal numbers have no sign", changed(text, "index 3\n", "index +3\n"));
  refuse("index_too_large", "decimal numbers are less than 2^64",
         changed(text, "index 3\n", "index 18446744073709551616\n"));
  refuse("index_before_extra", "the lines are in this order", edited([](auto& l) { std::swap(l[1], l[2]); }));
  refuse("hash_short", "a sibling hash is 32 bytes", edited([](auto& l) { l[3] = base64(Bytes(31)); }));
  refuse("hash_hexadecimal", "a sibling hash is in base64",
         edited([&](auto& l) { l[3] = hex(good.path[0]); }));
  refuse("hash_unused_bits", "unused bits are zero", edited([](auto& l) {
           auto& last = l[3][l[3].size() - 2];
           last = last == 'Y' ? 'Z' : static_cast<char>(last + 1);
         }));
  refuse("path_of_64", "at most 63 sibling hashes",
         edited([](auto& l) { l.insert(l.begin() + 3, 61, base64(Bytes(32))); }));
  refuse("no_empty_line", "an empty line stands before the checkpoint", edited([](auto& l) {
           l.erase(l.begin() + static_cast<std::ptrdiff_t>(line_with(l, "sigsum.org/")) - 1);
         }));
  refuse("two_empty_lines", "exactly one empty line stands before the checkpoint", edited([](auto& l) {
           l.insert(l.begin() + static_cast<std::ptrdiff_t>(line_with(l, "sigsum.org/")), "");
         }));
  refuse("checkpoint_extension_line", "the checkpoint's text is exactly three lines", edited([](auto& l) {
           l.insert(l.begin() + static_cast<std::ptrdiff_t>(line_with(l, "sigsum.org/")) + 3, "extension");
         }));
  refuse("checkpoint_size_leading_zero", "decimal numbers have no leading zero",
         changed(text, "\n7\n", "\n07\n"));
  refuse("no_signature_line", "the checkpoint is signed by the log",
         edited([](auto& l) { l.resize(line_with(l, "\u2014")); }));
}

void add_refused(List& list, const SignedStatement& seal) {
  const SampleLog log(7, 3, seal);
  const Receipt good = log.receipt();
  const auto refuse = [&](const std::string& name, const std::string& expect, const std::string& rule,
                          auto change) {
    Receipt copy = good;
    change(copy);
    list.receipt(name, expect, rule, copy);
  };
  // step 2
  refuse("member_unknown", "not_a_member", "K is the hash of a member's key",
         [](auto& r) { r.member = key_of(98).public_key().hash(); });
  const auto receive = sign_statement(Statement::make(receive_fields(seal.statement)).value(), member_key());
  list.receipt("member_not_entitled", "not_a_member", "the role decides which acts a member may sign",
               SampleLog(7, 3, receive).receipt(), receive.statement);
  // step 3
  refuse("signature_changed", "bad_signature", "S verifies over C",
         [](auto& r) { r.signature.raw()[0] ^= 1; });
  refuse("member_other", "bad_signature", "S verifies under the key that K names",
         [](auto& r) { r.member = key_of(42).public_key().hash(); });
  auto fields = seal_fields();
  fields.seq = 2;
  list.receipt("statement_other", "bad_signature", "S is over this statement", good,
               Statement::make(fields).value());
  auto foreign = seal_fields();
  foreign.chain = chain_id(fingerprint_of(key_of(99).public_key()), member_key().public_key(), 0);
  const auto elsewhere = sign_statement(Statement::make(foreign).value(), member_key());
  list.receipt("chain_of_another_case", "broken_chain", "the chain is one of this case and this member",
               SampleLog(7, 3, elsewhere).receipt(), elsewhere.statement);
  // step 4
  refuse("log_other", "policy_unmet", "the checkpoint is of the policy's log", [&](auto& r) {
    r.checkpoint = log.checkpoint({1, 3}, key_of(99));
  });
  refuse("one_witness", "policy_unmet", "the quorum is two of three",
         [&](auto& r) { r.checkpoint = log.checkpoint({1}); });
  refuse("no_witness", "policy_unmet", "the quorum is two of three",
         [&](auto& r) { r.checkpoint = log.checkpoint({}); });
  refuse("unknown_witness_does_not_count", "policy_unmet", "only witnesses of the quorum count",
         [&](auto& r) {
           r.checkpoint = log.checkpoint({1, 9});
         });
  refuse("log_signature_changed", "bad_signature", "a line by a known key that fails refuses the note",
         [](auto& r) { r.checkpoint = with_changed_line(r.checkpoint, 0, 64); });
  refuse("cosignature_changed", "bad_signature", "a line by a known key that fails refuses the note",
         [](auto& r) { r.checkpoint = with_changed_line(r.checkpoint, 1, 64); });
  refuse("cosignature_time_changed", "bad_signature", "the cosignature covers its time",
         [](auto& r) { r.checkpoint = with_changed_line(r.checkpoint, 1, 65); });
  refuse("surplus_cosignature_changed", "bad_signature",
         "a failing known line refuses the note, quorum or not", [&](auto& r) {
           r.checkpoint = with_changed_line(log.checkpoint({1, 2, 3}), 3, 64);
         });
  // step 5
  refuse("index_other", "bad_inclusion", "the proof leads from the leaf at this index",
         [](auto& r) { r.index = 2; });
  refuse("index_is_size", "bad_inclusion", "the index is less than the size", [](auto& r) { r.index = 7; });
  refuse("hash_changed", "bad_inclusion", "each sibling hash counts",
         [](auto& r) { r.path[2].raw()[5] ^= 4; });
  refuse("hash_missing", "bad_inclusion", "the path reaches the root", [](auto& r) { r.path.pop_back(); });
  refuse("hash_extra", "bad_inclusion", "the path ends at the root",
         [](auto& r) { r.path.push_back(TreeHash()); });
  refuse("checkpoint_newer", "bad_inclusion", "path and checkpoint are of one tree", [&](auto& r) {
    r.checkpoint = SampleLog(8, 3, seal).checkpoint({1, 3});
  });
}

}  // namespace

std::vector<Vector> tlog_proof_vectors() {
  const auto seal = sample_seal();
  List list;
  add_accepted(list, seal);
  add_malformed(list, seal);
  add_refused(list, seal);
  return list.vectors;
}

}  // namespace dokaz::vectors
