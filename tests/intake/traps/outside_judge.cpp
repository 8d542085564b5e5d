// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/intake/traps/outside_judge.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include "tests/unit/collector/intake_scratch.hpp"

namespace dokaz::test {
namespace {

std::set<std::string> structural_tags() {
  std::set<std::string> out;
  std::ifstream list(DOKAZ_STRUCTURAL_TAGS);
  for (std::string line; std::getline(list, line);)
    if (!line.empty() && line[0] != '#') out.insert(line);
  DOKAZ_CHECK(!out.empty());
  return out;
}

/// "Track2" to "Track?": tracks, pages and pictures of one file have the same list.
std::string without_number(std::string group) {
  const std::size_t end = group.find_last_not_of("0123456789") + 1;
  if (group.starts_with("Track") && end < group.size()) return group.substr(0, end) + "?";
  return group.starts_with("IFD") || group.starts_with("SubIFD") ? "IFD0" : group;
}

}  // namespace

std::vector<std::string> beyond_structure(const std::filesystem::path& folder) {
  const std::set<std::string> allowed = structural_tags();
  std::vector<std::string> out;
  // With -ee exiftool looks into films as well; names come as "======== file".
  std::istringstream lines(output_of("exiftool -a -G1 -s -ee -u -r '" + folder.string() + "' 2>/dev/null"));
  std::string file;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("========")) {
      file = std::filesystem::path(line.substr(9)).filename();
      continue;
    }
    std::istringstream words(line);
    std::string group, tag, colon, value;
    words >> group >> tag >> colon >> std::ws;
    std::getline(words, value);
    if (group.size() < 3 || group.front() != '[') continue;
    group = without_number(group.substr(1, group.size() - 2));
    tag = group + " " + tag;
    if (!allowed.contains(tag) && !allowed.contains(tag + " = " + value) && !allowed.contains(group + " *")) out.push_back(file + ": " + line);
  }
  return out;
}

}  // namespace dokaz::test
