// SPDX-License-Identifier: GPL-3.0-or-later
// How a clean copy comes of its original: stretches of the original, and bytes of our own making between them.
#pragma once

#include <vector>

#include "collector/intake/plan/content.hpp"
#include "proto/format/recovery.hpp"

namespace dokaz::intake {

/// Written from the front of the clean copy to its end. Small, whatever the size of the file.
class CleanPlan {
 public:
  struct Step {
    bool copies = false;       ///< bytes of the original, else of `literals()`
    std::uint64_t at = 0;      ///< where they begin there
    std::uint64_t length = 0;  ///< at least 1
    friend bool operator==(const Step&, const Step&) = default;
  };

  /// Bytes of our own making.
  void put(ByteView canonical);
  /// Bytes [offset, offset + length) of the original.
  void copy(std::uint64_t offset, std::uint64_t length);

  std::uint64_t size() const { return size_; }
  const std::vector<Step>& steps() const { return steps_; }
  const Bytes& literals() const { return literals_; }
  /// Where step `index` begins in the clean copy.
  std::uint64_t start_of(std::size_t index) const { return starts_[index]; }
  /// The step that holds the byte at `offset`, which is less than `size()`.
  std::size_t step_at(std::uint64_t offset) const;

  friend bool operator==(const CleanPlan& a, const CleanPlan& b) {
    return a.steps_ == b.steps_ && a.literals_ == b.literals_;
  }

 private:
  std::vector<Step> steps_;
  std::vector<std::uint64_t> starts_;
  Bytes literals_;
  std::uint64_t size_ = 0;
};

/// The clean copy, read through its plan. Both must live as long; no step reaches beyond the original.
class PlannedCopy : public Content {
 public:
  PlannedCopy(const Content& original, const CleanPlan& plan) : original_(original), plan_(plan) {}
  std::uint64_t size() const override { return plan_.size(); }
  Status read(std::span<Byte> into, std::uint64_t offset) const override;

 private:
  const Content& original_;
  const CleanPlan& plan_;
};

/// The original in terms of the clean copy that the plan makes of it.
std::vector<RecoveryStep> recovery_steps(const CleanPlan& plan, std::uint64_t original_size);

}  // namespace dokaz::intake
