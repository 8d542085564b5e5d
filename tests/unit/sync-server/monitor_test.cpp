// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's sigsum-monitor follows the published log as it grows, finds the leaves of the key that it watches, and
// reports a fork. Left out, with a message, where that program is absent.
#include <atomic>

#include "http_talk.hpp"
#include "sigsum_monitor.hpp"
#include "sync-server/log/log.hpp"
#include "sync-server/publish/publication.hpp"

namespace dokaz::server {
namespace {

using test::HttpRunning;
using test::Monitor;
using test::Scribe;
using test::TempFolder;

SigningKey log_key() { return Scribe::key_of(9); }

std::vector<Leaf> leaves_of(Scribe& scribe, int count) {
  std::vector<Leaf> out;
  for (int i = 0; i < count; ++i) {
    const Submit::Item item = scribe.next(scribe.seq() == 0 ? Act::genesis : Act::note);
    out.push_back(leaf_of(StatementHash(sha256(item.statement).raw()), item.signature, scribe.key().public_key().hash()));
  }
  return out;
}

}  // namespace

TEST_CASE("sigsum-monitor follows the log through its growth, and reports a fork") {
  if (!test::Monitor::is_there()) {
    WARN("not shown: sigsum-monitor is not there");
    return;
  }
  TempFolder temp;
  Scribe watched(1);
  Scribe other(2);
  const auto make = [&](const char* name, const std::vector<Leaf>& leaves) {
    REQUIRE(Log::create(temp / name, log_key()));
    Log log = Log::open(temp / name, log_key()).value();
    REQUIRE(log.append(leaves));
    return log;
  };
  Log log = make("log", leaves_of(watched, 3));
  Log forked = make("fork", leaves_of(other, 400));
  const std::string token = add_reader(temp / "readers", "monitor").value();
  const Policy policy = Policy::log_only(log_key().public_key());
  Publication honest(temp / "log", temp / "readers", policy);
  Publication lying(temp / "fork", temp / "readers", policy);
  std::atomic<bool> lie = false;
  HttpRunning server([&](const Question& question) { return lie ? lying.answer(question) : honest.answer(question); });

  REQUIRE(write_file_durably(temp / "policy", bytes_of("log " + hex(log_key().public_key()) + " " + server.url() +
                                                       "/reader/" + token + "\nquorum none\n")));
  REQUIRE(write_file_durably(temp / "watched.pub", bytes_of(test::ssh_key(watched.key().public_key()))));
  Monitor follower(temp / "policy", temp / "watched.pub");
  const bool first = follower.says("size 3");
  INFO(follower.said);
  REQUIRE(first);
  REQUIRE(log.append(leaves_of(other, 297)));
  REQUIRE(follower.says("size 300"));
  REQUIRE(log.append(leaves_of(watched, 2)));
  REQUIRE(follower.says("size 302"));
  REQUIRE(follower.says("index 301 keyhash " + hex(watched.key().public_key().hash())));
  lie = true;
  REQUIRE(follower.says("onsisten"));
  CHECK(follower.end() == 1);
}

}  // namespace dokaz::server
