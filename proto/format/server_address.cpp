// SPDX-License-Identifier: GPL-3.0-or-later
// host:port, one spelling for each address.
#include <arpa/inet.h>

#include <algorithm>

#include "proto/format/invitation.hpp"
#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

bool is_canonical_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  std::array<char, INET6_ADDRSTRLEN> again{};
  return inet_pton(family, text.c_str(), address.data()) == 1 &&
         inet_ntop(family, address.data(), again.data(), again.size()) != nullptr && text == again.data();
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool is_number(std::string_view label) {
  return std::all_of(label.begin(), label.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A name of lower-case labels, or IPv4 where the last label is a number.
bool is_name_or_ipv4(std::string_view host) {
  if (host.size() > 253) return false;
  std::string_view rest = host;
  for (;;) {
    const std::size_t dot = rest.find('.');
    const std::string_view label = rest.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return !is_number(label) || is_canonical_address(AF_INET, std::string(host));
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace

Result<ServerAddress> parse_server_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(Errc::malformed, "no port");
  std::string_view host = text.substr(0, colon);
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  const bool good = brackets ? is_canonical_address(AF_INET6, std::string(host)) : is_name_or_ipv4(host);
  if (!good) return fail(Errc::malformed, "host");
  DOKAZ_LET(port, from_decimal(text.substr(colon + 1)));
  if (port == 0 || port > 65535) return fail(Errc::malformed, "port");
  return ServerAddress{std::string(host), static_cast<std::uint16_t>(port)};
}

std::string format_server_address(const ServerAddress& address) {
  const bool brackets = address.host.find(':') != std::string::npos;
  return (brackets ? '[' + address.host + ']' : address.host) + ':' + std::to_string(address.port);
}

}  // namespace dokaz
