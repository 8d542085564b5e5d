// SPDX-License-Identifier: GPL-3.0-or-later
// What was acknowledged survives the end of the process at any moment.
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <random>
#include <thread>

#include "scene.hpp"
#include "sync-server/audit/audit.hpp"

namespace dokaz::server {

using namespace test;

namespace {

/// A copy of a folder, as a disk would show it at that moment.
void copy_folder(const Path& from, const Path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

void write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done <= 0) ::_exit(1);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
}
void write_part(int fd, ByteView bytes) {
  const std::uint64_t length = bytes.size();
  write_all(fd, {reinterpret_cast<const Byte*>(&length), sizeof length});
  write_all(fd, bytes);
}

/// The complete parts of what the child wrote before it died.
std::vector<Bytes> parts_in(ByteView written) {
  std::vector<Bytes> out;
  std::uint64_t length = 0;
  while (written.size() >= sizeof length) {
    std::memcpy(&length, written.data(), sizeof length);
    written = written.subspan(sizeof length);
    if (written.size() < length) break;
    out.push_back(to_bytes(written.first(length)));
    written = written.subspan(length);
  }
  return out;
}

constexpr std::uint8_t threads = 4;

/// Submits and uploads until killed. Reports after each acknowledgement: statement, signature, receipt, and
/// the stored receipt of a statement with an object.
[[noreturn]] void write_for_ever(Custody& custody, const People& people, std::uint8_t number, int fd,
                                 std::mutex& reporting) {
  Scribe scribe(201, Scribe::root_number, number);  // counsel; each thread of each round writes a chain of its own
  auto greeting = custody.greet(people.hello(people.counsel.public_key()));
  if (!greeting) ::_exit(3);
  Session& session = greeting->session;
  const auto signed_by_counsel = [&](const Statement& statement) {
    return Submit::Item{statement.bytes(), sign_statement(statement, people.counsel).signature};
  };
  for (std::uint32_t round = 0;; ++round) {
    Submit submit;
    Bytes object = some_bytes(2000 + threads * round + number % threads, static_cast<std::uint8_t>(number + round));
    for (std::uint32_t i = 0; i < 1 + round % 7; ++i) {
      const bool seals = i == 0 && round > 0;
      const Statement statement = scribe.draft(scribe.seq() == 0 ? Act::genesis
                                               : seals           ? Act::seal
                                                                 : Act::note,
                                               seals ? std::vector{ref_of(object)} : std::vector<ObjectRef>{},
                                               std::to_string(round * 100 + i));
      scribe.advance(statement);
      submit.items.push_back(signed_by_counsel(statement));
    }
    const auto answer = custody.submit(session, submit);
    if (!answer) ::_exit(4);
    std::unique_lock lock(reporting);
    for (std::size_t i = 0; i < submit.items.size(); ++i) {
      if (answer->outcomes[i].failure) ::_exit(5);
      write_part(fd, submit.items[i].statement);
      write_part(fd, submit.items[i].signature.view());
      write_part(fd, answer->outcomes[i].tlog_proof);
    }
    lock.unlock();
    if (round == 0) continue;
    if (!upload(custody, session, object, 700)) ::_exit(6);
    const auto stored =
        custody.collect(session, Collect{Statement::parse(submit.items[0].statement)->hash()});
    if (!stored) ::_exit(7);
    lock.lock();
    write_part(fd, stored->receive);
    write_part(fd, {});
    write_part(fd, stored->tlog_proof);
  }
}

/// Several threads at one Custody.
[[noreturn]] void submit_for_ever(const Path& folder, const People& people, std::uint8_t number, int fd) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto custody = Custody::open(folder, clock_at(noon));
  if (!custody) ::_exit(2);
  std::mutex reporting;
  std::vector<std::thread> all;
  for (std::uint8_t i = 0; i < threads; ++i)
    all.emplace_back([&, i] {
      write_for_ever(*custody, people, static_cast<std::uint8_t>(number * threads + i), fd, reporting);
    });
  for (auto& each : all) each.join();
  ::_exit(8);
}

/// Starts the child, lets it write at least `enough` bytes, then kills it: everything it wrote.
Bytes run_and_kill(const Path& folder, const People& people, std::uint8_t number, std::size_t enough) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    submit_for_ever(folder, people, number, ends[1]);
  }
  ::close(ends[1]);
  Bytes written;
  Bytes buffer(65536);
  bool killed = false;
  while (true) {
    // Killed while it writes and syncs on, without regard to where it is.
    if (!killed && written.size() >= enough) {
      ::kill(child, SIGKILL);
      killed = true;
    }
    const ssize_t got = ::read(ends[0], buffer.data(), buffer.size());
    if (got <= 0) break;
    append(written, ByteView(buffer).first(static_cast<std::size_t>(got)));
  }
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  INFO("exit status " << (WIFEXITED(status) ? WEXITSTATUS(status) : 0));
  REQUIRE(WIFSIGNALED(status));
  return written;
}

}  // namespace

