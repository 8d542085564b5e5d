// SPDX-License-Identifier: GPL-3.0-or-later
// What shows that a file came by a messenger or was made otherwise than by a camera here: signs, no verdict. They are
// said and sealed; how the file was acquired is stated by the documenter, or is unknown.
#pragma once

#include <string>
#include <vector>

#include "collector/intake/intake.hpp"

namespace dokaz {

/// By its name and the names of the folders that it lies in: for example "name as WhatsApp gives it", "folder of
/// Telegram". A sign is a text of the closed list in format.md section 4.
std::vector<std::string> signs_of_name(const std::filesystem::path& file);

/// The same, and "no camera's metadata" for a photo that states neither time nor device.
std::vector<std::string> signs_of(const std::filesystem::path& file, const TakenIn& item);

}  // namespace dokaz
