// SPDX-License-Identifier: GPL-3.0-or-later
// What was given to take in: files, and the files in folders.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace dokaz {

/// What lies in the folders that were given and is not taken in.
struct PassedOver {
  std::size_t hidden = 0;    ///< files and folders whose name begins with a dot, or that a system made for itself
  std::size_t links = 0;     ///< never followed
  std::size_t special = 0;   ///< pipes, sockets, devices
  std::size_t sidecars = 0;  ///< beside a photo that is taken in: its item names them
  std::size_t all() const { return hidden + links + special + sidecars; }
};

struct Given {
  std::vector<std::string> files;       ///< as they were typed; those in a folder begin with its name
  std::vector<std::string> unreadable;  ///< folders
  PassedOver passed_over;
};

/// What was typed, in its order; each folder is replaced by the files in it and below: by name, those of a folder
/// before those of the folders in it. A name that leads nowhere, or to no folder, stays as it is: who opens it says
/// what is wrong. A link that was typed is not followed. At most 64 folders deep; what is deeper is unreadable.
Given files_given(const std::vector<std::string>& typed);

}  // namespace dokaz
