// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of one kind of picture or film, named by DOKAZ_FUZZ_MEDIA: what its walker accepts keeps all
// promises; any bytes at all may be given to the independent check as a clean copy.
#include "tests/intake/promises.hpp"

#include <cstdio>

using namespace dokaz;

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
