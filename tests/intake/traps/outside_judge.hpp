// SPDX-License-Identifier: GPL-3.0-or-later
// exiftool, where it is installed: an outside judge of what a clean copy still says.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dokaz::test {

/// What exiftool reports of the files in `folder` beyond the list in structural_tags.txt; one line for each, with
/// the file's name.
std::vector<std::string> beyond_structure(const std::filesystem::path& folder);

}  // namespace dokaz::test
