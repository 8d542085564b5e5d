// SPDX-License-Identifier: GPL-3.0-or-later
// An audit of a published log from a copy of its files, by anybody and offline: the whole tree from its entries, each
// tile compared, the signed root, the witnesses. It sees who signed how often, and nothing of what.
#pragma once

#include <filesystem>
#include <functional>

#include "casework/verify/report.hpp"
#include "proto/format/policy.hpp"

namespace dokaz {

struct LogReport {
  std::string origin;
  std::uint64_t size = 0;                     // of the signed checkpoint
  std::uint64_t entries = 0, tiles = 0;       // read and compared
  std::uint64_t anchored = 0;                 // anchored checkpoints of which the root is the tree's; tokens are not checked
  std::uint64_t signers = 0;                  // different keys
  std::uint64_t twice = 0;                    // leaves that are in it once more
  std::vector<Report::Vouched> witnesses;
  std::vector<std::string> limits;
  std::optional<Report::Failure> failure;

  Outcome outcome() const;
  int exit_code() const;
};

using LogProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Never fails as such. `folder` has `checkpoint` and `tile/…` with entries (docs/protocol.md section 9). Memory grows
/// with 8 bytes an entry, and a number for each signer. missing_part, bad_consistency, policy_unmet, bad_signature.
LogReport audit_log(const std::filesystem::path& folder, const Policy& policy, std::int64_t now,
                    const LogProgress& progress = {});

std::string render_text(const LogReport& report);
std::string render_json(const LogReport& report);

}  // namespace dokaz
