// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of one kind of picture or film, named by DOKAZ_FUZZ_MEDIA: what its walker accepts keeps all
// promises; any bytes at all may be given to the independent check as a clean copy.
#include "tests/intake/promises.hpp"

#include <cstdio>

using namespace dokaz;

#ifdef DOKAZ_FUZZ_CHECKSUMS
#include <zlib.h>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Makes the checksums of a PNG's chunks right again, so that changes reach what lies behind them.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned) {
  size = LLVMFuzzerMutate(data, size, most);
  const auto number = [&](std::size_t at) {
    return std::size_t{data[at]} << 24 | std::size_t{data[at + 1]} << 16 | std::size_t{data[at + 2]} << 8 | data[at + 3];
  };
  for (std::size_t at = 8; at + 12 <= size && number(at) <= size - at - 12; at += 12 + number(at)) {
    const std::size_t end = at + 8 + number(at);
    const auto sum = crc32(0, data + at + 4, static_cast<uInt>(end - at - 4));
    for (unsigned i = 0; i < 4; ++i) data[end + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
  }
  return size;
}
#endif

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const intake::MemoryContent file(bytes);
  const auto media = intake::recognise(bytes.first(std::min(size, intake::recognised_by)));
  if (!media || *media != intake::Media::DOKAZ_FUZZ_MEDIA) return -1;
  (void)intake::check_clean(file, file);
  for (const auto profile : {intake::ColourProfile::reduce, intake::ColourProfile::drop}) {
    const intake::WalkOptions options{profile};
    const auto walked = intake::walk_media(file, options);
    if (!walked) return 0;
    const std::string broken = test::broken_promise(bytes, *walked, options);
    if (!broken.empty()) std::fprintf(stderr, "%s\n", broken.c_str());
    DOKAZ_CHECK(broken.empty());
  }
  return 0;
}