TEST_CASE("no receipt that was handed out lacks its leaf after a kill") {
  TempFolder temp;
  const People people;
  { start(temp / "data", people, 1ULL << 40); }
  std::mt19937 random(20260501);
  std::optional<TreeHead> older;
  std::size_t receipts = 0;
  for (std::uint8_t round = 0; round < 10; ++round) {
    const auto parts = parts_in(run_and_kill(temp / "data", people, round, 1 + random() % 60'000));
    Custody custody = reopen(temp / "data");
    const Membership members = all_members(custody, people);
    const auto welcome =
        custody.greet(people.hello(people.counsel.public_key(), std::nullopt, older ? older->size : 0));
    REQUIRE(welcome);
    const auto head = parse_checkpoint(Note::parse(welcome->welcome.checkpoint).value())->head;
    if (older) REQUIRE(verify_consistency(*older, head, welcome->welcome.consistency));
    older = head;
    for (std::size_t i = 0; i + 2 < parts.size(); i += 3) {
      const auto logged = check({parts[i], {}}, parts[i + 2], members, custody.card().log);
      REQUIRE(logged);
      // The receipt's tree is a beginning of today's.
      const TreeHead then = logged->checkpoint.checkpoint.head;
      const auto since = custody.greet(people.hello(people.counsel.public_key(), std::nullopt, then.size));
      REQUIRE(verify_consistency(then, head, since->welcome.consistency));
      ++receipts;
    }
    // Everything in the log is served, with a proof, and every object that was acknowledged is whole.
    Session counsel = enter(custody, people, people.counsel.public_key());
    std::uint64_t next = 0;
    for (bool more = true; more;) {
      const auto page = custody.list(counsel, List{next});
      REQUIRE(page);
      for (const auto& entry : page->entries) {
        REQUIRE(entry.index == next++);
        const Statement statement = Statement::parse(entry.statement).value();
        REQUIRE(check_receipt(statement, read_tlog_proof(entry.tlog_proof).value(), members,
                              Policy::log_only(custody.card().log)));
        if (statement.fields().act != Act::receive) continue;
        for (const ObjectRef& object : statement.fields().objects) {
          const auto bytes = custody.read_object(counsel, object.id, 0);
          REQUIRE(bytes);
          REQUIRE(ref_of(*bytes) == object);
        }
      }
      more = page->more;
    }
    REQUIRE(next == head.size);
    const auto report = audit(temp / "data");
    REQUIRE(report);
    for (const Finding& finding : report->findings) FAIL(finding.part << ": " << finding.what);
  }
  CHECK(receipts > 50);
}

TEST_CASE("a server cut before its checkpoint finishes what the database has") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  Submit::Item item;
  PublicKey log = scribe.key().public_key();
  TreeHead finished;
  {
    Custody custody = start(temp / "data", people);
    log = custody.card().log;
    Session session = admit(custody, people, scribe);
    submit_one(custody, session, scribe.next(Act::genesis));
    copy_folder(temp / "data/log", temp / "log-before");
    item = scribe.next(Act::note);
    const auto done = submit_one(custody, session, item);
    finished = check(item, done.tlog_proof, all_members(custody, people), log)->checkpoint.checkpoint.head;
  }
  // With the tiles of the moment before, with those of after but the checkpoint of before.
  for (const bool keep_new_tiles : {false, true}) {
    if (keep_new_tiles)
      std::filesystem::copy_file(temp / "log-before/checkpoint", temp / "data/log/checkpoint",
                                 std::filesystem::copy_options::overwrite_existing);
    else
      copy_folder(temp / "log-before", temp / "data/log");
    Custody custody = reopen(temp / "data");
    Session session = enter(custody, people, scribe.key().public_key());
    const auto again = submit_one(custody, session, item);
    const auto logged = check(item, again.tlog_proof, all_members(custody, people), log);
    REQUIRE(logged);
    CHECK(logged->index == 1);
    CHECK(logged->checkpoint.checkpoint.head == finished);
  }
}

TEST_CASE("a database that is older than the log stops the server") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  {
    Custody custody = start(temp / "data", people);
    Session session = admit(custody, people, scribe);
    submit_one(custody, session, scribe.next(Act::genesis));
  }
  copy_folder(temp / "data", temp / "backup");
  {
    Custody custody = reopen(temp / "data");
    Session session = enter(custody, people, scribe.key().public_key());
    submit_one(custody, session, scribe.next(Act::note));
  }
  for (const char* name : {"store.db", "store.db-wal", "store.db-shm"})
    std::filesystem::remove(temp / "data" / name);
  std::filesystem::copy_file(temp / "backup/store.db", temp / "data/store.db");
  CHECK(Custody::open(temp / "data", clock_at(noon)).code() == Errc::damaged_store);
}

TEST_CASE("any changed byte of the newest tiles stops the server") {
  TempFolder temp;
  const People people;
  Scribe scribe(1);
  {
    Custody custody = start(temp / "data", people);
    Session session = admit(custody, people, scribe);
    submit_one(custody, session, scribe.next(Act::genesis));
    submit_one(custody, session, scribe.next(Act::note));
  }
  for (const char* name : {"tile/0/000.p/2", "tile/entries/000.p/2"}) {
    const Path file = temp / "data/log" / name;
    const Bytes good = read_file(file, 65536).value();
    for (std::size_t at = 0; at < good.size(); at += 9) {
      Bytes bad = good;
      bad[at] ^= 0x80;
      REQUIRE(write_file_durably(file, bad));
      REQUIRE(Custody::open(temp / "data", clock_at(noon)).code() == Errc::damaged_store);
    }
    REQUIRE(write_file_durably(file, good));
  }
  CHECK(Custody::open(temp / "data", clock_at(noon)));
}

}  // namespace dokaz::server
