// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of colour profiles: what is reduced passes the check, is of that profile, and reduces to itself; and
// what the check takes for a reduced profile is one.
#include <algorithm>

#include "collector/intake/check/icc.hpp"
#include "collector/intake/colour/icc_profile.hpp"
#include "crypto/check.hpp"

using namespace dokaz;
using namespace dokaz::intake;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const unsigned channels = check::channels_of_reduced_profile(bytes);
  for (const auto samples : {colour::Samples::gray, colour::Samples::rgb}) {
    const auto reduced = colour::reduced(bytes, samples);
    if (channels == static_cast<unsigned>(samples)) DOKAZ_CHECK(reduced && std::ranges::equal(*reduced, bytes));
    if (!reduced) continue;
    DOKAZ_CHECK(check::channels_of_reduced_profile(*reduced) == static_cast<unsigned>(samples));
    DOKAZ_CHECK(check::renders_like(*reduced, bytes));
    DOKAZ_CHECK(colour::reduced(*reduced, samples).value() == *reduced);
    (void)check::renders_like(bytes, *reduced);
  }
  return 0;
}
