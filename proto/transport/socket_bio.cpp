// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/socket_bio.hpp"

#include <cerrno>

#include <sys/socket.h>

namespace dokaz::tls {
namespace {

int descriptor_of(BIO* bio) { return *static_cast<const int*>(BIO_get_data(bio)); }

bool must_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int write_socket(BIO* bio, const char* data, std::size_t size, std::size_t* written) {
  BIO_clear_retry_flags(bio);
  const auto count = ::send(descriptor_of(bio), data, size, MSG_NOSIGNAL);
  if (count < 0) {
    if (must_wait()) BIO_set_retry_write(bio);
    return 0;
  }
  *written = static_cast<std::size_t>(count);
  return 1;
}

int read_socket(BIO* bio, char* data, std::size_t size, std::size_t* read) {
  BIO_clear_retry_flags(bio);
  const auto count = ::recv(descriptor_of(bio), data, size, 0);
  if (count <= 0) {
    if (count < 0 && must_wait()) BIO_set_retry_read(bio);
    return 0;
  }
  *read = static_cast<std::size_t>(count);
  return 1;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* method() {
  static const auto made = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "dokaz socket");
    DOKAZ_CHECK(m && BIO_meth_set_write_ex(m, write_socket) && BIO_meth_set_read_ex(m, read_socket) &&
                BIO_meth_set_ctrl(m, control));
    return m;
  }();
  return made;
}

}  // namespace

Bio make_socket_bio(const int* descriptor) {
  Bio bio(BIO_new(method()));
  DOKAZ_CHECK(bio != nullptr);
  BIO_set_data(bio.get(), const_cast<int*>(descriptor));
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace dokaz::tls
