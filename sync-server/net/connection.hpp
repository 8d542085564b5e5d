// SPDX-License-Identifier: GPL-3.0-or-later
// One connection from its handshake to its end: read a frame, let the dialogue judge it, let Custody act,
// write the answer. Private to the folder.
#pragma once

#include "proto/dialogue/server_dialogue.hpp"
#include "proto/transport/frame_stream.hpp"
#include "sync-server/net/credit.hpp"
#include "sync-server/net/room.hpp"
#include "sync-server/net/store_pool.hpp"
#include "sync-server/parcel/couriers.hpp"

namespace dokaz::server {

/// What all connections share. Outlives them.
struct Door {
  TlsContext tls;
  TlsPin pin;
  Custody& custody;
  StorePool& store;
  Room& room;
  Credit& credit;
  Limits limits;
  Couriers* couriers = nullptr;  // null: none are let in
};

/// Its coroutines take references to values that their callers hold: GCC 12 destroys some temporaries in
/// the operand of co_await twice.
class Connection {
 public:
  Connection(const Door& door, Tcp::socket socket);

  /// Serves until the peer leaves or breaks a rule; gives the reason.
  asio::awaitable<Error> serve();
  /// Makes serve end soon; what Custody has begun is finished.
  void close();

 private:
  asio::awaitable<Status> greet();
  asio::awaitable<Result<Greeting>> admit(const Hello& hello);
  asio::awaitable<Status> answer_one();
  asio::awaitable<Status> act(const Request& request);
  asio::awaitable<Status> answer(const Request& request, Response& response);
  asio::awaitable<Status> act_for_courier(const Request& request);
  /// What a courier may ask; everything else is refused.
  Response courier_answer(const Request& request);
  asio::awaitable<Status> send_object(const ObjectId& object, std::uint64_t offset, std::uint64_t size);
  /// Cuts Resume's `until` down to the credit that there is: waits for it, or makes a Failure of the Resume.
  asio::awaitable<void> give_credit(Response& response);
  asio::awaitable<Status> take_data(const Data& data);
  /// What is answered to Data that leave the object incomplete.
  asio::awaitable<Status> go_on();
  asio::awaitable<Result<std::optional<Request>>> next(std::chrono::milliseconds idle);
  asio::awaitable<Status> reply(Response& response);
  asio::awaitable<Status> reply_failure(Errc code);
  asio::awaitable<void> wait_until(std::chrono::steady_clock::time_point time);
  /// Tells the peer which rule it broke, where the protocol says so.
  asio::awaitable<void> name(Errc code);
  asio::awaitable<void> farewell();

  const Door& door_;
  asio::any_io_executor executor_;
  TlsStream stream_;
  Watchdog watchdog_;
  ServerDialogue dialogue_;
  FrameStream frames_;
  asio::steady_timer pause_;
  std::optional<Session> session_;
  bool is_courier_ = false;
  std::optional<Seat> seat_;
  std::optional<Credit::Allowance> allowance_;  // of the upload under way
  std::uint64_t upload_until_ = 0;              // what the client was told
  std::uint64_t upload_size_ = 0;
  bool closing_ = false;
};

}  // namespace dokaz::server
