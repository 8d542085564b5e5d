// SPDX-License-Identifier: GPL-3.0-or-later
// Witnesses of the server's log: what is sent, what is believed, and what a server does that was rolled back.
#include <condition_variable>

#include "small_witness.hpp"
#include "sync-server/witness/cosigner.hpp"
#include "tests/unit/proto/log_samples.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;
using namespace dokaz::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t noon = 1'777'636'800;
using Fault = SmallWitness::Fault;

/// A log in memory whose history can be put back or exchanged.
class GrowingLog {
 public:
  explicit GrowingLog(std::size_t size) : leaves_(naive::leaves(size)) {}

  void grow(std::size_t size) {
    const std::lock_guard lock(mutex_);
    leaves_ = naive::leaves(size);
  }
  /// The same size, other leaves from `from` on.
  void fork(std::size_t from, std::size_t size) {
    const std::lock_guard lock(mutex_);
    leaves_ = naive::leaves(size);
    for (std::size_t i = from; i < size; ++i) leaves_[i] = TreeHash(sha256("other " + std::to_string(i)).raw());
  }
  Checkpoint newest() const {
    const std::lock_guard lock(mutex_);
    return sign_checkpoint({leaves_.size(), naive::mth(leaves_)}, log_key());
  }
  WitnessedLog door() {
    return {[this] { return newest(); },
            [this](std::uint64_t older, std::uint64_t newer) -> Result<ConsistencyPath> {
              const std::lock_guard lock(mutex_);
              if (older > newer || newer > leaves_.size()) return Errc::bad_consistency;
              if (older == 0 || older == newer) return ConsistencyPath{};
              return naive::subproof(older, naive::part(leaves_, 0, newer), true);
            },
            [this](const Note& note) -> Status {
              const std::lock_guard lock(mutex_);
              vouched_ = parse_checkpoint(note).value();
              ++notes_;
              change_.notify_all();
              return {};
            },
            [this](std::size_t witnesses) {
              const std::lock_guard lock(mutex_);
              doubted_ = witnesses;
              change_.notify_all();
            },
            [this](const std::vector<std::string>& who) {
              const std::lock_guard lock(mutex_);
              stopped_by_ = who;
              change_.notify_all();
            }};
  }
  /// False after a time in which it would have come many times over.
  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex_);
    return change_.wait_for(lock, 30s, condition);
  }
  bool wait_for_vouched(std::uint64_t size) {
    return wait([&] { return vouched_ && vouched_->head.size >= size; });
  }
  bool wait_for_stop() { return wait([&] { return !stopped_by_.empty(); }); }
  bool wait_for_doubts(std::size_t witnesses) { return wait([&] { return doubted_ == witnesses; }); }
  std::vector<std::string> stopped_by() const {
    const std::lock_guard lock(mutex_);
    return stopped_by_;
  }
  std::optional<Checkpoint> vouched() const {
    const std::lock_guard lock(mutex_);
    return vouched_;
  }
  bool is_stopped() const {
    const std::lock_guard lock(mutex_);
    return !stopped_by_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable change_;
  naive::Leaves leaves_;
  std::optional<Checkpoint> vouched_;
  std::size_t notes_ = 0;
  std::size_t doubted_ = 0;
  std::vector<std::string> stopped_by_;
};

WitnessSettings quick() {
  WitnessSettings settings;
  settings.pauses = {Pause{5}, Pause{20}, Pause{200}};
  settings.http.total = 5s;
  return settings;
}

/// Three witnesses, of which two suffice.
struct Three {
  SmallWitness a{"north", key_of(71), log_key().public_key()};
  SmallWitness b{"south", key_of(72), log_key().public_key()};
  SmallWitness c{"west", key_of(73), log_key().public_key()};

  ServerPolicy policy() const {
    return ServerPolicy::parse(bytes_of("log " + hex(log_key().public_key()) + "\n" + a.line() + b.line() + c.line() +
                                        "group all 2 north south west\nquorum all\n"))
        .value();
  }
};

class Events {
 public:
  Cosigner::EventSink sink() {
    return [this](std::string_view event) {
      const std::lock_guard lock(mutex_);
      all_.emplace_back(event);
    };
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const std::string& each : all_) out += each + "\n";
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> all_;
};

std::unique_ptr<Cosigner> start(const Three& three, GrowingLog& log, Events& events,
                                const WitnessSettings& settings = quick()) {
  return Cosigner::start(three.policy(), log.door(), settings, [] { return noon; }, events.sink()).value();
}

