// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/line_options.hpp"

#include <CLI/CLI.hpp>

namespace dokaz::cli {

void describe_line(CLI::App& command, LineOptions& options) {
  command.add_option("--proxy", options.proxy, "Reach the server through this SOCKS5 proxy, by name: Tor is at 127.0.0.1:9050")
      ->type_name("socks5h://ADDRESS:PORT");
  command.add_flag("--tor-only", options.tor_only, "Through the proxy or not at all");
  command.add_option("--limit", options.limit, "Send at most so many bytes per second (K and M may follow)")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("RATE");
}

Result<Route> route_of(const LineOptions& options, const KeptRoute& kept) {
  Route route;
  route.proxy_only = options.tor_only || kept.demands_proxy();
  if (options.proxy) {
    auto proxy = parse_proxy(*options.proxy);
    if (!proxy) return fail(Errc::usage, "--proxy: " + proxy.error().detail);
    route.proxy = std::move(*proxy);
  } else if (kept.proxy) {
    auto proxy = parse_proxy(*kept.proxy);
    if (!proxy) return fail(Errc::damaged_store, "the proxy in the settings");
    route.proxy = std::move(*proxy);
  }
  return route;
}

Result<Line> line_of(const LineOptions& options, const KeptRoute& kept, const StopRequest& stop) {
  DOKAZ_LET(route, route_of(options, kept));
  Line line(std::move(route));
  if (options.limit) {
    if (*options.limit < Pace::least) return fail(Errc::usage, "--limit is at least 1K");
    line.pace = std::make_shared<Pace>(*options.limit);
  }
  line.stop = [&stop] { return stop.came(); };
  return line;
}

Result<std::optional<ServerAddress>> other_server(const std::optional<std::string>& option) {
  if (!option) return std::optional<ServerAddress>();
  auto parsed = parse_server_address(*option);
  if (!parsed) return fail(Errc::usage, "--server wants HOST:PORT");
  return std::optional(std::move(*parsed));
}

}  // namespace dokaz::cli
