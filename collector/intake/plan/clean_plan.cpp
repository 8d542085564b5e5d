// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/plan/clean_plan.hpp"

namespace dokaz::intake {
namespace {

/// A copy shorter than this costs recovery more than the bytes themselves.
constexpr std::uint64_t shortest_copy = 8;

}  // namespace

void CleanPlan::put(ByteView canonical) {
  if (canonical.empty()) return;
  if (!steps_.empty() && !steps_.back().copies) {
    steps_.back().length += canonical.size();
  } else {
    steps_.push_back({false, literals_.size(), canonical.size()});
    starts_.push_back(size_);
  }
  append(literals_, canonical);
  size_ += canonical.size();
}

void CleanPlan::copy(std::uint64_t offset, std::uint64_t length) {
  if (length == 0) return;
  if (!steps_.empty() && steps_.back().copies && steps_.back().at + steps_.back().length == offset) {
    steps_.back().length += length;
  } else {
    steps_.push_back({true, offset, length});
    starts_.push_back(size_);
  }
  size_ += length;
}

std::size_t CleanPlan::step_at(std::uint64_t offset) const {
  return static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin()) - 1;
}

Status PlannedCopy::read(std::span<Byte> into, std::uint64_t offset) const {
  if (offset > size() || into.size() > size() - offset) return fail(Errc::truncated_media);
  for (std::size_t index = into.empty() ? 0 : plan_.step_at(offset); !into.empty(); ++index) {
    const CleanPlan::Step& step = plan_.steps()[index];
    const std::uint64_t skip = offset - plan_.start_of(index);
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), step.length - skip));
    if (step.copies) {
      DOKAZ_TRY(original_.read(into.first(part), step.at + skip));
    } else {
      std::copy_n(plan_.literals().begin() + static_cast<std::ptrdiff_t>(step.at + skip), part, into.begin());
    }
    into = into.subspan(part);
    offset += part;
  }
  return {};
}

std::vector<RecoveryStep> recovery_steps(const CleanPlan& plan, std::uint64_t original_size) {
  struct Piece {
    std::uint64_t from, length, to;
  };
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < plan.steps().size(); ++i)
    if (const CleanPlan::Step& step = plan.steps()[i]; step.copies && step.length >= shortest_copy)
      pieces.push_back({step.at, step.length, plan.start_of(i)});
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.from < b.from; });

  std::vector<RecoveryStep> steps;
  std::uint64_t at = 0;
  const auto literal = [&](std::uint64_t to) {
    if (to > at) steps.push_back(RecoveryStep::literal(to - at));
  };
  for (const Piece& piece : pieces) {
    if (piece.from + piece.length <= at) continue;  // what was copied twice is needed once
    const std::uint64_t known = piece.from < at ? at - piece.from : 0;
    literal(piece.from + known);
    steps.push_back(RecoveryStep::copy(piece.to + known, piece.length - known));
    at = piece.from + piece.length;
  }
  literal(original_size);
  return steps;
}

}  // namespace dokaz::intake