HttpResponse response(int status, std::string type, std::string body) {
  return {status, std::move(type), to_bytes(std::string_view(body))};
}

}  // namespace

TEST_CASE("the request is old size, proof, empty line and the checkpoint as the log signed it") {
  const Checkpoint checkpoint = sign_checkpoint(sample_head(), log_key());
  const Note cosigned = checkpoint.note.with_line(cosign(checkpoint, "w1", noon, witness_key(1))).value();
  const auto request = add_checkpoint("https://w.example/p", 3, {id_of<TreeHash>(1), id_of<TreeHash>(2)}, cosigned);
  CHECK(request.url == "https://w.example/p/add-checkpoint");
  CHECK(request.method == HttpMethod::post);
  CHECK(text_of(request.body) == "old 3\n" + base64(id_of<TreeHash>(1).view()) + "\n" +
                                     base64(id_of<TreeHash>(2).view()) + "\n\n" + to_text(checkpoint.note.bytes()));
}

TEST_CASE("an answer is believed under the witness's own key, for this checkpoint and not from the future") {
  const Checkpoint checkpoint = sign_checkpoint(sample_head(), log_key());
  const Witness witness{"w1", witness_key(1).public_key()};
  const auto body = [&](const Checkpoint& what, std::string_view name, std::int64_t time, const SigningKey& key) {
    const Note note = checkpoint.note.with_line(cosign(what, name, static_cast<std::uint64_t>(time), key)).value();
    return to_text(note.bytes()).substr(checkpoint.note.bytes().size());
  };
  const auto read = [&](const HttpResponse& answer, std::uint64_t old = 3) {
    return read_answer(answer, old, checkpoint, witness, noon, 600);
  };
  const auto code = [&](const HttpResponse& answer) {
    const auto got = read(answer);
    return got ? Errc{0} : got.code();
  };
  const std::string good = body(checkpoint, "w1", noon + 600, witness_key(1));
  const auto answer = read(response(200, "", good));
  REQUIRE(answer);
  CHECK(answer->kind == WitnessAnswer::Kind::cosigned);
  CHECK(answer->unix_time == noon + 600);
  CHECK(read(response(200, "", body(checkpoint, "other", noon, witness_key(2)) + good)).has_value());

  CHECK(code(response(200, "", body(checkpoint, "w1", noon + 601, witness_key(1)))) == Errc::bad_signature);
  CHECK(code(response(200, "", body(checkpoint, "w1", noon, witness_key(2)))) == Errc::bad_signature);
  CHECK(code(response(200, "", body(checkpoint, "w2", noon, witness_key(1)))) == Errc::bad_signature);
  CHECK(code(response(200, "", body(sign_checkpoint({6, id_of<TreeHash>(1)}, log_key()), "w1", noon, witness_key(1)))) ==
        Errc::bad_signature);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    INFO(i);
    CHECK(code(response(200, "", bad)) != Errc{0});
  }
  for (const std::string& bad : std::vector<std::string>{"", "\n", good + good, good + "x", "x\n\n" + good, "\n" + good, good.substr(0, good.size() - 1)}) {
    INFO(bad);
    CHECK(code(response(200, "", bad)) == Errc::malformed);
  }
  CHECK(code(response(403, "", "")) == Errc::refused);
  CHECK(code(response(404, "", "")) == Errc::not_found);
  for (const int status : {201, 302, 400, 429, 500, 503}) CHECK(code(response(status, "", good)) == Errc::malformed);
}

TEST_CASE("a conflict names a size, or contradicts") {
  const Checkpoint checkpoint = sign_checkpoint(sample_head(), log_key());
  const std::uint64_t size = checkpoint.head.size;
  const auto read = [&](const HttpResponse& answer, std::uint64_t old) {
    return read_answer(answer, old, checkpoint, {"w1", witness_key(1).public_key()}, noon, 600);
  };
  const auto other = read(response(409, "text/x.tlog.size", "12\n"), 3);
  REQUIRE(other);
  CHECK(other->kind == WitnessAnswer::Kind::other_size);
  CHECK(other->size == 12);
  for (const std::string bad : {"", "12", "012\n", "+1\n", "12\n\n", "12 \n", "-1\n", "18446744073709551616\n"})
    CHECK(read(response(409, "text/x.tlog.size", bad), 3).code() == Errc::malformed);
  CHECK(read(response(409, "text/plain", "12\n"), 3).code() == Errc::malformed);
  CHECK(read(response(422, "", ""), 3)->kind == WitnessAnswer::Kind::contradicted);
  // Equal sizes, so the roots are not.
  CHECK(read(response(409, "text/plain", ""), size)->kind == WitnessAnswer::Kind::contradicted);
  CHECK(read(response(409, "text/x.tlog.size", std::to_string(size) + "\n"), size)->kind ==
        WitnessAnswer::Kind::contradicted);
  CHECK(read(response(409, "text/x.tlog.size", "12\n"), size)->kind == WitnessAnswer::Kind::other_size);
}

