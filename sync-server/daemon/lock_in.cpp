// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/daemon/lock_in.hpp"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "crypto/encoding.hpp"
#include "proto/format/server_policy.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/store/data_folder.hpp"

namespace dokaz::server {
namespace {

constexpr std::uint16_t resolver_port = 53;  // long answers come over TCP
constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

constexpr std::uint16_t socks_port = 1080;

/// A host that has to be looked up, in an address to listen on.
bool has_name(const std::string& address) {
  std::string host = address.substr(0, address.rfind(':'));
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  in6_addr room{};
  return !host.empty() && ::inet_pton(AF_INET, host.c_str(), &room) != 1 && ::inet_pton(AF_INET6, host.c_str(), &room) != 1;
}

/// The port behind the last colon, if it is one.
std::optional<std::uint16_t> port_of(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = from_decimal(address.substr(colon + 1));
  if (!port || *port > 0xffff) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

/// What stands between scheme and path.
std::string_view place_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::string_view place = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return place.substr(0, place.find_first_of("/?"));
}

std::uint16_t port_of_url(std::string_view url) {
  const std::uint16_t usual = url.starts_with("https") ? https_port : http_port;
  const std::string_view place = place_of(url);
  const bool bare = !place.empty() && place.back() == ']';  // an IPv6 address and no port
  return (bare ? std::nullopt : port_of(place)).value_or(usual);
}

/// Where no proxy is asked, whatever one is named.
bool is_on_this_machine(std::string_view url) {
  const std::string_view place = place_of(url);
  return place.starts_with("127.") || place.starts_with("[::1]") || place.starts_with("localhost");
}

std::vector<std::string> called_urls(const Order& order, const std::vector<Authority>& authorities) {
  std::vector<std::string> out;
  const auto text = read_file(DataFolder{order.data}.policy(), max_server_policy_size, Links::follow);
  const auto policy = text ? ServerPolicy::parse(*text) : Result<ServerPolicy>(text.error());
  if (policy)  // one that cannot be read stops the start later on, with the reason
    for (const auto& place : policy->places) out.push_back(place.url);
  for (const Authority& authority : authorities) out.push_back(authority.asked.url);
  return out;
}

struct Calls {
  std::vector<std::uint16_t> ports;
  bool look_up = false;  // names, by the system's resolver
};
/// Of witnesses and authorities; of a proxy alone, where it is asked in their place: nothing shall go round it. Hosts
/// cannot be named to the kernel.
Calls calls_of(const Order& order, const std::vector<Authority>& authorities) {
  Calls out;
  const bool has_proxy = !order.outward_proxy.empty();
  for (const std::string& url : called_urls(order, authorities)) {
    if (has_proxy && !is_on_this_machine(url)) continue;
    out.ports.push_back(port_of_url(url));
    out.look_up = out.look_up || !has_proxy;
  }
  if (has_proxy) {
    out.ports.push_back(port_of(order.outward_proxy).value_or(socks_port));
    out.look_up = out.look_up || has_name(std::string(place_of(order.outward_proxy)));
  } else if (!authorities.empty()) {
    // Where lists of revoked certificates lie is only known from a token.
    out.ports.insert(out.ports.end(), {http_port, https_port});
  }
  if (out.look_up) out.ports.push_back(resolver_port);
  return out;
}

/// What it takes to open the folder's store.
Reach reach_of_store(const Order& order) {
  Reach reach;
  reach.data = order.data;
  reach.readable.push_back(DataFolder{order.data}.policy());  // which may be a link
  const KeySource source = key_source(order);
  reach.readable.push_back(key_file_of(source, order.data));
  // The service manager's link to today's credentials is followed when the key is opened.
  if (source.is_credential) reach.readable.push_back(source.file.parent_path());
  if (order.options.passphrase_file) reach.readable.push_back(*order.options.passphrase_file);
  else reach.terminal = true;
  return reach;
}

}  // namespace

Status check_user(const Order& order) {
  if (::geteuid() != 0 || order.allow_root) return {};
  return fail(Errc::refused, "run by root");
}

Status check_owner(const Order& order) {
  struct stat about {};
  if (::geteuid() != 0 || ::stat(order.data.c_str(), &about) != 0 || about.st_uid == 0) return {};
  return fail(Errc::refused, "run by root in another user's folder");
}

Reach reach_of(const Order& order, const std::vector<Authority>& authorities) {
  Reach reach = reach_of_store(order);
  for (const std::string* address : {&order.listen, &order.publish, &order.metrics})
    if (const auto port = port_of(*address)) reach.listened.push_back(*port);
  Calls calls = calls_of(order, authorities);
  reach.called = std::move(calls.ports);
  if (!reach.called.empty() || has_name(order.listen))
    for (auto& each : files_for_calling()) reach.readable.push_back(std::move(each));
  if (!order.outward_authorities.empty()) reach.readable.push_back(order.outward_authorities);
  return reach;
}

Reach reach_of_receiving(const Order& order) {
  Reach reach = reach_of_store(order);
  const std::filesystem::path folder = order.answer.parent_path();
  reach.written.push_back(folder.empty() ? "." : folder);
  reach.readable.insert(reach.readable.end(), order.parcel.begin(), order.parcel.end());
  return reach;
}

Lookups lookups_of(const Order& order, const std::vector<Authority>& authorities) {
  return calls_of(order, authorities).look_up ? Lookups::made : Lookups::none;
}

Status lock_in(const Order& order, const std::vector<Authority>& authorities,
               const std::function<void(std::string_view)>& note) {
  DOKAZ_LET(held, confine_reach(reach_of(order, authorities)));
  if (held == Confinement::files) note("this kernel does not limit which ports are used");
  if (held == Confinement::none) note("this kernel does not limit which files and ports are used");
  return {};
}

console::Advice advice_for_user() {
  return {"Nothing was opened; everything in the server's folder is as before.",
          "Run it as the user that owns the folder, as the unit does: runuser -u dokaz-server -- dokaz-server run ... "
          "Only where there is no other user, as in some containers, add --allow-root."};
}

console::Advice advice_for_owner() {
  return {"Everything in the server's folder is as before.",
          "What root writes there the server could not use. Give the command as the folder's owner: "
          "runuser -u dokaz-server -- dokaz-server ..."};
}

console::Advice advice_for_lock() {
  return {"Everything in the server's folder is as before; nobody was let in.",
          "The kernel refused to lock the server in. Check that nothing around it (a container, an older sandbox) "
          "forbids Landlock or seccomp."};
}

}  // namespace dokaz::server
