// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/start_intake.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

namespace dokaz::cli {
namespace {

Result<std::filesystem::path> worker_program() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(Errc::internal, "the program cannot find itself");
  const auto folder = self.parent_path();
  for (const auto& candidate :
       {folder / "dokaz-intake", folder.parent_path() / DOKAZ_LIBEXEC / "dokaz" / "dokaz-intake"})
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  return fail(Errc::internal, "dokaz-intake is not installed beside dokaz");
}

intake::ColourProfile profile_of(const std::string& icc) {
  if (icc == "drop") return intake::ColourProfile::drop;
  return icc == "refuse" ? intake::ColourProfile::refuse : intake::ColourProfile::reduce;
}

}  // namespace

void describe_reading(CLI::App& command, ReadingOptions& reading) {
  command.add_option("--icc", reading.icc,
                     "Colour profiles: keep what rendering needs, drop them, or refuse files whose profile cannot be reduced")
      ->check(CLI::IsMember({"keep", "drop", "refuse"}))
      ->type_name("keep|drop|refuse");
  command.add_flag("--no-pixel-check", reading.no_pixel_check,
                   "Do not decode photos to compare pixels: faster; every other check stays");
}

Result<Intake> start_intake(const ReadingOptions& options) {
  DOKAZ_LET(worker, worker_program());
  return Intake(worker, IntakeOptions{profile_of(options.icc), !options.no_pixel_check});
}

}  // namespace dokaz::cli
