// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of one reader, named by DOKAZ_FUZZ_FORMAT: accepted bytes are written again as they were.
#include "tests/fuzz/rewrite.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const dokaz::ByteView bytes(data, size);
  for (const auto& reader : dokaz::rewrite::readers) {
    if (reader.format != DOKAZ_FUZZ_FORMAT) continue;
    if (const auto again = reader.rewrite(bytes)) DOKAZ_CHECK(std::ranges::equal(*again, bytes));
    return 0;
  }
  DOKAZ_CHECK(false && "a format without reader");
  return 0;
}
