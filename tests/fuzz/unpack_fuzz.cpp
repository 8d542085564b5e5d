// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of an answer that is unpacked: the input is the answer's plaintext, or a script that changes a true one.
// Whatever it is: nothing counts as logged or stored that the log did not sign, and the key of the answer stays until
// everything in the parcel is settled by receipts that hold: then the true answer still opens.
#include <catch2/catch.hpp>  // for the fixture

#include "collector/parcel/pack.hpp"
#include "collector/parcel/unpack.hpp"
#include "crypto/age/envelope.hpp"
#include "proto/format/parcel_answer.hpp"
#include "sync-server/parcel/receive.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

constexpr Byte raw_plaintext = 0;
const auto unwatched = [](std::uint64_t, std::uint64_t) { return Status(); };

/// A vault that has packed two items, the answer to them, and one from before the log grew.
class Stage {
 public:
  Stage() : custody_(server::Custody::create(scratch_ / "server", [] { return noon.unix_seconds; }).value()) {
    case_.card = custody_.card();
    case_.pin = custody_.card().pin;
    DOKAZ_CHECK(custody_.grant(case_.roster_note(), std::uint64_t{1} << 30).has_value());
    DOKAZ_CHECK(Vault::create(scratch_ / "vault", passphrase(), enrol(case_.invitation_text(), noon).value(), cheap).has_value());
    {
      Vault vault = open();
      for (const char* name : {"a", "b"}) DOKAZ_CHECK(seal(vault, photo(name), request()).has_value());
      DOKAZ_CHECK(pack(vault, {scratch_ / "parcel", {}, std::nullopt, {}}, unwatched).has_value());
    }
    earlier_ = receive();
    std::filesystem::copy(scratch_ / "vault", scratch_ / "model", std::filesystem::copy_options::recursive);
    {
      Vault vault = open();
      DOKAZ_CHECK(seal(vault, photo("c"), request()).has_value());
      DOKAZ_CHECK(pack(vault, {scratch_ / "more", {}, std::nullopt, {}}, unwatched).has_value());
      DOKAZ_CHECK(receive("more").size() > 0);
    }
    answer_ = receive();
  }

  /// As it was when only the first parcel was packed.
  Vault fresh() const {
    std::filesystem::remove_all(scratch_ / "vault");
    std::filesystem::copy(scratch_ / "model", scratch_ / "vault", std::filesystem::copy_options::recursive);
    return open();
  }
  const Bytes& answer() const { return answer_; }
  const Bytes& earlier() const { return earlier_; }

 private:
  Vault open() const { return Vault::open(scratch_ / "vault", passphrase()).value(); }
  Bytes receive(const char* name = "parcel") {
    return server::receive_parcel(custody_, File::open(scratch_ / name, File::Access::read).value(), unwatched)->answer;
  }
  Scratch scratch_;
  TestCase case_;
  server::Custody custody_;
  Bytes answer_, earlier_;
};

void judge(const Stage& stage, Vault& vault, const Bytes& answer) {
  const auto report = unpack(vault, answer);
  std::size_t open = 0;
  for (const OwnStatement& own : vault.statements().value()) {
    if (own.state() == CustodyState::sealed || (own.is_item() && !own.stored)) ++open;
  }
  const bool has_key = !vault.sent_parcels()->empty();
  if (!report) DOKAZ_CHECK(open > 0);
  // The key goes when nothing is open any more, and not before.
  DOKAZ_CHECK(has_key || open == 0);
  if (has_key) DOKAZ_CHECK(unpack(vault, stage.answer()).has_value());
  for (const OwnStatement& own : vault.statements().value())
    DOKAZ_CHECK(own.state() != CustodyState::sealed && (!own.is_item() || own.stored));
}

/// A true answer, changed as the script says.
void change(ParcelAnswer& answer, const ParcelAnswer& earlier, ByteView script) {
  const auto next = [&script]() -> std::uint8_t {
    if (script.empty()) return 0;
    const Byte first = script[0];
    script = script.subspan(1);
    return first;
  };
  for (std::size_t times = 0; times < 8 && !script.empty(); ++times) {
    if (answer.outcomes.empty()) return;
    const std::size_t at = next() % answer.outcomes.size();
    ParcelAnswer::Outcome& outcome = answer.outcomes[at];
    const ParcelAnswer::Outcome& before = earlier.outcomes[at % earlier.outcomes.size()];
    switch (next() % 10) {
      case 0: answer.outcomes.erase(answer.outcomes.begin() + static_cast<std::ptrdiff_t>(at)); break;
      case 1: std::swap(outcome, answer.outcomes.front()); break;
      case 2: outcome.stored.reset(); break;
      case 3: outcome = {outcome.statement, Errc::quota_exceeded, {}, {}}; break;
      case 4: outcome.tlog_proof = before.tlog_proof; break;
      case 5: outcome.stored = before.stored; break;
      case 6: answer.checkpoint = earlier.checkpoint; break;
      case 7: answer.path.clear(); break;
      case 8:
        if (!outcome.tlog_proof.empty()) outcome.tlog_proof[next() * outcome.tlog_proof.size() / 256] ^= 1;
        break;
      case 9: answer.outcomes.resize(at); break;
    }
  }
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out = {{1}};
  for (Byte what = 0; what < 10; ++what)
    for (Byte at = 0; at < 3; ++at) out.push_back({1, at, what, 40});
  for (Byte what = 0; what < 10; ++what) out.push_back({1, 0, 6, 1, 4, 2, 4, 0, 4, 1, 5, 2, 5, 2, what});
  out.push_back({raw_plaintext, 'd', 'o', 'k', 'a', 'z'});
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Stage stage;
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  Vault vault = stage.fresh();
  const SentParcel sent = std::move(vault.sent_parcels().value().front());
  const age::Recipient recipient = sent.reply.recipient();
  const auto opened = [&](const Bytes& answer) {
    return read_parcel_answer(ReadableBytes(age::decrypt(answer, sent.reply).value())).value();
  };
  Bytes plain = to_bytes(rest);
  if (data[0] != raw_plaintext) {
    ParcelAnswer answer = opened(stage.answer());
    change(answer, opened(stage.earlier()), rest);
    auto written = write_parcel_answer(answer);
    if (!written) return 0;
    plain = std::move(*written);
  }
  judge(stage, vault, age::encrypt(plain, std::span(&recipient, 1)).value());
  return 0;
}
