// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of a parcel that is taken in through Custody: the input is the plaintext itself, or a script by which a
// member packs statements and objects, good ones and bad ones. Whatever it is: it is refused as a whole and leaves
// nothing, or every receipt in its answer holds under the answer's own checkpoint; given again it changes nothing.
#include "sync-server/audit/audit.hpp"
#include "sync-server/parcel/receive.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/server_stage.hpp"
#include "tests/unit/sync-server/packing.hpp"

using namespace dokaz;
using namespace dokaz::fuzz;

namespace {

constexpr Byte raw_plaintext = 0;  // the first byte of an input; every other is a script

class Run {
 public:
  Run(const Stage& stage, ByteView script) : stage_(stage), script_(script), folder_(stage.fresh()) {
    custody_ = Custody::open(folder_, clock_at(noon)).value();
  }

  void play_plaintext(ByteView plain) {
    const auto received = receive(sealed_for(*custody_, plain));
    if (!received) DOKAZ_CHECK(custody_->checkpoint().head.size == 0);
    end();
  }

  void play() {
    Packing packing(stage_.people, scribe_.key());
    for (unsigned left = script_.below(6); left > 0; --left) pack_one(packing);
    // An object that no readable statement names is not written: the raw form has such parcels.
    if (!write_parcel_text(packing.parcel, packing.key)) return end();
    Bytes plain = packing.plain();
    if (script_.below(8) == 0) plain[script_.byte() * plain.size() / 256] ^= static_cast<Byte>(1 + script_.byte() % 255);
    const Bytes parcel = sealed_for(*custody_, plain);
    const auto first = receive(parcel);
    if (first) judge(packing.open(first->answer));
    else DOKAZ_CHECK(custody_->checkpoint().head.size == 0);
    const std::uint64_t size = custody_->checkpoint().head.size;
    const auto second = receive(parcel);
    DOKAZ_CHECK(second.has_value() == first.has_value());
    DOKAZ_CHECK(custody_->checkpoint().head.size == size);
    if (second) {
      judge(packing.open(second->answer));
      DOKAZ_CHECK(second->figures.logged == first->figures.logged && second->figures.kept == first->figures.kept);
    }
    end();
  }

 private:
  /// The next statement of the chain with its objects; or one with something wrong.
  void pack_one(Packing& packing) {
    const bool first = scribe_.seq() == 0;
    std::vector<ObjectRef> named;
    const unsigned number = script_.below(4);
    const Bytes object = some_bytes(1 + number * 600, static_cast<std::uint8_t>(number));
    if (!first && script_.below(3) != 0) named.push_back(ref_of(object));
    const Statement statement = scribe_.draft(first ? Act::genesis : named.empty() ? Act::note : Act::seal, named,
                                              std::to_string(script_.below(3)));
    Submit::Item item = scribe_.sign(statement);
    switch (script_.below(8)) {
      case 0: item.signature.raw()[script_.below(64)] ^= 1; break;
      case 1: item.statement[script_.byte() % item.statement.size()] ^= 1; break;
      case 2: break;  // the chain is not moved on: the next one is a fork of it
      default: scribe_.advance(statement);
    }
    packing.add(item);
    const bool is_packed = std::ranges::find(packing.objects, object) != packing.objects.end();
    if (!named.empty() && !is_packed && script_.below(4) != 0) packing.add(object);
  }

  Result<ReceivedParcel> receive(const Bytes& parcel) {
    const Path file = folder_ / "parcel";
    DOKAZ_CHECK(write_file_durably(file, parcel).has_value());
    return receive_parcel(*custody_, File::open(file, File::Access::read).value(),
                          [](std::uint64_t, std::uint64_t) { return Status(); });
  }

  void judge(const ParcelAnswer& answer) {
    Session reader = enter(*custody_, stage_.people, stage_.people.counsel.public_key());
    const Membership members = members_of(stage_.people, custody_->members(reader).value());
    const Policy policy = Policy::log_only(stage_.card().log);
    for (const ParcelAnswer::Outcome& outcome : answer.outcomes) {
      if (outcome.refused) continue;
      const Receipt receipt = read_tlog_proof(outcome.tlog_proof).value();
      DOKAZ_CHECK(receipt.checkpoint.bytes() == answer.checkpoint);
      if (!outcome.stored) continue;
      const Receipt stored = read_tlog_proof(outcome.stored->tlog_proof).value();
      DOKAZ_CHECK(stored.checkpoint.bytes() == answer.checkpoint);
      DOKAZ_CHECK(check_receipt(Statement::parse(outcome.stored->receive).value(), stored, members, policy).has_value());
    }
  }

  void end() {
    custody_.reset();
    std::filesystem::remove(folder_ / "parcel");
    const auto report = audit(folder_);
    DOKAZ_CHECK(report.has_value());
    DOKAZ_CHECK(report->is_sound());
  }

  const Stage& stage_;
  Script script_;
  Path folder_;
  Scribe scribe_{1};
  std::optional<Custody> custody_;
};

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  // How many; for each: which object, whether it is named, the fact, what is wrong (7: nothing), whether it is packed.
  std::vector<Bytes> out = {
      {1, 1, 0, 0, 7, 0, 1},
      {1, 2, 0, 0, 7, 2, 1, 0, 7, 1, 1},
      {1, 3, 0, 0, 7, 2, 1, 0, 7, 1, 3, 1, 0, 7, 1, 1},
      {1, 3, 0, 0, 7, 2, 1, 0, 7, 0, 3, 0, 1, 7, 0, 1},
      {1, 3, 0, 0, 7, 2, 1, 0, 2, 1, 2, 1, 1, 7, 1, 0, 1},
      {1, 2, 0, 0, 7, 2, 1, 0, 0, 9, 1, 0, 1},
      {1, 2, 0, 0, 7, 2, 1, 0, 7, 1, 0, 30, 8},
  };
  const Scribe scribe(1);
  const People people;
  Scribe writer(1);
  Packing packing(people, scribe.key());
  packing.add(writer.next(Act::genesis));
  packing.add(writer.next(Act::seal, {ref_of(some_bytes(300, 1))}));
  packing.add(some_bytes(300, 1));
  Bytes raw = {raw_plaintext};
  append(raw, packing.plain());
  out.push_back(std::move(raw));
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Stage stage;
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  Run run(stage, rest);
  if (data[0] == raw_plaintext) run.play_plaintext(rest);
  else run.play();
  return 0;
}
