// SPDX-License-Identifier: GPL-3.0-or-later
// From options and the vault's settings to the way that connections take.
#pragma once

#include "collector/cli/commands.hpp"
#include "collector/cli/stop_request.hpp"
#include "collector/vault/vault.hpp"
#include "proto/transport/line.hpp"

namespace dokaz::cli {

/// How the network is used, for every command that uses it.
struct LineOptions {
  std::optional<std::string> proxy;    // "socks5h://ADDRESS:PORT"
  bool tor_only = false;               // through the proxy or not at all
  std::optional<std::uint64_t> limit;  // bytes per second that are sent at most
};
void describe_line(CLI::App& command, LineOptions& options);

/// The vault's route, where the command line names no other proxy. What the vault demands cannot be lifted by an
/// option. usage: an option that does not make sense; damaged_store.
Result<Route> route_of(const LineOptions& options, const KeptRoute& kept);
/// And the cap, and `stop`, which must live as long as the line.
Result<Line> line_of(const LineOptions& options, const KeptRoute& kept, const StopRequest& stop);
/// usage
Result<std::optional<ServerAddress>> other_server(const std::optional<std::string>& option);

}  // namespace dokaz::cli
