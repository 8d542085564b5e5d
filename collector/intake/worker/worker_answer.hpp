// SPDX-License-Identifier: GPL-3.0-or-later
// What the worker answers, as bytes. The reader is the parent's only contact with a program that may have
// been taken over by a hostile file.
#pragma once

#include "collector/intake/intake.hpp"
#include "collector/intake/media.hpp"
#include "collector/intake/plan/clean_plan.hpp"

namespace dokaz::intake {

/// Answer to `take`.
struct TakeAnswer {
  Media media = Media::jpeg;
  std::uint32_t width = 0, height = 0;
  std::vector<MetadataFact> facts;
  std::vector<Contradiction> contradictions;
  std::vector<RemovedElement> removed;
  std::vector<std::string> warnings;
  CleanPlan plan;
};

/// Answer to `check`.
struct CheckAnswer {
  Media media = Media::jpeg;
  std::uint32_t width = 0, height = 0;
  Sha256 coded;  // of pictures; else zeros
  Sha256 clean;  // of films and sound: the copy that was judged; else zeros
};

/// Answer to `pixels`: the decoder saw the same in both files.
struct PixelsAnswer {};

/// Answer to `residue`: nothing that was removed is left.
struct ResidueAnswer {};

inline constexpr std::size_t facts_cap = 32;
inline constexpr std::size_t removed_cap = 20'000;
inline constexpr std::size_t warnings_cap = 32;
inline constexpr std::size_t plan_steps_cap = 4'000'000;
/// So many bytes may a clean copy be longer than its original.
inline constexpr std::uint64_t clean_growth_cap = std::uint64_t{64} << 20;

/// Layout, all numbers big-endian: "dokaz-in", u32 kind (1 take, 2 check, 3 failure, 4 pixels, 5 plan, 6 residue), then
/// the fields in the order above; text and bytes are preceded by their u64 length, lists by their u32 count.
/// A plan is its literal bytes, then its steps: u8 whether it copies, u64 length, and for a copy u64 where it
/// begins.
Bytes encode(const TakeAnswer& answer);
Bytes encode(const CheckAnswer& answer);
Bytes encode(const PixelsAnswer& answer);
Bytes encode(const ResidueAnswer& answer);
Bytes encode(const Error& failure);
/// For the worker, so that it can read the clean copy.
Bytes encode(const CleanPlan& plan);

/// The answer, or the failure that the worker reports: one of `empty_file`, `unknown_media`,
/// `unsupported_media`, `truncated_media`, `malformed_media`, `too_large`, `not_clean`, `io_error`.
/// `parser_died` for anything that is not exactly such an answer: facts in other forms than theirs
/// (fact_forms.hpp), texts that are not plain, more than the caps, a plan that reaches beyond the original, bytes
/// left over.
Result<TakeAnswer> decode_take(ByteView bytes, std::uint64_t original_size);
Result<CheckAnswer> decode_check(ByteView bytes);
Result<PixelsAnswer> decode_pixels(ByteView bytes);
Result<ResidueAnswer> decode_residue(ByteView bytes);
Result<CleanPlan> decode_plan(ByteView bytes, std::uint64_t original_size);

}  // namespace dokaz::intake
