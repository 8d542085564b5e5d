// SPDX-License-Identifier: GPL-3.0-or-later
// What a fuzz target gives besides its LLVMFuzzerTestOneInput: inputs to begin with, made by code. The replay of the
// gate runs them and changes of them; the long form hands them to libFuzzer.
#pragma once

#include <vector>

#include "crypto/bytes.hpp"

/// A few hundred inputs at most, the same ones every time.
std::vector<dokaz::Bytes> fuzz_seeds();

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
