// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/worker_message.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace dokaz::intake {
namespace {

constexpr std::size_t most_files = 3;

/// Room for the descriptors of one message.
struct alignas(cmsghdr) Control {
  std::array<char, CMSG_SPACE(most_files * sizeof(int))> bytes{};
};

template <class Message>
iovec as_piece(Message& message) {
  return {&message, sizeof message};
}

/// Nothing but for exactly one whole message.
template <class Message>
bool receive(int socket, Message& message, msghdr& head) {
  iovec piece = as_piece(message);
  head.msg_iov = &piece;
  head.msg_iovlen = 1;
  ssize_t got = 0;
  do got = recvmsg(socket, &head, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  head.msg_iov = nullptr;
  return got == static_cast<ssize_t>(sizeof message) && !(head.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
}

bool send(int socket, const msghdr& head, std::size_t size) {
  ssize_t sent = 0;
  do sent = sendmsg(socket, &head, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(size);
}

std::vector<File> files_in(msghdr& head) {
  std::vector<File> files;
  for (cmsghdr* part = CMSG_FIRSTHDR(&head); part; part = CMSG_NXTHDR(&head, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    std::array<int, most_files> numbers{};
    const std::size_t size = std::min(part->cmsg_len - CMSG_LEN(0), sizeof numbers);
    std::memcpy(numbers.data(), CMSG_DATA(part), size);
    for (std::size_t i = 0; i < size / sizeof(int); ++i) files.push_back(File::adopt(numbers[i]));
  }
  return files;
}

}  // namespace

bool send_request(int socket, const WorkerRequest& request, std::span<const int> files) {
  DOKAZ_CHECK(!files.empty() && files.size() <= most_files);
  WorkerRequest message = request;
  Control control;
  iovec piece = as_piece(message);
  msghdr head{};
  head.msg_iov = &piece;
  head.msg_iovlen = 1;
  head.msg_control = control.bytes.data();
  head.msg_controllen = CMSG_SPACE(files.size_bytes());
  cmsghdr* part = CMSG_FIRSTHDR(&head);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(files.size_bytes());
  std::memcpy(CMSG_DATA(part), files.data(), files.size_bytes());
  return send(socket, head, sizeof message);
}

bool send_end(int socket, WorkerEnd end) {
  iovec piece = as_piece(end);
  msghdr head{};
  head.msg_iov = &piece;
  head.msg_iovlen = 1;
  return send(socket, head, sizeof end);
}

std::optional<ReceivedRequest> receive_request(int socket) {
  ReceivedRequest out;
  Control control;
  msghdr head{};
  head.msg_control = control.bytes.data();
  head.msg_controllen = control.bytes.size();
  const bool whole = receive(socket, out.request, head);
  out.files = files_in(head);  // taken over in any case, so that they are closed
  if (!whole) return std::nullopt;
  return out;
}

std::optional<WorkerEnd> receive_end(int socket) {
  WorkerEnd end{};
  msghdr head{};
  if (!receive(socket, end, head)) return std::nullopt;
  return end;
}

}  // namespace dokaz::intake
