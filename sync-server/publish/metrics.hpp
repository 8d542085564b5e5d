// SPDX-License-Identifier: GPL-3.0-or-later
// Figures for the operator in Prometheus' text format. No name, id, address or case is a label.
#pragma once

#include <filesystem>
#include <optional>

#include "proto/format/policy.hpp"
#include "sync-server/net/connection_counts.hpp"
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

/// Seconds since each last signed, in the order of the file that names them; empty for never. Their numbers, from 1,
/// are the labels.
using Ages = std::vector<std::optional<std::int64_t>>;
/// Of the witnesses of the policy: by what they wrote under the newest checkpoint that it accepts.
Ages ages_of_witnesses(const Policy& policy, const std::filesystem::path& log, std::int64_t now);

struct Shown {
  Counts counts;
  ConnectionCounts connections;
  FolderFigures folder;
  Ages witnesses;
  Ages authorities;
};
Bytes metrics(const Shown& shown);

}  // namespace dokaz::server
