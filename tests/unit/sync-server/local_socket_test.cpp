// SPDX-License-Identifier: GPL-3.0-or-later
// A file handed through the server's own socket, and all that may come in its place.
#include "sync-server/parcel/local_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "tests/unit/sync-server/scene.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;

namespace {

struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    near = File::adopt(ends[0]);
    far = File::adopt(ends[1]);
  }
  File near = File::adopt(-1);
  File far = File::adopt(-1);
};

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

/// One message with so many descriptors of one file.
void send_many(const File& socket, int descriptor, std::size_t count) {
  char byte = 'p';
  iovec part{&byte, 1};
  const std::vector<int> all(count, descriptor);
  alignas(cmsghdr) std::array<char, CMSG_SPACE(253 * sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = CMSG_SPACE(count * sizeof(int));
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(count * sizeof(int));
  std::memcpy(CMSG_DATA(header), all.data(), count * sizeof(int));
  REQUIRE(::sendmsg(socket.descriptor(), &message, 0) == 1);
}

}  // namespace

TEST_CASE("one regular file is taken, and nothing else") {
  TempFolder temp;
  REQUIRE(write_file_durably(temp / "parcel", bytes_of("parcel")));
  const File parcel = File::open(temp / "parcel", File::Access::read).value();
  Pair pair;
  REQUIRE(local_socket::send_file(pair.far, parcel));
  const auto came = local_socket::receive_file(pair.near);
  REQUIRE(came);
  CHECK(came->size().value() == 6);
  REQUIRE(local_socket::send_file(pair.far, pair.far));
  CHECK(local_socket::receive_file(pair.near).code() == Errc::not_regular_file);
  REQUIRE(local_socket::send_all(pair.far, bytes_of("x")));
  CHECK(local_socket::receive_file(pair.near).code() == Errc::malformed);
}

TEST_CASE("however many descriptors come with a message, none stays open") {
  TempFolder temp;
  REQUIRE(write_file_durably(temp / "parcel", bytes_of("parcel")));
  const File parcel = File::open(temp / "parcel", File::Access::read).value();
  Pair pair;
  const std::size_t before = open_descriptors();
  for (const std::size_t count : {std::size_t{2}, std::size_t{3}, std::size_t{253}}) {
    send_many(pair.far, parcel.descriptor(), count);
    CHECK(local_socket::receive_file(pair.near).code() == Errc::malformed);
    CHECK(open_descriptors() == before);
  }
}
