// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of the protocol: any bytes, at both ends. What a decoder takes it gives back as it was;
// a dialogue either goes on or is closed for good.
#include "proto/dialogue/client_dialogue.hpp"
#include "proto/dialogue/server_dialogue.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/unit/proto/dialogue_script.hpp"

using namespace dokaz;

namespace {

/// Frames out of bytes, in pieces as the reader asks for them.
template <class Take>
void read_frames(ByteView bytes, Take take) {
  FrameReader reader([](FrameHeader) { return Status(); });
  while (!bytes.empty()) {
    auto room = reader.room();
    const std::size_t count = std::min(room.size(), bytes.size());
    std::copy_n(bytes.begin(), count, room.begin());
    bytes = bytes.subspan(count);
    auto frame = reader.filled(count);
    if (!frame) return;
    if (*frame) take(**frame);
  }
}

void decode(const Frame& frame) {
  if (auto request = decode_request(frame)) DOKAZ_CHECK(encode(*request).value() == frame);
  if (auto response = decode_response(frame)) DOKAZ_CHECK(encode(*response).value() == frame);
}

}  // namespace

/// What each end of each script says, as one stream.
std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  for (const auto& named : script::scripts()) {
    Bytes asked, answered;
    for (const auto& line : named.lines) {
      if (const auto* request = std::get_if<Request>(&line)) append(asked, serialize(encode(*request).value()));
      if (const auto* response = std::get_if<Response>(&line)) append(answered, serialize(encode(*response).value()));
    }
    for (Bytes& stream : {std::ref(asked), std::ref(answered)})
      if (stream.size() < 65536) out.push_back(std::move(stream));
  }
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SigningKey member = SigningKey::generate();
  const ByteView bytes(data, size);

  ServerDialogue server;
  read_frames(bytes, [&](const Frame& frame) {
    decode(frame);
    const bool was_closed = server.closed();
    const auto request = server.received(frame);
    DOKAZ_CHECK(request ? !was_closed : server.closed());
    if (!request || !*request) return;
    if (server.state() == ServerDialogue::State::keeping) return server.goes_on();
    Response answer = Failure{Errc::not_found};
    if (std::holds_alternative<Hello>(**request)) answer = Welcome{Bytes(1), {}, {}, 1};
    if (std::holds_alternative<Offer>(**request)) answer = Resume{0, false, max_chunk};
    DOKAZ_CHECK(server.reply(answer).has_value());
  });

  ClientDialogue client;
  DOKAZ_CHECK(client.request(Hello{{}, member.public_key(), {}, {}, 0}).has_value());
  read_frames(bytes, [&](const Frame& frame) {
    const bool was_closed = client.closed();
    const auto response = client.answer(frame);
    DOKAZ_CHECK(response ? !was_closed : client.closed());
    if (client.state() == ClientDialogue::State::ready) DOKAZ_CHECK(client.request(List{0}).has_value());
  });
  return 0;
}
