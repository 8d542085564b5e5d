// SPDX-License-Identifier: GPL-3.0-or-later
// Files taken in before they are asked for, so that a second processor has work while the first one's result
// is sealed or written.
#pragma once

#include <deque>
#include <future>
#include <string>
#include <vector>

#include "collector/intake/intake.hpp"

namespace dokaz::cli {

/// Gives the files in their order. `intake` and `files` must outlive it. What was taken in and is never asked for
/// leaves nothing behind; going away waits for what is under way.
class ReadAhead {
 public:
  ReadAhead(const Intake& intake, const std::vector<std::string>& files) : intake_(intake), files_(files) {
    while (under_way_.size() < most_under_way && begun_ < files_.size()) begin();
  }

  /// Of the next file; there must be one.
  Result<TakenIn> next() {
    auto outcome = under_way_.front().get();
    under_way_.pop_front();
    if (begun_ < files_.size()) begin();
    return outcome;
  }

 private:
  static constexpr std::size_t most_under_way = 2;

  void begin() {
    // By either policy: where no thread can be had, the file is taken in when it is asked for.
    under_way_.push_back(std::async([this, at = begun_] { return intake_.take(files_[at]); }));
    ++begun_;
  }

  const Intake& intake_;
  const std::vector<std::string>& files_;
  std::deque<std::future<Result<TakenIn>>> under_way_;
  std::size_t begun_ = 0;
};

}  // namespace dokaz::cli
