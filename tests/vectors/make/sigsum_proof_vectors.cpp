// SPDX-License-Identifier: GPL-3.0-or-later
// .sigsum-proof files: only their form, since their facts are those of the .tlog-proof.
#include "tests/unit/proto/log_samples.hpp"
#include "tests/vectors/make/vector.hpp"

namespace dokaz::vectors {

using namespace dokaz::test;

std::vector<Vector> sigsum_proof_vectors() {
  std::vector<Vector> out;
  const auto seal = sample_seal();
  const auto proof = [&](std::uint64_t size, std::uint64_t index, const std::vector<Byte>& witnesses) {
    return to_text(
        write_sigsum_proof(SampleLog(size, index, seal).receipt(witnesses), quorum_policy()).value());
  };
  const auto add = [&](const std::string& name, const std::string& expect, const std::string& rule,
                       std::string bytes) {
    out.push_back({"sigsum-proof", name, expect, rule, std::move(bytes)});
  };
  const std::string good = proof(7, 3, {1, 3}), one = proof(1, 0, {1, 3});
  const auto lines = lines_of(good);
  const auto edited = [&](auto edit) {
    auto copy = lines;
    edit(copy);
    return text_of_lines(copy);
  };
  const auto refuse = [&](const std::string& name, const std::string& rule, std::string bytes) {
    add(name, "malformed", rule, std::move(bytes));
  };
  const auto at = [&](std::string_view start) {
    return static_cast<std::ptrdiff_t>(line_with(lines, start));
  };
  const auto cosignature = static_cast<std::size_t>(at("cosignature="));
  const std::string node = lines[static_cast<std::size_t>(at("node_hash="))];

  add("seven_leaves", "success", "three blocks", good);
  add("one_leaf", "success", "in a tree of size 1 the last block is absent", one);
  add("no_witness", "success", "zero cosignature lines", proof(7, 3, {}));
  add("last_of_five", "success", "one sibling hash", proof(5, 4, {2}));
  add("version_1", "unsupported_version", "an unknown version", changed(good, "version=2", "version=1"));
  add("version_3", "unsupported_version", "an unknown version", changed(good, "version=2", "version=3"));
  refuse("empty", "an empty file is no proof", "");
  refuse("version_missing", "the first line is the version", good.substr(good.find('\n') + 1));
  refuse("version_word", "the version is a number", changed(good, "version=2", "version=two"));
  refuse("upper_case", "hexadecimal is lower case", edited([](auto& l) {
           std::transform(l[1].begin() + 4, l[1].end(), l[1].begin() + 4,
                          [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
         }));
  refuse("log_short", "a key hash is 32 bytes", edited([](auto& l) { l[1].resize(l[1].size() - 2); }));
  refuse("leaf_short_key_hash", "a key hash is whole, unlike in version 1",
         edited([](auto& l) { l[2].erase(5 + 4, 60); }));
  refuse("leaf_one_field", "the leaf line has two fields", edited([](auto& l) { l[2].resize(5 + 64); }));
  refuse("leaf_two_spaces", "fields are separated by exactly one space",
         edited([](auto& l) { l[2].insert(69, " "); }));
  refuse("size_zero", "the size is at least 1", changed(good, "size=7", "size=0"));
  refuse("size_leading_zero", "decimal numbers have no leading zero", changed(good, "size=7", "size=07"));
  refuse("root_missing", "the root hash is required",
         edited([&](auto& l) { l.erase(l.begin() + at("root_hash=")); }));
  refuse("signature_missing", "the log's signature is required",
         edited([&](auto& l) { l.erase(l.begin() + at("signature=")); }));
  refuse("signature_short", "a signature is 64 bytes", edited([&](auto& l) {
           auto& line = l[static_cast<std::size_t>(at("signature="))];
           line.resize(line.size() - 2);
         }));
  refuse("cosignature_before_signature", "the lines are in this order",
         edited([&](auto& l) { std::swap(l[cosignature - 1], l[cosignature]); }));
  refuse("cosignature_two_fields", "a cosignature line has three fields",
         edited([&](auto& l) { l[cosignature].erase(l[cosignature].rfind(' ')); }));
  refuse("cosignature_time_leading_zero", "decimal numbers have no leading zero",
         edited([&](auto& l) { l[cosignature].insert(l[cosignature].find(' ') + 1, 1, '0'); }));
  refuse("witness_twice", "one line for each witness",
         edited([&](auto& l) { l[cosignature + 1] = l[cosignature]; }));
  refuse("index_missing", "the leaf index is required in a tree of more than one leaf",
         edited([&](auto& l) { l.erase(l.begin() + at("leaf_index=")); }));
  refuse("index_in_tree_of_one", "in a tree of size 1 the last block is absent", one + "\nleaf_index=0\n");
  refuse("no_last_block", "the last block is there in a tree of more than one leaf",
         edited([&](auto& l) { l.resize(static_cast<std::size_t>(at("leaf_index=")) - 1); }));
  refuse("node_hash_short", "a hash is 32 bytes",
         edited([](auto& l) { l.back().resize(l.back().size() - 2); }));
  refuse("path_of_64", "at most 63 hashes", edited([&](auto& l) { l.insert(l.end(), 61, node); }));
  refuse("two_empty_lines", "one empty line between blocks",
         edited([](auto& l) { l.insert(l.begin() + 3, ""); }));
  refuse("no_empty_line", "one empty line between blocks", edited([](auto& l) { l.erase(l.begin() + 3); }));
  refuse("carriage_return", "lines end with LF only", changed(good, "version=2\n", "version=2\r\n"));
  refuse("no_line_feed_at_end", "the last line ends with LF too", good.substr(0, good.size() - 1));
  refuse("line_after_end", "nothing may follow the end", good + "comment=1\n");
  refuse("empty_line_after_end", "nothing may follow the end", good + "\n");
  return out;
}

}  // namespace dokaz::vectors
