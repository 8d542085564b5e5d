// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/proxy_option.hpp"

#include <CLI/CLI.hpp>

#include "proto/transport/route.hpp"

namespace dokaz::casecli {

void add_proxy(CLI::App* command, std::string& into) {
  command
      ->add_option("--proxy", into,
                   "reach the server through this SOCKS5 proxy, from now on: Tor is at socks5h://127.0.0.1:9050; none: straight again")
      ->type_name("socks5h://ADDRESS:PORT");
}

Status check_proxy(const std::string& option) {
  if (option.empty() || option == no_proxy) return {};
  const auto proxy = parse_proxy(option);
  return proxy ? Status() : Status(fail(Errc::usage, "--proxy: " + proxy.error().detail));
}

std::optional<std::string> kept_form(const std::string& option) {
  if (option.empty() || option == no_proxy) return std::nullopt;
  const auto proxy = parse_proxy(option);
  return proxy ? std::optional(format_proxy(*proxy)) : std::nullopt;
}

Status take_proxy(CaseFile& file, const std::string& option) {
  return option.empty() ? Status() : file.keep_proxy(kept_form(option));
}

}  // namespace dokaz::casecli
