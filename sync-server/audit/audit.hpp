// SPDX-License-Identifier: GPL-3.0-or-later
// Derives everything in a server's folder anew and compares: the whole tree from its entries, each statement
// from its signature, each object from its bytes. Reads only, and repairs nothing; a server may run meanwhile.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crypto/files.hpp"
#include "sync-server/keys/database_key.hpp"

namespace dokaz::server {

/// Something that is not as it must be, in plain words with places in the log: no name, no hash.
struct Finding {
  std::string part;  ///< "anchors", "checkpoint", "entries", "tiles", "statements", "objects", "database"
  std::string what;
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// No more findings are listed than these; then the audit still goes on and counts them.
inline constexpr std::size_t most_findings = 1000;

struct AuditReport {
  std::uint64_t log_size = 0;       ///< of the signed checkpoint
  std::uint64_t entries = 0;        ///< read and hashed
  std::uint64_t tiles = 0;          ///< compared, entry bundles not counted
  std::uint64_t statements = 0;     ///< in the database, each signature verified
  std::uint64_t waiting = 0;        ///< of those, not in the signed log yet
  std::uint64_t revoked = 0;        ///< of those, at or beyond the place from which their member is revoked: they came before the roster did
  std::uint64_t forks = 0;          ///< statements that claim a taken place, kept beside the log
  std::uint64_t objects = 0;        ///< read and hashed
  std::uint64_t object_bytes = 0;
  std::uint64_t anchors = 0;        ///< time stamps, each verified at its own time
  std::uint64_t unnamed_files = 0;  ///< whole objects that no statement waits for any more, or not yet; harmless
  std::uint64_t faults = 0;         ///< all, listed or not
  std::uint64_t anchor_faults = 0;  ///< of those, in the part "anchors": a time is not proved; nothing else rests on it
  std::uint64_t object_faults = 0;  ///< of those, in the part "objects"
  std::vector<Finding> findings;

  bool is_sound() const { return faults == 0; }
};

/// Done and total of one part ("anchors", "entries", "statements", "objects").
using AuditProgress = std::function<void(std::string_view part, std::uint64_t done, std::uint64_t total)>;

/// not_found, wrong_key, unsupported_version, busy, io_error: where the audit could not be made. A store that
/// is damaged is a report with findings; damaged_store only where the database cannot be read at all.
Result<AuditReport> audit(const Path& folder, const AuditProgress& progress = [](auto, auto, auto) {},
                          const KeySource& source = {});

}  // namespace dokaz::server