TEST_CASE("each checkpoint of a growing log is cosigned by the quorum, and lines that come later are added") {
  GrowingLog log(0);
  Three three;
  Events events;
  const auto cosigner = start(three, log, events);
  for (const std::size_t size : {1, 2, 3, 9, 200}) {
    log.grow(size);
    REQUIRE(log.wait_for_vouched(size));
    CHECK(log.vouched()->head == log.newest().head);
    CHECK(three.policy().policy.check(log.vouched()->note).has_value());
  }
  CHECK(log.wait([&] { return true; }));
  const auto all_lines = [&] { return log.vouched()->note.signatures().size() == 4; };
  while (!all_lines() && !log.is_stopped()) std::this_thread::yield();
  CHECK(three.policy().policy.check(log.vouched()->note).value()->witnesses.size() == 3);
  CHECK(cosigner->counts().answering == 3);
  CHECK_FALSE(cosigner->counts().contradicted);
  CHECK(events.text().find("gives no cosignature") == std::string::npos);
}

TEST_CASE("with one witness failing in any way the quorum goes on; with two it waits, and comes when one is back") {
  for (const Fault fault : {Fault::error, Fault::wrong_key, Fault::future, Fault::garbage, Fault::other_checkpoint,
                            Fault::unsized_conflict, Fault::silent}) {
    INFO(static_cast<int>(fault));
    GrowingLog log(1);
    Three three;
    Events events;
    three.b.fail(fault);
    WitnessSettings settings = quick();
    settings.http.total = 200ms;
    const auto cosigner = start(three, log, events, settings);
    REQUIRE(log.wait_for_vouched(1));
    three.c.fail(fault);
    log.grow(2);
    while (three.a.head().size < 2) std::this_thread::yield();
    const std::size_t asked = three.c.requests();
    while (three.c.requests() < asked + 2) std::this_thread::yield();
    CHECK(log.vouched()->head.size == 1);
    three.c.fail(Fault::none);
    REQUIRE(log.wait_for_vouched(2));
    CHECK_FALSE(log.is_stopped());
    // That one is asked on, and fails on: the test's own time is the limit.
    while (cosigner->counts().failures < 3) std::this_thread::yield();
    while (events.text().find("witness 2 of 3 gives no cosignature: ") == std::string::npos) std::this_thread::yield();
  }
}

TEST_CASE("a silent witness holds nobody up, neither the others nor the end") {
  GrowingLog log(1);
  Three three;
  Events events;
  three.a.fail(Fault::silent);
  WitnessSettings settings = quick();
  settings.http.total = 1h;
  auto cosigner = start(three, log, events, settings);
  for (const std::size_t size : {1, 2, 3}) {
    log.grow(size);
    REQUIRE(log.wait_for_vouched(size));
  }
  cosigner.reset();  // at once: the test's own time is the limit
}

TEST_CASE("a witness that has signed before is asked from its size on") {
  GrowingLog log(7);
  Three three;
  Events events;
  three.a.has_signed({3, naive::mth(naive::leaves(3))});
  three.b.has_signed({7, naive::mth(naive::leaves(7))});
  const auto cosigner = start(three, log, events);
  REQUIRE(log.wait_for_vouched(7));
  CHECK_FALSE(log.is_stopped());
}

