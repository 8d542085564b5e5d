// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/unit/proto/dialogue_script.hpp"

using namespace dokaz;
using namespace dokaz::script;

namespace {

Status anything(FrameHeader) { return {}; }

/// Feeds `bytes` in pieces of at most `piece`; the frames that come out, or the failure.
Result<std::vector<Frame>> read_all(FrameReader& reader, ByteView bytes, std::size_t piece) {
  std::vector<Frame> out;
  while (!bytes.empty()) {
    auto room = reader.room();
    const std::size_t count = std::min({piece, room.size(), bytes.size()});
    std::copy_n(bytes.begin(), count, room.begin());
    bytes = bytes.subspan(count);
    DOKAZ_LET(frame, reader.filled(count));
    if (frame) out.push_back(std::move(*frame));
  }
  return out;
}

Errc failure_of(Bytes header, FrameReader::Admit admit = anything) {
  FrameReader reader(std::move(admit));
  const auto outcome = read_all(reader, header, 5);
  return outcome ? Errc::usage : outcome.code();
}

}  // namespace

TEST_CASE("a header over its cap or of an unknown type is refused before a byte of payload") {
  CHECK(failure_of({0, 0, 0, 64, 3}) == Errc::usage);
  CHECK(failure_of({0, 0, 0, 65, 3}) == Errc::frame_too_large);
  CHECK(failure_of({0xff, 0xff, 0xff, 0xff, 4}) == Errc::frame_too_large);
  CHECK(failure_of({0, 0, 0, 1, 7}) == Errc::frame_too_large);
  CHECK(failure_of({0, 0, 0, 0, 0}) == Errc::out_of_turn);
  CHECK(failure_of({0, 0, 0, 0, 0x7f}) == Errc::out_of_turn);
  CHECK(failure_of({0, 0, 0, 0, 0x80}) == Errc::out_of_turn);
  CHECK(failure_of({'G', 'E', 'T', ' ', '/'}) == Errc::out_of_turn);
  CHECK(failure_of({0, 0, 0, 1, 3}, [](FrameHeader) { return Status(Errc::busy); }) == Errc::busy);
}

TEST_CASE("a failed reader stays failed") {
  FrameReader reader(anything);
  CHECK(read_all(reader, Bytes{0, 0, 0, 0, 0x7f}, 5).code() == Errc::out_of_turn);
  CHECK(read_all(reader, serialize(encode(Request(List{1})).value()), 5).code() == Errc::out_of_turn);
}

TEST_CASE("frames come out the same in pieces of any size") {
  Bytes bytes;
  std::vector<Frame> frames;
  for (const Request& request : requests()) frames.push_back(encode(request).value());
  frames.push_back(encode(Request(Data{7, filled(200'000)})).value());
  for (const Response& response : responses()) frames.push_back(encode(response).value());
  for (const Frame& frame : frames) append(bytes, serialize(frame));
  for (const std::size_t piece : {1ul, 2ul, 5ul, 6ul, 4096ul, 1ul << 20}) {
    FrameReader reader(anything);
    CHECK(read_all(reader, bytes, piece).value() == frames);
    CHECK_FALSE(reader.mid_frame());
  }
}

TEST_CASE("memory grows only as bytes arrive") {
  FrameReader reader(anything);
  REQUIRE(read_all(reader, Bytes{0, 0x10, 0, 8, 4}, 5));  // a whole MiB is announced
  CHECK(reader.room().size() == 64 * 1024);
  CHECK(reader.mid_frame());
}
