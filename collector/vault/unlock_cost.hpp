// SPDX-License-Identifier: GPL-3.0-or-later
// How much a guess at a new vault's passphrase shall cost, measured on the machine that makes it.
#pragma once

#include <filesystem>

#include "crypto/passphrase.hpp"

namespace dokaz {

/// format.md section 11: 256 MiB, or 128 or 64 where that is more than an eighth of the machine's memory; and as
/// many passes as stay under 0.8 s of processor time here, at least 3, at most 16. Takes a fifth of a second.
/// `internal` when the memory cannot be had.
Result<PassphraseWork> calibrated_work();

/// Whether the key file that lies there asks for less than any that is made: format.md section 11. False where there is
/// none, or none that can be read: opening says that.
bool is_cheap_to_guess(const std::filesystem::path& vault);

/// The two halves of it, for which a test needs no machine.
std::uint64_t memory_for(std::uint64_t machine_bytes);
std::uint64_t passes_for(double seconds_of_one_pass);

}  // namespace dokaz