TEST_CASE("a log that was put back, or that forked, is vouched for by nobody and takes nothing more") {
  const auto stops = [](const TreeHead& seen, GrowingLog& log) {
    Three three;
    Events events;
    three.a.has_signed(seen);
    three.c.has_signed(seen);
    const auto cosigner = start(three, log, events);
    const bool stopped = log.wait_for_stop();
    CHECK(log.stopped_by() == std::vector<std::string>{"north", "west"});
    cosigner->wait_until_known(10s);
    CHECK(cosigner->counts().contradicted);
    CHECK(cosigner->counts().contradicting == 2);
    CHECK(three.a.requests() >= 2);  // nobody is believed who said it once
    CHECK(three.c.requests() >= 2);
    // Growth brings nobody back.
    log.grow(300);
    const std::size_t asked = three.b.requests();
    while (three.a.head() != seen) std::this_thread::yield();
    CHECK(three.b.requests() <= asked + 2);
    CHECK_FALSE((log.vouched() && log.vouched()->head.size == 300));
    // Writing is stopped before it is said.
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (events.text().find("forked") == std::string::npos && std::chrono::steady_clock::now() < until)
      std::this_thread::yield();
    CHECK(events.text().find("it was rolled back or forked") != std::string::npos);
    CHECK(events.text().find("witness 1 of 3 says, unsigned, that it has cosigned") != std::string::npos);
    return stopped;
  };
  const TreeHead nine{9, naive::mth(naive::leaves(9))};
  SECTION("an older copy") {
    GrowingLog log(5);
    CHECK(stops(nine, log));
  }
  SECTION("an empty log in its place") {
    GrowingLog log(0);
    CHECK(stops(nine, log));
  }
  SECTION("forked at the same size") {
    GrowingLog log(0);
    log.fork(4, 9);
    CHECK(stops(nine, log));
  }
  SECTION("forked and grown") {
    GrowingLog log(0);
    log.fork(4, 20);
    CHECK(stops(nine, log));
  }
}

TEST_CASE("one witness that contradicts alone is a warning, counts as silent, and may come back") {
  for (const bool lies : {false, true}) {
    INFO(lies);
    GrowingLog log(5);
    Three three;
    Events events;
    if (lies) three.a.fail(Fault::lies);
    else three.a.has_signed({9, TreeHash(sha256("another history").raw())});
    const auto cosigner = start(three, log, events);
    REQUIRE(log.wait_for_doubts(1));
    for (const std::size_t size : {6, 30, 200}) {
      log.grow(size);
      REQUIRE(log.wait_for_vouched(size));
    }
    CHECK_FALSE(log.is_stopped());
    CHECK(cosigner->counts().contradicting == 1);
    CHECK(cosigner->counts().answering == 2);
    CHECK_FALSE(cosigner->counts().contradicted);
    CHECK(events.text().find("witness 1 of 3 says, unsigned,") != std::string::npos);
    three.a.fail(Fault::none);
    three.a.has_signed({5, naive::mth(naive::leaves(5))});
    log.grow(201);
    REQUIRE(log.wait_for_doubts(0));
    CHECK(cosigner->counts().contradicting == 0);
    CHECK_FALSE(log.is_stopped());
  }
}

TEST_CASE("what a witness says once and not again is nothing") {
  GrowingLog log(5);
  Three three;
  Events events;
  three.a.lie(1);
  three.b.lie(1);
  const auto cosigner = start(three, log, events);
  REQUIRE(log.wait_for_vouched(5));
  while (cosigner->counts().cosignatures < 3) std::this_thread::yield();
  CHECK(cosigner->counts().contradicting == 0);
  CHECK_FALSE(log.is_stopped());
}

TEST_CASE("where there is but one witness, its word stops writing when it stays with it") {
  GrowingLog log(5);
  SmallWitness only{"north", key_of(71), log_key().public_key()};
  only.has_signed({9, naive::mth(naive::leaves(9))});
  Events events;
  const auto policy =
      ServerPolicy::parse(bytes_of("log " + hex(log_key().public_key()) + "\n" + only.line() + "quorum north\n")).value();
  const auto cosigner = Cosigner::start(policy, log.door(), quick(), [] { return noon; }, events.sink()).value();
  REQUIRE(log.wait_for_stop());
  CHECK(only.requests() >= 2);
}

TEST_CASE("before the first write is taken every witness was asked, or the wait is over") {
  GrowingLog log(5);
  Three three;
  Events events;
  three.b.has_signed({9, naive::mth(naive::leaves(9))});
  three.c.has_signed({9, naive::mth(naive::leaves(9))});
  const auto cosigner = start(three, log, events);
  cosigner->wait_until_known(30s);
  CHECK(cosigner->counts().contradicted);

  GrowingLog other(5);
  Three silent;
  for (SmallWitness* each : {&silent.a, &silent.b, &silent.c}) each->fail(Fault::silent);
  const auto waiting = start(silent, other, events);
  waiting->wait_until_known(20ms);
  CHECK_FALSE(waiting->counts().contradicted);
}

TEST_CASE("a policy with an address that may not be asked is refused") {
  GrowingLog log(1);
  Events events;
  const auto policy = ServerPolicy::parse(bytes_of("log " + hex(log_key().public_key()) + "\nwitness w1 " +
                                                   hex(witness_key(1).public_key()) + " http://w.example\nquorum w1\n"))
                          .value();
  CHECK(Cosigner::start(policy, log.door(), quick(), [] { return noon; }, events.sink()).code() == Errc::usage);
}
