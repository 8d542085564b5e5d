// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for every picture that a walker accepts.
#pragma once

#include <catch2/catch.hpp>

#include "intake_pictures.hpp"
#include "tests/intake/promises.hpp"

namespace dokaz::test {

inline Result<intake::Walked> walk(ByteView file, const intake::WalkOptions& options = {}) {
  return intake::walk_media(intake::MemoryContent(file), options);
}

struct Cleaned : intake::Walked {
  Bytes clean;
};

/// Recovery is exact, the independent check agrees, a second pass changes nothing, no canary is left.
inline Cleaned must_be_clean(const Bytes& file, const intake::WalkOptions& options = {}) {
  auto walked = walk(file, options);
  if (!walked) FAIL(name_of(walked.code()) << " " << walked.error().detail);
  if (const std::string broken = broken_promise(file, *walked, options); !broken.empty()) FAIL(broken);
  const Bytes clean = clean_copy(file, walked->plan);
  REQUIRE_FALSE(holds_canary(clean));
  return {std::move(walked).value(), clean};
}

inline Result<intake::Checked> check_clean(ByteView original, ByteView clean) {
  return intake::check_clean(intake::MemoryContent(original), intake::MemoryContent(clean));
}

inline std::string refusal(const Bytes& file) {
  const auto walked = walk(file);
  return walked ? "accepted" : std::string(name_of(walked.code()));
}

inline std::vector<std::string> kinds(const intake::Walked& walked) {
  std::vector<std::string> out;
  for (const RemovedElement& element : walked.removed) out.push_back(element.kind);
  return out;
}

}  // namespace dokaz::test
