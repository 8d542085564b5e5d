// SPDX-License-Identifier: GPL-3.0-or-later
// Loaded before the C library: writes down whom a program connects to and every name that it looks up, into the file
// that DOKAZ_TRAP names. What is not written down did not happen: neither way out passes another call.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void note(const std::string& line) {
  const char* path = std::getenv("DOKAZ_TRAP");
  if (path == nullptr) return;
  const int file = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  const std::string whole = line + "\n";
  [[maybe_unused]] const auto written = ::write(file, whole.data(), whole.size());
  ::close(file);
}

std::string name_of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(address);
    char text[INET_ADDRSTRLEN] = {};
    ::inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
    return std::string(text) + ":" + std::to_string(ntohs(four->sin_port));
  }
  return "family " + std::to_string(address->sa_family);
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int connect(int descriptor, const sockaddr* address, socklen_t length) {
  note("connect " + name_of(address));
  return next<int (*)(int, const sockaddr*, socklen_t)>("connect")(descriptor, address, length);
}

ssize_t sendto(int descriptor, const void* data, size_t size, int flags, const sockaddr* address, socklen_t length) {
  if (address != nullptr) note("sendto " + name_of(address));
  return next<ssize_t (*)(int, const void*, size_t, int, const sockaddr*, socklen_t)>("sendto")(descriptor, data, size, flags,
                                                                                              address, length);
}

int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
  note(std::string("resolve ") + (host == nullptr ? "" : host));
  return next<int (*)(const char*, const char*, const addrinfo*, addrinfo**)>("getaddrinfo")(host, service, hints, found);
}

}  // extern "C"
