// SPDX-License-Identifier: GPL-3.0-or-later
// One test vector, and small tools to spoil a good one in exactly one way: format.md section 14.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/check.hpp"

namespace dokaz::format_vectors {

struct Vector {
  std::string format;  // the folder
  std::string name;    // the file, without ".txt"
  std::string expect;  // a failure name or "success"
  std::string rule;    // the sentence that it keeps or breaks
  std::vector<std::pair<std::string, std::string>> context;  // what a reader has to know besides the bytes
  Bytes bytes;
};

/// The file: header lines, an empty line, the bytes.
inline Bytes file_of(const Vector& vector) {
  std::string header = "expect: " + vector.expect + "\nrule: " + vector.rule + "\n";
  for (const auto& [key, value] : vector.context) header += key + ": " + value + "\n";
  Bytes out = to_bytes(header + "\n");
  append(out, vector.bytes);
  return out;
}

/// `text` with its one occurrence of `from` replaced.
inline std::string edited(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  DOKAZ_CHECK(at != std::string::npos && text.find(from, at + 1) == std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The whole line, with its LF, that starts with `key` and a space; the first of them.
inline std::string line_of(const std::string& text, const std::string& key) {
  const std::size_t at = text.find("\n" + key + " ") + 1;
  DOKAZ_CHECK(at != 0);
  return text.substr(at, text.find('\n', at) + 1 - at);
}

/// Vectors of one format, which share their context.
class Maker {
 public:
  explicit Maker(std::string format, std::vector<std::pair<std::string, std::string>> context = {})
      : format_(std::move(format)), context_(std::move(context)) {}

  void good(std::string name, std::string rule, std::string_view text,
            std::vector<std::pair<std::string, std::string>> more = {}) {
    add(std::move(name), "success", std::move(rule), text, std::move(more));
  }
  void bad(std::string name, std::string rule, std::string_view text) { bad(std::move(name), "malformed", std::move(rule), text); }
  void bad(std::string name, std::string expect, std::string rule, std::string_view text) {
    add(std::move(name), std::move(expect), std::move(rule), text, {});
  }
  /// What every text of lines has to keep: section 1.
  void bad_lines(const std::string& good_text, const std::string& first_line);

  std::vector<Vector> take() { return std::move(made_); }

 private:
  void add(std::string name, std::string expect, std::string rule, std::string_view text,
           std::vector<std::pair<std::string, std::string>> more) {
    auto context = context_;
    context.insert(context.end(), more.begin(), more.end());
    made_.push_back({format_, std::move(name), std::move(expect), std::move(rule), std::move(context), to_bytes(text)});
  }
  std::string format_;
  std::vector<std::pair<std::string, std::string>> context_;
  std::vector<Vector> made_;
};

std::vector<Vector> statement_vectors();
std::vector<Vector> chain_vectors();
std::vector<Vector> fact_vectors();
std::vector<Vector> object_vectors();
std::vector<Vector> note_vectors();
std::vector<Vector> case_vectors();        // roster, ticket, admission
std::vector<Vector> invitation_vectors();  // server-card, invitation
std::vector<Vector> key_slots_vectors();
std::vector<Vector> parcel_vectors();      // parcel, parcel-answer, courier-pass, pass-papers, courier
std::vector<Vector> policy_vectors();      // policy, checkpoint

std::vector<Vector> all_vectors();

/// Key-rotates, among the statement vectors.
void add_rotations(Maker& make, std::vector<Vector>& made);

/// The statements of statement/genesis and statement/seal, by the member key of the samples.
std::string genesis_text();
std::string seal_text();

}  // namespace dokaz::format_vectors
