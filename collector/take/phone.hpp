// SPDX-License-Identifier: GPL-3.0-or-later
// Folders in which cameras and phones keep what they took, where such a device or its card is mounted.
#pragma once

#include <filesystem>
#include <vector>

namespace dokaz {

/// Where systems mount what is plugged in: folders of mounts, and folders of such folders, by user.
std::vector<std::filesystem::path> usual_mounts();

/// Each folder DCIM (in capitals or not) of a mounted device, or one folder below its top, where a phone shows its
/// memory and its card; by name. Links are not followed.
std::vector<std::filesystem::path> find_dcim(const std::vector<std::filesystem::path>& mounts);

}  // namespace dokaz
