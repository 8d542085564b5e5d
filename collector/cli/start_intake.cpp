// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/start_intake.hpp"

#include <CLI/CLI.hpp>

#include "console/beside.hpp"

namespace dokaz::cli {
namespace {

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
  const auto worker = console::program_beside("dokaz-intake");
  if (!worker) return fail(Errc::internal, "dokaz-intake is not installed beside dokaz");
  return Intake(*worker, IntakeOptions{profile_of(options.icc), !options.no_pixel_check});
}

}  // namespace dokaz::cli
