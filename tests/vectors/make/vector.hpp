// SPDX-License-Identifier: GPL-3.0-or-later
// A vector file: format.md section 14. One reason each; named after the rule that it breaks or keeps.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "crypto/check.hpp"

namespace dokaz::vectors {

struct Vector {
  std::string folder, name, expect, rule;
  std::string bytes;
  std::vector<std::pair<std::string, std::string>> context = {};  // further header lines

  std::string text() const {
    std::string out = "expect: " + expect + "\nrule: " + rule + "\n";
    for (const auto& [key, value] : context) out.append(key).append(": ").append(value).append("\n");
    return out.append("\n").append(bytes);
  }
};

/// `text` with the one occurrence of `from` replaced.
inline std::string changed(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  DOKAZ_CHECK(at != std::string::npos && text.find(from, at + 1) == std::string::npos);
  return text.replace(at, from.size(), to);
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    lines.emplace_back(text.substr(at, text.find('\n', at) - at));
  return lines;
}
inline std::string text_of_lines(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}
/// The number of the first line that starts so.
inline std::size_t line_with(const std::vector<std::string>& lines, std::string_view start) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].starts_with(start)) return i;
  DOKAZ_CHECK(!"no such line");
  return 0;
}

std::vector<Vector> tree_vectors();
std::vector<Vector> tlog_proof_vectors();
std::vector<Vector> sigsum_proof_vectors();

}  // namespace dokaz::vectors
