// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/socks_dialogue.hpp"

#include <arpa/inet.h>

#include <array>

#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"

namespace dokaz {
namespace {

constexpr Byte version = 5, login_version = 1;
constexpr Byte without_login = 0x00, with_login = 0x02, none_acceptable = 0xff;
constexpr Byte connect_command = 1;
constexpr Byte is_ipv4 = 1, is_name = 3, is_ipv6 = 4;
constexpr std::size_t head_size = 5;  // version, reply, reserved, kind of address, its first byte
constexpr std::size_t longest = 255;

void put_text(Bytes& into, std::string_view text) {
  into.push_back(static_cast<Byte>(text.size()));
  append(into, bytes_of(text));
}

template <class Address>
bool put_literal(Bytes& into, int family, Byte kind, const std::string& host) {
  std::array<Byte, sizeof(Address)> address{};
  if (::inet_pton(family, host.c_str(), address.data()) != 1) return false;
  into.push_back(kind);
  append(into, address);
  return true;
}

const char* words_of_reply(Byte reply) {
  switch (reply) {
    case 1: return "the proxy failed";
    case 2: return "the proxy may not connect there";
    case 3: return "the proxy found no network";
    case 4: return "the proxy did not reach the server";
    case 5: return "the proxy was turned away by the server";
    case 6: return "the proxy waited too long for the server";
    default: return "the proxy refused";
  }
}

}  // namespace

ProxyLogin ProxyLogin::random() {
  std::array<Byte, 32> bytes{};
  random_fill(bytes);
  const std::string text = hex(bytes);
  return {text.substr(0, 32), text.substr(32)};
}

SocksDialogue::SocksDialogue(std::string host, std::uint16_t port, ProxyLogin login)
    : host_(std::move(host)), port_(port), login_(std::move(login)) {
  DOKAZ_CHECK(!host_.empty() && host_.size() <= longest);
  DOKAZ_CHECK(!login_.user.empty() && login_.user.size() <= longest);
  DOKAZ_CHECK(!login_.password.empty() && login_.password.size() <= longest);
}

Bytes SocksDialogue::greeting() const { return {version, 2, with_login, without_login}; }

Result<Bytes> SocksDialogue::answered(ByteView answer) {
  DOKAZ_CHECK(answer.size() == wants_ && wants_ > 0);
  switch (state_) {
    case State::method: return choose(answer);
    case State::login: return admitted(answer);
    case State::head: return head(answer);
    case State::rest:
      state_ = State::connected;
      wants_ = 0;
      return Bytes();
    case State::connected: break;
  }
  DOKAZ_CHECK(false);
  return Errc::internal;
}

Result<Bytes> SocksDialogue::choose(ByteView answer) {
  if (answer[0] != version) return fail(Errc::proxy_failed, "this is no SOCKS5 proxy");
  if (answer[1] == with_login) {
    state_ = State::login;
    wants_ = 2;
    return login_request();
  }
  if (answer[1] != without_login)
    return fail(Errc::proxy_failed, answer[1] == none_acceptable ? "the proxy wants another login"
                                                                 : "this is no SOCKS5 proxy");
  state_ = State::head;
  wants_ = head_size;
  return connect_request();
}

Result<Bytes> SocksDialogue::admitted(ByteView answer) {
  if (answer[0] != login_version) return fail(Errc::proxy_failed, "this is no SOCKS5 proxy");
  if (answer[1] != 0) return fail(Errc::proxy_failed, "the proxy refused the login");
  state_ = State::head;
  wants_ = head_size;
  return connect_request();
}

/// The address that the proxy connected from is of no use to anybody here; only its length is.
Result<Bytes> SocksDialogue::head(ByteView answer) {
  if (answer[0] != version || answer[2] != 0) return fail(Errc::proxy_failed, "this is no SOCKS5 proxy");
  if (answer[1] != 0) return fail(Errc::proxy_failed, words_of_reply(answer[1]));
  state_ = State::rest;
  constexpr std::size_t port = 2, read = 1;
  switch (answer[3]) {
    case is_ipv4: wants_ = sizeof(in_addr) - read + port; return Bytes();
    case is_ipv6: wants_ = sizeof(in6_addr) - read + port; return Bytes();
    case is_name: wants_ = answer[4] + port; return Bytes();
    default: return fail(Errc::proxy_failed, "this is no SOCKS5 proxy");
  }
}

Bytes SocksDialogue::login_request() const {
  Bytes request{login_version};
  put_text(request, login_.user);
  put_text(request, login_.password);
  return request;
}

Bytes SocksDialogue::connect_request() const {
  Bytes request{version, connect_command, 0};
  if (!put_literal<in_addr>(request, AF_INET, is_ipv4, host_) && !put_literal<in6_addr>(request, AF_INET6, is_ipv6, host_)) {
    request.push_back(is_name);
    put_text(request, host_);
  }
  request.push_back(static_cast<Byte>(port_ >> 8));
  request.push_back(static_cast<Byte>(port_ & 0xff));
  return request;
}

}  // namespace dokaz
