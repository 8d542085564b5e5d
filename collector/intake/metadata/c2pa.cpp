// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/metadata/c2pa.hpp"

namespace dokaz::intake {
namespace {

constexpr std::uint64_t most_of_one = std::uint64_t{2} << 20, most_of_all = std::uint64_t{32} << 20;
constexpr std::string_view manifest_store("jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71", 20);

}  // namespace

Result<bool> holds_c2pa(const Content& original, const CleanPlan& plan) {
  std::uint64_t left = most_of_all;
  for (const Stretch& one : left_out(plan, original.size())) {
    DOKAZ_LET(bytes, original.bytes(one.offset, std::min({one.length, most_of_one, left})));
    if (text_of(bytes).find(manifest_store) != std::string_view::npos) return true;
    left -= bytes.size();
    if (left == 0) break;
  }
  return false;
}

}  // namespace dokaz::intake
