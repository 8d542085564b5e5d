// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of couriers: the input is a script of passes, good ones and bad ones, of requests by two couriers, of
// restarts and of a clock that moves. Whatever the order: an answer is given for the parcel of the pass alone, what was
// brought is not lost before its time, what is over is gone, and the log is sound.
#include <thread>

#include "sync-server/audit/audit.hpp"
#include "sync-server/parcel/couriers.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/server_stage.hpp"
#include "tests/unit/sync-server/packing.hpp"

using namespace dokaz;
using namespace dokaz::fuzz;

namespace {

constexpr unsigned couriers_count = 2;
constexpr std::size_t longest_script = 60;
constexpr std::int64_t pass_time = 1000;

class Run {
 public:
  Run(const Stage& stage, ByteView script) : stage_(stage), script_(script), folder_(stage.fresh()) {
    custody_ = Custody::open(folder_, clock_at(noon)).value();
    Packing packing(stage.people, scribe_.key());
    parcel_ = small_parcel(packing, scribe_, *custody_, some_bytes(900, 1));
    name_ = ObjectId(sha256(parcel_).raw());
    restart();
  }

  void play() {
    for (std::size_t i = 0; i < longest_script && !script_.ended(); ++i) request();
    judge();
    now_ = noon + 2 * pass_time;
    restart();
    // Time is over for all; what was whole may still be taken in.
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "couriers"))
      DOKAZ_CHECK(whole_ || entry.path().extension() != ".parcel");
    couriers_.reset();
    custody_.reset();
    const auto report = audit(folder_);
    DOKAZ_CHECK(report.has_value());
    DOKAZ_CHECK(report->is_sound());
  }

 private:
  void restart() {
    couriers_.reset();
    couriers_ = Couriers::open(folder_, *custody_, [this] { return now_.load(); }, {}, limits()).value();
    couriers_->start();
    for (auto& session : sessions_) session.reset();
  }

  static PassLimits limits() {
    PassLimits out;
    out.settling = std::chrono::seconds(0);
    return out;
  }
  const SigningKey& key(unsigned who) const { return keys_[who]; }

  Hello hello(unsigned who) {
    CourierPass pass{stage_.people.case_id(), scribe_.key().public_key(), key(who).public_key(),
                     ParcelHash(sha256(parcel_).raw()), parcel_.size(), {noon + pass_time, false}};
    const unsigned wrong = script_.below(10);
    if (wrong == 0) pass.parcel = ParcelHash(sha256("another").raw());
    if (wrong == 1) pass.size = 1 + script_.byte();
    if (wrong == 2) pass.until.unix_seconds = noon + std::int64_t{script_.byte()} * 40 - 5000;
    if (wrong == 3) pass.until.unix_seconds = noon + longest_pass + script_.byte();
    if (wrong == 4) pass.case_id = Fingerprint();
    Note note = sign_pass(pass, scribe_.key());
    if (wrong == 5) note = Note::sign(note.text(), "dokaz-member", key(who));
    const AdmissionNotes notes = stage_.people.admission(scribe_.key());
    Bytes papers = write_pass_papers({note, {notes.ticket, notes.admission}});
    if (wrong == 6) papers[script_.byte() * papers.size() / 256] ^= static_cast<Byte>(1 + script_.byte() % 255);
    Hello out{Fingerprint(), key(who).public_key(), {}, std::nullopt};
    out.pass = sealed_for(*custody_, papers);
    if (wrong == 7) (*out.pass)[script_.byte() * out.pass->size() / 256] ^= 1;
    if (wrong == 8) out.member = stage_.people.counsel.public_key();
    good_ = wrong > 8;
    return out;
  }

  void greet(unsigned who) {
    const auto greeting = couriers_->greet(hello(who));
    // A good pass is let in as long as it is good, and each bad one is refused or is a good one of another kind.
    if (good_ && now_ <= noon + pass_time && !other_[who]) DOKAZ_CHECK(greeting.has_value());
    if (!greeting) return;
    DOKAZ_CHECK(greeting->case_id == stage_.people.case_id() && greeting->sender == scribe_.key().public_key());
    if (!good_) other_[who] = true;  // a key is for one parcel: what this one is for is not known here
    sessions_[who] = greeting->greeting.session;
  }

  void request() {
    const unsigned who = script_.below(couriers_count), what = script_.below(10);
    if (what == 0) return greet(who);
    if (what == 1) return restart();
    if (what == 2) {
      now_ = noon + std::int64_t{script_.byte()} * 8;
      return;
    }
    if (!sessions_[who]) return greet(who);
    Session& session = *sessions_[who];
    const PublicKey& courier = key(who).public_key();
    switch (what) {
      case 3: return (void)couriers_->offer(courier, session, {name_}).has_value();
      case 4: return (void)couriers_->offer(courier, session, {ObjectId()}).has_value();
      case 5:
      case 6: return data(courier, session);
      case 7: return bring_rest(courier, session);
      case 8: return (void)couriers_->fetch(courier, {name_, script_.byte()}).has_value();
      case 9: return (void)couriers_->read_answer(courier, script_.byte()).has_value();
    }
  }

  void data(const PublicKey& courier, Session& session) {
    const std::uint64_t at = script_.below(4) == 0 ? script_.byte() * 16U : session.upload_offset;
    const std::size_t count = script_.byte() * 16U;
    Bytes bytes = some_bytes(count, script_.byte());
    if (at < parcel_.size() && script_.below(4) != 0)
      bytes = to_bytes(ByteView(parcel_).subspan(at, std::min(count, parcel_.size() - at)));
    const auto kept = couriers_->data(courier, session, {at, std::move(bytes)});
    whole_ |= kept && *kept;
  }
  void bring_rest(const PublicKey& courier, Session& session) {
    const auto resume = couriers_->offer(courier, session, {name_});
    if (!resume || resume->complete || resume->offset >= parcel_.size()) return;
    const auto kept = couriers_->data(courier, session, {resume->offset, to_bytes(ByteView(parcel_).subspan(resume->offset))});
    whole_ |= kept && *kept;
  }

  /// Whose parcel was whole has an answer or a reason, and whoever has an answer has the sender's.
  void judge() {
    for (unsigned who = 0; who < couriers_count; ++who) {
      auto content = couriers_->fetch(key(who).public_key(), {name_, 0});
      for (; !content && content.code() == Errc::busy; content = couriers_->fetch(key(who).public_key(), {name_, 0}))
        std::this_thread::yield();
      if (!content) continue;
      Bytes answer;
      while (answer.size() < content->size) append(answer, couriers_->read_answer(key(who).public_key(), answer.size()).value());
      DOKAZ_CHECK(answer.size() == content->size);
      DOKAZ_CHECK(custody_->checkpoint().head.size >= 2);
    }
  }

  const Stage& stage_;
  Script script_;
  Path folder_;
  std::optional<Custody> custody_;
  Scribe scribe_{1};
  Bytes parcel_;
  ObjectId name_;
  std::array<SigningKey, couriers_count> keys_ = {Scribe::key_of(150), Scribe::key_of(151)};
  std::array<std::optional<Session>, couriers_count> sessions_;
  std::array<bool, couriers_count> other_ = {};
  std::atomic<std::int64_t> now_ = noon;
  bool good_ = false;
  bool whole_ = false;
  std::optional<Couriers> couriers_;  // last: its thread uses everything above
};

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  const Bytes good = {0, 0, 9};  // who, greet, nothing wrong
  const Bytes all = {0, 7}, ask = {0, 8, 0, 0, 9, 0};
  const auto joined = [](std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) append(out, part);
    return out;
  };
  std::vector<Bytes> out = {
      good,
      joined({good, all, ask}),
      joined({good, {0, 3}, {0, 5, 1, 20, 0, 1}, {0, 1}, good, all, ask}),
      joined({good, {0, 3}, {0, 5, 1, 255, 7, 0}, all, ask, all}),
      joined({good, {1, 0, 9}, {0, 3}, {1, 3}, {0, 5, 1, 9, 0, 1}, {1, 5, 1, 9, 0, 1}, {1, 7}, ask}),
      joined({good, {0, 3}, {0, 5, 1, 9, 0, 1}, {0, 2, 200}, all, good, ask}),
  };
  for (Byte wrong = 0; wrong < 9; ++wrong) out.push_back(joined({{0, 0, wrong, 77, 3}, all, ask}));
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Stage stage;
  Run(stage, ByteView(data, size)).play();
  return 0;
}
