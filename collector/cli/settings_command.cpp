// SPDX-License-Identifier: GPL-3.0-or-later
// What the vault keeps of how the network is used, and of whom its owner knows to be right.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/line_options.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/cli/recipient_words.hpp"
#include "console/say.hpp"

namespace dokaz::cli {
namespace {

struct SettingsOptions {
  std::optional<std::string> proxy;
  bool no_proxy = false;
  bool tor_only = false;
  bool no_tor_only = false;
  std::optional<std::uint64_t> confirm_recipients;
};

struct Settings {
  KeptRoute route;
  std::vector<RecipientChange> recipients;
};

Result<KeptRoute> changed(KeptRoute route, const SettingsOptions& options) {
  if (options.proxy && options.no_proxy) return fail(Errc::usage, "--proxy and --no-proxy");
  if (options.tor_only && options.no_tor_only) return fail(Errc::usage, "--tor-only and --no-tor-only");
  if (options.proxy) {
    const auto proxy = parse_proxy(*options.proxy);
    if (!proxy) return fail(Errc::usage, "--proxy: " + proxy.error().detail);
    route.proxy = format_proxy(*proxy);
  }
  if (options.no_proxy) route.proxy.reset();
  if (options.tor_only) route.proxy_only = true;
  if (options.no_tor_only && route.by_case)
    return fail(Errc::usage, "Tor only is a rule of the case, from your invitation: no setting lifts it");
  if (options.no_tor_only) route.proxy_only = false;
  return route;
}

Result<Settings> run(const Common& common, const SettingsOptions& options) {
  DOKAZ_LET(vault, open_vault(common));
  DOKAZ_LET(before, vault.route());
  DOKAZ_LET(after, changed(before, options));
  const bool same = before.proxy == after.proxy && before.proxy_only == after.proxy_only;
  if (!same) DOKAZ_TRY(vault.keep_route(after));
  if (options.confirm_recipients) DOKAZ_TRY(vault.confirm_recipients(*options.confirm_recipients));
  DOKAZ_LET(recipients, vault.recipient_changes());
  return Settings{std::move(after), std::move(recipients)};
}

std::string text_of(const KeptRoute& route) {
  using console::say;
  if (route.by_case && route.proxy)
    return say("Proxy     {}\nTor only  yes, by a rule of the case: without the proxy nothing is connected to\n", *route.proxy);
  if (route.by_case)
    return say("Proxy     none\nTor only  yes, by a rule of the case: nothing is connected to until a proxy is named with --proxy\n");
  if (route.proxy && route.proxy_only)
    return say("Proxy     {}\nTor only  yes: without the proxy nothing is connected to\n", *route.proxy);
  if (route.proxy) return say("Proxy     {}\nTor only  no: --no-proxy would let dokaz connect straight\n", *route.proxy);
  return route.proxy_only ? say("Proxy     none\nTor only  yes: nothing is connected to until a proxy is named with --proxy\n")
                          : say("Proxy     none: dokaz connects straight to the server\nTor only  no\n");
}

int settings(const Common& common, const SettingsOptions& options) {
  const auto settings = run(common, options);
  if (!settings) return report(common, Command::settings, settings.error());
  const KeptRoute& route = settings->route;
  if (common.console.json) {
    nlohmann::ordered_json document;
    document["proxy"] = route.proxy ? nlohmann::ordered_json(*route.proxy) : nullptr;
    document["tor_only"] = route.demands_proxy();
    document["tor_only_by_case"] = route.by_case;
    document["recipients_changed"] = json_of_recipients(settings->recipients);
    return print_json(common, document);
  }
  return common.console.quiet ? exit_ok : print(common, text_of(route) + text_of_recipients(settings->recipients));
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<SettingsOptions>();
  command.add_option("--proxy", options->proxy, "Reach the server through this SOCKS5 proxy from now on")
      ->type_name("socks5h://ADDRESS:PORT");
  command.add_flag("--no-proxy", options->no_proxy, "Name no proxy any more");
  command.add_flag("--tor-only", options->tor_only, "Never connect to anything but the proxy");
  command.add_flag("--no-tor-only", options->no_tor_only, "Allow connections without the proxy again");
  command.add_option("--confirm-recipients", options->confirm_recipients, "The keys that status names as changed, by the roster of this number, are right: counsel said so")
      ->type_name("NUMBER");
  command.footer("Example:\n  dokaz settings --proxy socks5h://127.0.0.1:9050 --tor-only");
  return [options](const Common& common) { return settings(common, *options); };
}

}  // namespace

const CommandEntry settings_command{"settings", "Show or change how the server is reached", Needs::vault, describe};

}  // namespace dokaz::cli
