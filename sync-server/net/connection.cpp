// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/net/connection.hpp"

namespace dokaz::server {
namespace {

template <class T>
Response response_from(Result<T> result) {
  if (!result) return Failure{result.code()};
  return std::move(result).value();
}

/// What one who is not let in may learn: docs/protocol.md section 3.
Errc refusal(Errc reason) {
  const bool told = reason == Errc::ticket_expired || reason == Errc::ticket_used ||
                    reason == Errc::case_suspended || reason == Errc::wrong_epoch || reason == Errc::key_revoked;
  return told ? reason : Errc::refused;
}

/// At the end of the span, or of the span in which the server was done, where that was later: how long it
/// took does not show.
std::chrono::steady_clock::time_point time_of_refusal(std::chrono::steady_clock::time_point heard,
                                                      std::chrono::milliseconds span) {
  if (span <= span.zero()) return heard;
  const auto took = std::chrono::steady_clock::now() - heard;
  return heard + span * (took / span + 1);
}
constexpr std::chrono::milliseconds look_again{50};  // whether a courier's parcel was taken in

/// Failures of the line itself, and of frames: nobody is left to be told by a reply.
bool is_broken(Errc code) { return code == Errc::connection_lost || code == Errc::timed_out; }

}  // namespace

Connection::Connection(const Door& door, Tcp::socket socket)
    : door_(door),
      executor_(socket.get_executor()),
      stream_(std::move(socket), door.tls, door.pin),
      watchdog_(executor_, [this] { stream_.close(); }),
      frames_(stream_, watchdog_, [this](FrameHeader header) {
        door_.room.works(*this);
        return dialogue_.admits(header);
      }, door.limits.frame),
      pause_(executor_) {}

void Connection::close() {
  closing_ = true;
  stream_.close();
  pause_.cancel();
}

asio::awaitable<Error> Connection::serve() {
  watchdog_.set(door_.limits.handshake);
  if (auto status = co_await stream_.handshake(); !status)
    co_return watchdog_.has_bitten() ? fail(Errc::timed_out, "handshake") : status.error();
  auto status = co_await greet();
  while (status && !dialogue_.closed()) status = co_await answer_one();
  if (status)
    co_await farewell();  // the last reply said why
  else if (!is_broken(status.code()))
    co_await name(status.code());
  watchdog_.rest();
  stream_.close();
  co_return status ? fail(Errc::refused) : status.error();
}

asio::awaitable<Status> Connection::greet() {
  DOKAZ_CO_LET(request, co_await next(door_.limits.hello));
  const auto heard = std::chrono::steady_clock::now();
  const Hello hello = std::get<Hello>(std::move(request).value());  // all that the dialogue lets through
  auto greeting = co_await admit(hello);
  if (!greeting) {
    door_.room.refuse();
    co_await wait_until(time_of_refusal(heard, door_.limits.refusal));
    co_return co_await reply_failure(refusal(greeting.code()));
  }
  if (!dialogue_.version()) co_return co_await reply_failure(Errc::unsupported_version);
  session_ = std::move(greeting->session);
  if (!seat_) seat_ = Seat{session_->case_id, session_->member.key};
  if (!door_.room.seat(*this, *seat_)) co_return Errc::connection_lost;
  greeting->welcome.version = *dialogue_.version();
  Response welcome = std::move(greeting->welcome);
  co_return co_await reply(welcome);
}

/// The signature comes first: without it nothing is looked up. Who is refused for it has waited for its turn
/// all the same, so that a busy server does not tell the one from the other.
asio::awaitable<Result<Greeting>> Connection::admit(const Hello& hello) {
  const bool authentic = verify_hello(hello, stream_.channel(), stream_.pin()).has_value();
  is_courier_ = hello.pass.has_value();
  auto look_up = [this, &hello, authentic]() -> Result<Greeting> {
    if (!authentic) return Errc::refused;
    if (!is_courier_) return door_.custody.greet(hello);
    if (door_.couriers == nullptr) return Errc::refused;
    DOKAZ_LET(courier, door_.couriers->greet(hello));
    seat_ = Seat{courier.case_id, courier.sender, true};
    return std::move(courier.greeting);
  };
  co_return co_await door_.store.run(look_up);
}

asio::awaitable<Status> Connection::answer_one() {
  door_.room.waits(*this);
  // Who has begun an upload keeps at it.
  const bool uploading = dialogue_.state() == ServerDialogue::State::uploading;
  DOKAZ_CO_LET(request, co_await next(uploading ? std::min(door_.limits.frame, door_.room.idle()) : door_.room.idle()));
  if (!request) co_return Status();  // Data that came too late
  co_return co_await act(*request);
}

asio::awaitable<Status> Connection::act(const Request& request) {
  Custody& custody = door_.custody;
  Session& session = *session_;
  if (const auto* data = std::get_if<Data>(&request)) co_return co_await take_data(*data);
  if (is_courier_) co_return co_await act_for_courier(request);
  auto look_up = [&custody, &session, &request]() -> Response {
    if (const auto* submit = std::get_if<Submit>(&request)) return response_from(custody.submit(session, *submit));
    if (const auto* offer = std::get_if<Offer>(&request)) return response_from(custody.offer(session, *offer));
    if (const auto* collect = std::get_if<Collect>(&request)) return response_from(custody.collect(session, *collect));
    if (const auto* prove = std::get_if<Prove>(&request)) return response_from(custody.prove(session, *prove));
    if (const auto* list = std::get_if<List>(&request)) return response_from(custody.list(session, *list));
    if (std::holds_alternative<ListMembers>(request)) return response_from(custody.members(session));
    if (const auto* fetch = std::get_if<Fetch>(&request)) return response_from(custody.fetch(session, *fetch));
    if (const auto* put = std::get_if<PutRoster>(&request)) return response_from(custody.put_roster(session, *put));
    return Failure{Errc::internal};
  };
  Response response = co_await door_.store.run(look_up);
  co_return co_await answer(request, response);
}

asio::awaitable<Status> Connection::answer(const Request& request, Response& response) {
  co_await give_credit(response);
  const auto* content = std::get_if<Content>(&response);
  const std::uint64_t size = content ? content->size : 0;
  DOKAZ_CO_TRY(co_await reply(response));
  if (dialogue_.state() != ServerDialogue::State::sending) co_return Status();
  const Fetch fetch = std::get<Fetch>(request);
  co_return co_await send_object(fetch.object, fetch.offset, size);
}

/// A Fetch waits a while for the parcel to be taken in.
asio::awaitable<Status> Connection::act_for_courier(const Request& request) {
  const auto latest = std::chrono::steady_clock::now() + door_.limits.credit_wait;
  auto look_up = [this, &request] { return courier_answer(request); };
  for (;;) {
    Response response = co_await door_.store.run(look_up);
    const auto* failure = std::get_if<Failure>(&response);
    const auto now = std::chrono::steady_clock::now();
    if (failure == nullptr || failure->code != Errc::busy || closing_ || now >= latest)
      co_return co_await answer(request, response);
    co_await wait_until(now + look_again);
  }
}

Response Connection::courier_answer(const Request& request) {
  const PublicKey& courier = session_->member.key;
  if (const auto* offer = std::get_if<Offer>(&request)) return response_from(door_.couriers->offer(courier, *session_, *offer));
  if (const auto* fetch = std::get_if<Fetch>(&request)) return response_from(door_.couriers->fetch(courier, *fetch));
  return Failure{Errc::refused};
}

/// The next part is read when the one before has left: a slow peer holds up nobody else and fills no memory.
asio::awaitable<Status> Connection::send_object(const ObjectId& object, std::uint64_t offset, std::uint64_t size) {
  while (offset < size) {
    auto read = [this, &object, offset] {
      return is_courier_ ? door_.couriers->read_answer(session_->member.key, offset)
                         : door_.custody.read_object(*session_, object, offset);
    };
    auto bytes = co_await door_.store.run(read);
    if (!bytes || bytes->empty()) co_return co_await reply_failure(bytes ? Errc::internal : bytes.code());
    const std::size_t count = bytes->size();
    door_.room.works(*this);
    Response part = Data{offset, std::move(*bytes)};
    DOKAZ_CO_TRY(co_await reply(part));
    offset += count;
  }
  co_return Status();
}

asio::awaitable<Status> Connection::take_data(const Data& data) {
  auto write = [this, &data] {
    return is_courier_ ? door_.couriers->data(session_->member.key, *session_, data) : door_.custody.data(*session_, data);
  };
  auto kept = co_await door_.store.run(write);
  allowance_->used(data.bytes.size());
  if (kept && !*kept) co_return co_await go_on();
  allowance_.reset();
  if (!kept) co_return co_await reply_failure(kept.code());
  Response answer = **kept;
  co_return co_await reply(answer);
}

asio::awaitable<Status> Connection::go_on() {
  const std::uint64_t more = allowance_->raise(upload_size_ - upload_until_);
  if (more == 0) {
    dialogue_.goes_on();
    co_return Status();
  }
  upload_until_ += more;
  Response answer = More{upload_until_};
  co_return co_await reply(answer);
}

asio::awaitable<void> Connection::give_credit(Response& response) {
  auto* resume = std::get_if<Resume>(&response);
  if (!resume || resume->complete) co_return;
  const auto latest = std::chrono::steady_clock::now() + door_.limits.credit_wait;
  upload_size_ = resume->until;
  upload_until_ = resume->offset;
  allowance_.reset();
  for (;;) {
    if (auto allowance = door_.credit.open(upload_size_ - upload_until_)) {
      allowance_.emplace(std::move(*allowance));
      break;
    }
    if (closing_ || std::chrono::steady_clock::now() >= latest) {
      response = Failure{Errc::busy};
      co_return;
    }
    co_await door_.credit.wait(pause_, latest);
  }
  upload_until_ += allowance_->raise(upload_size_ - upload_until_);
  resume->until = upload_until_;
}

asio::awaitable<Result<std::optional<Request>>> Connection::next(std::chrono::milliseconds idle) {
  auto frame = co_await frames_.read(idle);
  if (!frame) co_return std::move(frame).error();
  co_return dialogue_.received(*frame);
}

/// An answer that the dialogue cannot send is a bug on this side; the peer is told `internal`.
asio::awaitable<Status> Connection::reply(Response& response) {
  auto frame = dialogue_.reply(std::move(response));
  if (!frame) frame = dialogue_.reply(Failure{Errc::internal});
  DOKAZ_CO_TRY(frame);
  co_return co_await frames_.write(*frame);
}

asio::awaitable<Status> Connection::reply_failure(Errc code) {
  Response failure = Failure{code};
  co_return co_await reply(failure);
}

asio::awaitable<void> Connection::wait_until(std::chrono::steady_clock::time_point time) {
  if (closing_) co_return;
  pause_.expires_at(time);
  co_await pause_.async_wait(as_value);
}

asio::awaitable<void> Connection::name(Errc code) {
  const auto words = dialogue_.last_words(code);
  if (words && co_await frames_.write(*words)) co_await farewell();
}

asio::awaitable<void> Connection::farewell() {
  watchdog_.set(door_.limits.farewell);
  co_await stream_.finish();
}

}  // namespace dokaz::server
