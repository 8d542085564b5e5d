// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/clean_check.hpp"

namespace dokaz::intake {
namespace check {

bool is_orientation_alone(ByteView tiff) {
  constexpr std::string_view before("MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19);
  constexpr std::string_view after("\0\0\0\0\0\0", 6);
  const std::string_view text = text_of(tiff);
  return text.size() == 26 && text.starts_with(before) && text.ends_with(after) && text[19] >= 2 && text[19] <= 8;
}

void FieldHash::field(std::string_view label, ByteView bytes) {
  field(label, bytes.size());
  hash_.update(bytes);
}
void FieldHash::field(std::string_view label, std::uint64_t value) {
  hash_.update(label);
  std::array<Byte, 9> number{};  // a NUL ends the label
  for (std::size_t i = 8; i > 0; --i, value >>= 8) number[i] = static_cast<Byte>(value);
  hash_.update(number);
}

}  // namespace check

Result<Checked> check_clean(ByteView original, ByteView clean) {
  const bool jpeg = !clean.empty() && clean[0] == 0xff;
  DOKAZ_LET(checked, jpeg ? check::grammar_jpeg(clean) : check::grammar_png(clean));
  DOKAZ_LET(before, jpeg ? check::coded_jpeg(original, checked.intervals) : check::coded_png(original));
  DOKAZ_LET(after, jpeg ? check::coded_jpeg(clean, checked.intervals) : check::coded_png(clean));
  if (before != after) return check::unclean("the coded picture differs");
  checked.coded = after;
  return checked;
}

}  // namespace dokaz::intake
