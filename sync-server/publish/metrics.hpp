// SPDX-License-Identifier: GPL-3.0-or-later
// Figures for the operator in Prometheus' text format. No name, id, address or case is a label.
#pragma once

#include <filesystem>
#include <optional>

#include "sync-server/store/custody.hpp"

namespace dokaz::server {

/// What the files say. Empty where there is nothing of the kind.
struct FolderFigures {
  std::optional<std::int64_t> checkpoint_age;  // seconds since log/checkpoint was written
  std::optional<std::int64_t> cosigned_age;    // since log/cosigned was
  std::optional<std::int64_t> anchor_age;      // since something came into log/anchors
  std::optional<std::uint64_t> free_bytes;     // of the disk, for this user
};
/// `now`: seconds since 1970 UTC.
FolderFigures look_at(const std::filesystem::path& data_folder, std::int64_t now);

Bytes metrics(const Counts& counts, const FolderFigures& folder);

}  // namespace dokaz::server
