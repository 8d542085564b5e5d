// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of what a witness answers: a status, then any body. A line that is taken is this witness's over this
// checkpoint, and not of the future; the checkpoint with it passes a policy that asks for this witness.
#include "crypto/check.hpp"
#include "crypto/encoding.hpp"
#include "sync-server/witness/witness_call.hpp"
#include "tests/fuzz/seeds.hpp"

using namespace dokaz;
using namespace dokaz::server;

namespace {

constexpr int statuses[] = {200, 403, 404, 409, 422, 500, 0, 302};
constexpr std::int64_t now = 1'777'636'800;

SigningKey key_of(Byte number) {
  std::array<Byte, 32> seed{};
  seed[0] = number;
  return SigningKey::from_seed(Secret<32>::copy_of(seed));
}

struct World {
  SigningKey log = key_of(1), key = key_of(2);
  Checkpoint checkpoint = sign_checkpoint({7, TreeHash(sha256("root").raw())}, log);
  Witness witness{"w.example/one", key.public_key()};
  Policy policy = Policy::parse(bytes_of("log " + hex(log.public_key()) + "\nwitness " + witness.name + ' ' +
                                         hex(witness.key) + "\nquorum " + witness.name + '\n'))
                      .value();

  Bytes line(std::int64_t time, const SigningKey& by) const {
    const auto note = checkpoint.note.with_line(cosign(checkpoint, witness.name, static_cast<std::uint64_t>(time), by));
    return to_bytes(ByteView(note.value().bytes()).subspan(checkpoint.note.bytes().size()));
  }
};
const World& world() {
  static const World one;
  return one;
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  const auto keep = [&](Byte status, const Bytes& body) {
    Bytes seed{status};
    append(seed, body);
    out.push_back(std::move(seed));
  };
  keep(0, world().line(now, world().key));
  keep(0, world().line(now + 1000, world().key));
  keep(0, world().line(now, key_of(3)));
  Bytes two = world().line(now, world().key);
  append(two, world().line(now - 5, world().key));
  keep(0, two);
  for (const char* text : {"5\n", "7\n", "0\n", "18446744073709551615\n", "", "seven\n"})
    for (const Byte status : {Byte{1}, Byte{3}, Byte{4}, Byte{5}}) keep(status, to_bytes(std::string_view(text)));
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const HttpResponse response{statuses[data[0] % std::size(statuses)],
                              data[0] & 0x80 ? "text/plain" : "text/x.tlog.size",
                              to_bytes(ByteView(data + 1, size - 1))};
  for (const std::uint64_t old_size : {std::uint64_t{0}, std::uint64_t{5}, std::uint64_t{7}}) {
    const auto answer = read_answer(response, old_size, world().checkpoint, world().witness, now, 60);
    if (!answer || answer->kind != WitnessAnswer::Kind::cosigned) continue;
    DOKAZ_CHECK(response.status == 200);
    DOKAZ_CHECK(answer->unix_time <= static_cast<std::uint64_t>(now + 60));
    const Note note = world().checkpoint.note.with_line(answer->line).value();
    DOKAZ_CHECK(world().policy.check(note).has_value());
  }
  return 0;
}
