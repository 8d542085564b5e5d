// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/transport/client.hpp"

#include "proto/transport/client_connection.hpp"

namespace dokaz {

struct Client::Impl {
  Impl(TlsContext context, const Line& line) : connection(std::move(context), line) {}

  ClientConnection connection;
  Welcome welcome;
};

namespace {

Hello hello_of(const ClientIdentity& identity, const ChannelBinding& channel, const TlsPin& pin, std::uint64_t seen_size) {
  const PublicKey first = identity.first ? *identity.first : identity.member->public_key();
  Hello hello = sign_hello(identity.case_id, first, identity.rotations, *identity.member, channel, pin,
                           identity.admission, seen_size);
  hello.roster_number = identity.roster_number;
  return hello;
}

}  // namespace

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Client> Client::connect(const ServerAddress& address, const TlsPins& pins, const ClientIdentity& identity,
                               std::uint64_t seen_size, const Line& line) {
  DOKAZ_CHECK(identity.member != nullptr);
  DOKAZ_LET(context, TlsContext::client());
  auto impl = std::make_unique<Impl>(std::move(context), line);
  ClientConnection& connection = impl->connection;
  DOKAZ_TRY(connection.connect(address, pins));
  const ChannelBinding channel = connection.stream().channel();
  const TlsPin shown = connection.stream().pin();
  DOKAZ_LET(welcome, connection.ask<Welcome>(
                         identity.pass ? sign_courier_hello(*identity.member, channel, shown, *identity.pass)
                                       : hello_of(identity, channel, shown, seen_size)));
  impl->welcome = std::move(welcome);
  return Client(std::move(impl));
}

const Welcome& Client::welcome() const { return impl_->welcome; }

Result<Submitted> Client::submit(Submit submit) { return impl_->connection.ask<Submitted>(std::move(submit)); }
Result<Resume> Client::offer(const ObjectId& object) { return impl_->connection.ask<Resume>(Offer{object}); }

Status Client::send(std::uint64_t offset, ByteView bytes) {
  ClientConnection& connection = impl_->connection;
  while (!bytes.empty()) {
    // What is there is heard at once, a Failure above all; with no credit left, it is waited for.
    while (connection.input_waiting() || connection.credit(offset) == 0) DOKAZ_TRY(connection.receive_a<More>());
    const auto allowed = std::min<std::uint64_t>(connection.credit(offset), connection.frame_size());
    const ByteView chunk = bytes.first(std::min<std::size_t>(bytes.size(), allowed));
    DOKAZ_TRY(connection.send(Data{offset, to_bytes(chunk)}));
    offset += chunk.size();
    bytes = bytes.subspan(chunk.size());
  }
  return {};
}

Result<Kept> Client::kept() {
  if (!impl_->connection.is_open()) return Errc::connection_lost;
  if (impl_->connection.state() != ClientDialogue::State::uploading) return Errc::out_of_turn;
  for (;;) {
    DOKAZ_LET(response, impl_->connection.receive());
    if (auto* kept = std::get_if<Kept>(&response)) return *kept;
    if (std::holds_alternative<More>(response)) continue;
    impl_->connection.close();
    return Errc::out_of_turn;
  }
}

Result<Stored> Client::collect(const StatementHash& statement) {
  return impl_->connection.ask<Stored>(Collect{statement});
}
Result<Proofs> Client::prove(Prove prove) { return impl_->connection.ask<Proofs>(std::move(prove)); }
Result<Entries> Client::list(std::uint64_t from, std::uint64_t seen_size) {
  return impl_->connection.ask<Entries>(List{from, seen_size});
}
Result<Members> Client::members() { return impl_->connection.ask<Members>(ListMembers{}); }
Result<RosterTaken> Client::put_roster(Bytes roster) {
  return impl_->connection.ask<RosterTaken>(PutRoster{std::move(roster)});
}

Result<std::uint64_t> Client::fetch(const ObjectId& object, std::uint64_t offset,
                                    const std::function<Status(ByteView)>& sink) {
  ClientConnection& connection = impl_->connection;
  DOKAZ_LET(content, connection.ask<Content>(Fetch{object, offset}));
  while (connection.state() == ClientDialogue::State::receiving) {
    DOKAZ_LET(data, connection.receive_a<Data>());
    if (auto status = sink(data.bytes); !status) {
      connection.close();  // the rest is under way and nobody wants it
      return status.error();
    }
  }
  return content.size;
}

}  // namespace dokaz
