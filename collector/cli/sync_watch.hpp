// SPDX-License-Identifier: GPL-3.0-or-later
// `dokaz sync --watch`. Private to the command.
#pragma once

#include "collector/cli/line_options.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/cli/sync_report.hpp"

namespace dokaz::cli {

struct SyncOptions {
  std::optional<std::string> server;  // HOST:PORT instead of the invitation's; the pin stays
  LineOptions line;
  bool watch = false;
  bool once = false;  // the usual, said aloud
};

Result<SyncOutcome> sync_once(const Common& common, const SyncOptions& options, Vault& vault, const StopRequest& stop);

/// Runs until it is asked to stop (then the exit code is 0), or a failure stops it that takes a person.
int sync_watch(const Common& common, const SyncOptions& options);

}  // namespace dokaz::cli
