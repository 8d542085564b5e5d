// SPDX-License-Identifier: GPL-3.0-or-later
// Lines for the operator that strangers can cause as often as they like. Private to the folder.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace dokaz::server {

/// One thread. The kinds are a closed list of words.
class CalmEvents {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit CalmEvents(std::chrono::milliseconds every) : every_(every) {}

  /// The line to be told now, with how many of its kind were not told since the last one; or none.
  std::optional<std::string> say(std::string_view kind, Moment now) {
    Kind& of = kinds_[std::string(kind)];
    if (of.told && now - *of.told < every_) {
      ++of.untold;
      return std::nullopt;
    }
    std::string line(kind);
    if (of.untold > 0) line += " (and " + std::to_string(of.untold) + " more since the last such line)";
    of = {now, 0};
    return line;
  }

 private:
  struct Kind {
    std::optional<Moment> told;
    std::uint64_t untold = 0;
  };
  std::chrono::milliseconds every_;
  std::map<std::string, Kind> kinds_;
};

}  // namespace dokaz::server
