// SPDX-License-Identifier: GPL-3.0-or-later
// The answer on the socket: u32 failure (0: none), five u64 figures, u64 length, bytes; big-endian.
#include "sync-server/parcel/local_door.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "sync-server/parcel/local_socket.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t head_size = 4 + 5 * 8 + 8;
constexpr std::uint64_t max_answer = std::uint64_t{48} << 20;
constexpr int patience = 30;  // seconds for the other end to say or take something

void put(Bytes& to, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) to.push_back(static_cast<Byte>(number >> shift));
}
std::uint64_t take(ByteView& from, std::size_t bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) number = number << 8 | from[i];
  from = from.subspan(bytes);
  return number;
}

Bytes head_of(const Result<ReceivedParcel>& received) {
  Bytes head;
  put(head, received ? 0 : static_cast<std::uint64_t>(exit_code(received.code())), 4);
  const ParcelFigures figures = received ? received->figures : ParcelFigures{};
  for (const std::uint64_t one : {figures.statements, figures.logged, figures.stored, figures.objects, figures.kept})
    put(head, one, 8);
  put(head, received ? received->answer.size() : 0, 8);
  return head;
}

}  // namespace

struct LocalDoor::Impl {
  Path folder;
  Custody& custody;
  File socket, bell;
  std::atomic<bool> closing = false;
  std::thread thread;

  Impl(Path where, Custody& behind, File listening, File wake)
      : folder(std::move(where)), custody(behind), socket(std::move(listening)), bell(std::move(wake)) {}

  /// Library exceptions (no memory) end one parcel and nothing else.
  Result<ReceivedParcel> take_in(const File& parcel) {
    try {
      return receive_parcel(custody, parcel, [this](std::uint64_t, std::uint64_t) {
        return closing ? Status(Errc::interrupted) : Status();
      });
    } catch (const std::exception&) {
      return Errc::internal;
    }
  }

  Status answer(const File& guest) {
    DOKAZ_TRY(local_socket::set_deadline(guest, patience));
    if (!local_socket::is_own_user(guest)) return Errc::refused;
    DOKAZ_LET(parcel, local_socket::receive_file(guest));
    const auto received = take_in(parcel);
    DOKAZ_TRY(local_socket::send_all(guest, head_of(received)));
    return received ? local_socket::send_all(guest, received->answer) : Status();
  }

  void serve() {
    while (!closing) {
      pollfd waiting[] = {{socket.descriptor(), POLLIN, 0}, {bell.descriptor(), POLLIN, 0}};
      if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return;
      if (closing || (waiting[0].revents & POLLIN) == 0) continue;
      const int came = ::accept4(socket.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
      if (came < 0) continue;
      const File guest = File::adopt(came);
      // Whoever came was told, or has gone; there is nobody else to tell.
      static_cast<void>(answer(guest).has_value());
    }
  }
};

LocalDoor::LocalDoor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LocalDoor::LocalDoor(LocalDoor&&) noexcept = default;
LocalDoor& LocalDoor::operator=(LocalDoor&&) noexcept = default;

Result<LocalDoor> LocalDoor::open(const Path& folder, Custody& custody) {
  DOKAZ_LET(socket, local_socket::listen(folder));
  const int bell = ::eventfd(0, EFD_CLOEXEC);
  if (bell < 0) return fail(Errc::io_error, "the local door");
  auto impl = std::make_unique<Impl>(folder, custody, std::move(socket), File::adopt(bell));
  return LocalDoor(std::move(impl));
}

void LocalDoor::start() {
  impl_->thread = std::thread([door = impl_.get()] { door->serve(); });
}

LocalDoor::~LocalDoor() {
  if (!impl_) return;
  impl_->closing = true;
  const std::uint64_t one = 1;
  static_cast<void>(::write(impl_->bell.descriptor(), &one, sizeof one) == sizeof one);
  if (impl_->thread.joinable()) impl_->thread.join();
  std::error_code ignored;
  std::filesystem::remove(impl_->folder / "door", ignored);
}

Result<ReceivedParcel> bring_to_door(const Path& folder, const File& parcel) {
  DOKAZ_LET(socket, local_socket::connect(folder));
  DOKAZ_TRY(local_socket::send_file(socket, parcel));
  Bytes head(head_size);
  DOKAZ_TRY(local_socket::receive_all(socket, head));
  ByteView rest(head);
  if (const auto number = static_cast<int>(take(rest, 4)); number != 0) {
    const auto code = errc_from_number(number);
    return code ? fail(*code, "said by the running server") : fail(Errc::internal);
  }
  ReceivedParcel out;
  for (std::uint64_t* one : {&out.figures.statements, &out.figures.logged, &out.figures.stored, &out.figures.objects,
                             &out.figures.kept})
    *one = take(rest, 8);
  const std::uint64_t length = take(rest, 8);
  if (length > max_answer) return fail(Errc::internal, "an answer that is too long");
  out.answer.resize(static_cast<std::size_t>(length));
  DOKAZ_TRY(local_socket::receive_all(socket, out.answer));
  return out;
}

}  // namespace dokaz::server
