// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/unlock_cost.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "collector/vault/schema.hpp"
#include "crypto/files.hpp"
#include "crypto/key_slots.hpp"
#include "crypto/passphrase_cost.hpp"

namespace dokaz {
namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr double longest = 0.8;  // seconds of processor time
constexpr std::uint64_t fewest_passes = 3, most_passes = 16;

/// Other programs that run now make a guess no dearer.
double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::uint64_t machine_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) : 0;
}

}  // namespace

std::uint64_t memory_for(std::uint64_t machine_bytes) {
  for (const std::uint64_t memory : {256 * mebibyte, 128 * mebibyte})
    if (memory <= machine_bytes / 8) return memory;
  return 64 * mebibyte;
}

std::uint64_t passes_for(double seconds_of_one_pass) {
  if (!(seconds_of_one_pass > 0)) return most_passes;
  const double passes = std::min(longest / seconds_of_one_pass, static_cast<double>(most_passes));
  return std::max(fewest_passes, static_cast<std::uint64_t>(passes));
}

bool is_cheap_to_guess(const std::filesystem::path& vault) {
  const auto file = read_file(vault / vault_layout::key_file, KeySlots::largest_file);
  const auto work = file ? stated_work(*file) : Result<PassphraseWork>(file.error());
  return work && is_cheap(*work);
}

Result<PassphraseWork> calibrated_work() {
  const std::uint64_t memory = memory_for(machine_memory());
  const SecretBytes nobodys = SecretBytes::copy_of(bytes_of("dokaz"));
  const double before = processor_seconds();
  DOKAZ_TRY(key_from_passphrase(nobodys, PassphraseSalt(), {1, memory}));
  return PassphraseWork{passes_for(processor_seconds() - before), memory};
}

}  // namespace dokaz
