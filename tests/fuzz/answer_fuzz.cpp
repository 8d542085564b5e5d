// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of the parent's reader of what a worker answers: any bytes, as they are and behind the mark
// of each kind. What is accepted, value or failure, is written again as it was.
#include "collector/intake/worker/worker_answer.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

constexpr std::uint64_t original_size = 1000;

template <class Answer>
void must_return(const Result<Answer>& read, ByteView bytes) {
  if (read) DOKAZ_CHECK(std::ranges::equal(encode(*read), bytes));
  else if (read.code() != Errc::parser_died) DOKAZ_CHECK(std::ranges::equal(encode(read.error()), bytes));
}

void read_all(ByteView bytes) {
  const auto take = decode_take(bytes, original_size);
  must_return(take, bytes);
  if (take) DOKAZ_CHECK(take->plan.size() <= original_size + clean_growth_cap);
  must_return(decode_check(bytes), bytes);
  must_return(decode_pixels(bytes), bytes);
  must_return(decode_residue(bytes), bytes);
  must_return(decode_plan(bytes, original_size), bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  read_all(bytes);
  for (Byte kind = 1; kind <= 5; ++kind) {
    Bytes marked = to_bytes("dokaz-in");
    append(marked, std::array<Byte, 4>{0, 0, 0, kind});
    append(marked, bytes);
    read_all(marked);
  }
  return 0;
}
