// SPDX-License-Identifier: GPL-3.0-or-later
// What must hold for every picture that a walker accepts.
#pragma once

#include <catch2/catch.hpp>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/jpeg/jpeg_walker.hpp"
#include "collector/intake/png/png_walker.hpp"
#include "intake_pictures.hpp"

namespace dokaz::test {

inline Result<intake::Walked> walk(ByteView file) {
  DOKAZ_LET(media, intake::recognise(file));
  return media == intake::Media::jpeg ? intake::walk_jpeg(file) : intake::walk_png(file);
}

/// Recovery is exact, the independent check agrees, a second pass changes nothing, no canary is left.
inline intake::Walked must_be_clean(const Bytes& file) {
  auto walked = walk(file);
  if (!walked) FAIL(name_of(walked.code()) << " " << walked.error().detail);
  REQUIRE(apply_recovery(encode_recovery(walked->steps), walked->clean, file.size()).value() == file);
  const auto checked = intake::check_clean(file, walked->clean);
  if (!checked) FAIL(name_of(checked.code()) << " " << checked.error().detail);
  REQUIRE(checked->width == walked->width);
  REQUIRE(checked->height == walked->height);
  const auto again = walk(walked->clean);
  REQUIRE(again);
  REQUIRE(again->clean == walked->clean);
  REQUIRE(again->removed.empty());
  REQUIRE_FALSE(holds_canary(walked->clean));
  return std::move(walked).value();
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
