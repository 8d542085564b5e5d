// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of the codec: a type of frame, then any payload. What decodes is encoded again as it was, and goes
// one way only.
#include "proto/wire/codec.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/unit/proto/dialogue_script.hpp"

using namespace dokaz;

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  const auto keep = [&](const Result<Frame>& frame) {
    Bytes bytes{static_cast<Byte>(frame.value().type)};
    append(bytes, frame->payload);
    out.push_back(std::move(bytes));
  };
  for (const Request& request : script::requests()) keep(encode(request));
  for (const Response& response : script::responses()) keep(encode(response));
  for (const auto& named : script::scripts())
    for (const auto& line : named.lines) {
      if (const auto* request = std::get_if<Request>(&line)) keep(encode(*request));
      if (const auto* response = std::get_if<Response>(&line)) keep(encode(*response));
    }
  std::erase_if(out, [](const Bytes& seed) { return seed.size() > 8192; });
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto type = frame_type_from(data[0]);
  if (!type || size - 1 > payload_cap(*type)) return 0;
  const Frame frame{*type, to_bytes(ByteView(data + 1, size - 1))};
  const auto request = decode_request(frame);
  const auto response = decode_response(frame);
  DOKAZ_CHECK(!request || !response);
  if (request) DOKAZ_CHECK(encode(*request).value() == frame);
  if (response) DOKAZ_CHECK(encode(*response).value() == frame);
  return 0;
}
