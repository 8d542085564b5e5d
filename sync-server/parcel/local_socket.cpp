// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/parcel/local_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace dokaz::server::local_socket {
namespace {

constexpr const char* name = "door";
constexpr std::size_t max_descriptors = 253;  // SCM_MAX_FD: so many may come with one message

struct Address {
  File folder;
  sockaddr_un where{};
};

/// By the folder's descriptor: a socket's path has room for 108 bytes only.
Result<Address> address_in(const Path& folder) {
  const int opened = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return errno == ENOENT ? Errc::not_found : Errc::io_error;
  Address address{File::adopt(opened)};
  address.where.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(opened) + "/" + name;
  std::copy(path.begin(), path.end(), address.where.sun_path);
  return address;
}

const sockaddr* generic(const sockaddr_un& where) { return static_cast<const sockaddr*>(static_cast<const void*>(&where)); }

Result<File> stream_socket() {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) return fail(Errc::io_error, "socket");
  return File::adopt(made);
}

}  // namespace

Result<File> listen(const Path& folder) {
  DOKAZ_LET(address, address_in(folder));
  DOKAZ_LET(socket, stream_socket());
  ::unlinkat(address.folder.descriptor(), name, 0);
  // Its owner's alone from the start: programs of ours make new files so, and the folder is private anyway.
  if (::fchmod(socket.descriptor(), 0600) != 0 ||
      ::bind(socket.descriptor(), generic(address.where), sizeof address.where) != 0 ||
      ::listen(socket.descriptor(), 4) != 0)
    return fail(Errc::io_error, "the local door");
  return socket;
}

Result<File> connect(const Path& folder) {
  DOKAZ_LET(address, address_in(folder));
  DOKAZ_LET(socket, stream_socket());
  if (::connect(socket.descriptor(), generic(address.where), sizeof address.where) != 0)
    return errno == ENOENT || errno == ECONNREFUSED ? Errc::not_found : Errc::io_error;
  return socket;
}

bool is_own_user(const File& socket) {
  ucred who{};
  socklen_t size = sizeof who;
  return ::getsockopt(socket.descriptor(), SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
         (who.uid == ::geteuid() || who.uid == 0);
}

Status set_deadline(const File& socket, int seconds) {
  const timeval limit{seconds, 0};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
    if (::setsockopt(socket.descriptor(), SOL_SOCKET, option, &limit, sizeof limit) != 0) return Errc::io_error;
  return {};
}

Status send_file(const File& socket, const File& file) {
  char byte = 'p';
  iovec part{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int descriptor = file.descriptor();
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return ::sendmsg(socket.descriptor(), &message, MSG_NOSIGNAL) == 1 ? Status() : Status(Errc::connection_lost);
}

namespace {

/// Every descriptor that came with a message. They are this process's from now on, wanted or not.
std::vector<File> files_of(const msghdr& message) {
  std::vector<File> out;
  // The library's macro takes no const message.
  msghdr walked = message;
  for (cmsghdr* header = CMSG_FIRSTHDR(&walked); header != nullptr; header = CMSG_NXTHDR(&walked, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(header) + i * sizeof descriptor, sizeof descriptor);
      out.push_back(File::adopt(descriptor));
    }
  }
  return out;
}

}  // namespace

Result<File> receive_file(const File& socket) {
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(max_descriptors * sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  const ssize_t got = ::recvmsg(socket.descriptor(), &message, MSG_CMSG_CLOEXEC);
  if (got < 0) return Errc::connection_lost;
  std::vector<File> files = files_of(message);
  if (got != 1) return Errc::connection_lost;
  if (files.size() != 1 || (message.msg_flags & MSG_CTRUNC) != 0)
    return fail(Errc::malformed, "not one file was handed over");
  struct stat what {};
  if (::fstat(files[0].descriptor(), &what) != 0 || !S_ISREG(what.st_mode)) return Errc::not_regular_file;
  return std::move(files[0]);
}

Status send_all(const File& socket, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return Errc::connection_lost;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

Status receive_all(const File& socket, std::span<Byte> into) {
  while (!into.empty()) {
    const ssize_t got = ::recv(socket.descriptor(), into.data(), into.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Errc::connection_lost;
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

}  // namespace dokaz::server::local_socket
