// SPDX-License-Identifier: GPL-3.0-or-later
// Saying something without ever waiting for who hears it: a terminal that was stopped (Ctrl-S), a line that is dead, a pipe
// that nobody reads.
#pragma once

#include <string>
#include <string_view>

#include "collector/cli/commands.hpp"

namespace dokaz::cli {

/// Bytes that the stream (a descriptor) took now; never throws.
std::size_t write_at_once(int stream, std::string_view text) noexcept;

/// Texts for the standard output, in their order. What it does not take is held, to be said at the end.
class SaidAtOnce {
 public:
  explicit SaidAtOnce(const Common& common) : silent_(common.console.json || common.console.quiet) {}
  void say(std::string_view text);
  const std::string& held() const { return held_; }

 private:
  bool silent_;
  std::string held_;
};

/// As console::Progress, where it is heard.
class ProgressAtOnce {
 public:
  ProgressAtOnce(const Common& common, std::string what);
  ~ProgressAtOnce();
  ProgressAtOnce(const ProgressAtOnce&) = delete;
  ProgressAtOnce& operator=(const ProgressAtOnce&) = delete;
  void at(std::uint64_t done, std::uint64_t total) noexcept;

 private:
  std::string what_;
  bool shown_;
  int last_percent_ = -1;
};

}  // namespace dokaz::cli
