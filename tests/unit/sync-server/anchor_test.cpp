// SPDX-License-Identifier: GPL-3.0-or-later
// Anchors by a real authority (`openssl ts`): what is kept, what is refused, and that nothing half-made stays.
#include <condition_variable>

#include "crypto/secret.hpp"
#include "scene.hpp"
#include "sync-server/anchor/anchoring.hpp"
#include "time_authority_peer.hpp"

namespace dokaz::server {

using namespace test;

namespace {

using namespace std::chrono_literals;

const SigningKey& log_key() {
  static const SigningKey key = Scribe::key_of(9);
  return key;
}
Checkpoint checkpoint_of(std::uint64_t size) { return sign_checkpoint({size, TreeHash(sha256("root").raw())}, log_key()); }

HttpSettings quick() {
  HttpSettings http;
  http.total = 2s;
  return http;
}

Status write_on(const std::function<Status()>& write) { return write(); }

struct Place {
  Authority authority(const std::string& path, const std::string& roots = "root.pem") const {
    return {{"one", 3600, real.url(path), ""}, TimeTrust::parse(read_file(real.file(roots), 65536).value()).value()};
  }
  Stamper stamper() const { return Stamper(AnchorFolder::open(log).value(), write_on, quick()); }
  Path kept(std::uint64_t size, const std::string& name) const { return log / "anchors" / std::to_string(size) / name; }

  explicit Place(const char* kind = "p256") : real(folder / "authority", kind) {}
  TempFolder folder;
  Path log = folder / "log";
  RealAuthority real;
  bool made = std::filesystem::create_directory(log);
};

std::size_t files_below(const Path& path) {
  std::size_t count = 0;
  if (std::filesystem::exists(path))
    for (const auto& each : std::filesystem::recursive_directory_iterator(path)) count += each.is_regular_file();
  return count;
}

}  // namespace

TEST_CASE("a real authority's time stamp is kept whole, and openssl agrees") {
  for (const char* kind : {"p256", "rsa"}) {
    INFO(kind);
    const Place place(kind);
    Stamper stamper = place.stamper();
    const Checkpoint checkpoint = checkpoint_of(5);
    const auto stamp = stamper.stamp(place.authority("/good"), checkpoint, {});
    REQUIRE(stamp);
    CHECK(stamp->proved.authority == "CN=test signer");
    CHECK(stamp->proved.revocation == Revocation::not_revoked);
    CHECK(stamp->proved.claims.policy == "1.3.6.1.4.1.99999.2");
    CHECK_FALSE(stamp->lists_missing);
    CHECK(read_file(place.kept(5, "checkpoint"), 65536).value() == checkpoint.note.bytes());
    CHECK(files_below(place.log) == 4);

    const std::string data = place.kept(5, "checkpoint"), response = place.kept(5, "one.tsr"),
                      chain = place.kept(5, "one.chain.pem"), lists = place.kept(5, "one.crl");
    const std::string root = place.real.file("root.pem");
    const std::string verify = "ts -verify -data " + data + " -in " + response + " -CAfile " + root + " -untrusted " + chain;
    CHECK(openssl_says(verify) == 0);
    CHECK(openssl_says(verify + " -attime " + std::to_string(stamp->proved.claims.unix_time)) == 0);
    CHECK(openssl_says(verify + " -attime " + std::to_string(stamp->proved.claims.unix_time + 40 * 86'400)) != 0);
    const std::string token = place.folder / "token", content = place.folder / "content";
    REQUIRE(openssl_says("ts -reply -in " + response + " -token_out -out " + token) == 0);
    CHECK(openssl_says("cms -verify -purpose timestampsign -binary -inform DER -in " + token + " -CAfile " + root +
                       " -certfile " + chain + " -out " + content) == 0);
    REQUIRE(write_file_durably(place.folder / "other", bytes_of("other bytes\n")));
    CHECK(openssl_says("ts -verify -data " + std::string(place.folder / "other") + " -in " + response + " -CAfile " + root) != 0);
    // The lists are in a form that openssl takes.
    CHECK(openssl_says("verify -crl_check_all -purpose timestampsign -CAfile " + root + " -untrusted " + chain +
                       " -CRLfile " + lists + " " + place.real.file("signer.pem")) == 0);

    // The same again is refused, and changes nothing.
    const Bytes before = read_file(place.kept(5, "one.tsr"), 65536).value();
    CHECK(stamper.stamp(place.authority("/good"), checkpoint, {}).code() == Errc::already_exists);
    CHECK(read_file(place.kept(5, "one.tsr"), 65536).value() == before);
    CHECK(files_below(place.log) == 4);
    CHECK(newest_anchors(place.log).at("one").size == 5);
    CHECK(newest_anchors(place.log).at("one").unix_time == stamp->proved.claims.unix_time);
  }
}

TEST_CASE("a second authority stamps the bytes that the first one stamped") {
  const Place place;
  Stamper stamper = place.stamper();
  const Checkpoint checkpoint = checkpoint_of(5);
  REQUIRE(stamper.stamp(place.authority("/good"), checkpoint, {}));
  const SigningKey witness = Scribe::key_of(10);
  const Checkpoint cosigned =
      parse_checkpoint(checkpoint.note.with_line(cosign(checkpoint, "w", noon, witness)).value()).value();
  Authority second = place.authority("/good");
  second.asked.name = "two";
  REQUIRE(stamper.stamp(second, cosigned, {}));
  CHECK(read_file(place.kept(5, "checkpoint"), 65536).value() == checkpoint.note.bytes());
  // Another tree of that size is not ours.
  second.asked.name = "three";
  const Checkpoint other = sign_checkpoint({5, TreeHash(sha256("another").raw())}, log_key());
  CHECK(stamper.stamp(second, other, {}).code() == Errc::damaged_store);
}

TEST_CASE("what an authority answers wrongly is refused by name and leaves nothing") {
  const Place place;
  Stamper stamper = place.stamper();
  const auto refuse = [&](const char* path, Errc code, std::string_view words) {
    INFO(path);
    const auto stamp = stamper.stamp(place.authority(path), checkpoint_of(5), {});
    REQUIRE_FALSE(stamp);
    INFO(stamp.error().detail);
    CHECK(stamp.code() == code);
    CHECK(stamp.error().detail.find(words) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(place.log / "anchors"));
  };
  refuse("/rejecting", Errc::bad_anchor, "rejected the request: algorithm not known");
  refuse("/garbage", Errc::bad_anchor, "cannot be read");
  refuse("/empty", Errc::bad_anchor, "cannot be read");
  refuse("/trailing", Errc::bad_anchor, "cannot be read");
  refuse("/huge", Errc::frame_too_large, "");
  refuse("/busy", Errc::bad_anchor, "HTTP status 503");
  refuse("/changed", Errc::bad_anchor, "signature");
  refuse("/other-nonce", Errc::bad_anchor, "another request");
  refuse("/other-bytes", Errc::bad_anchor, "other bytes");
  refuse("/hanging", Errc::timed_out, "");
  // A stranger's root.
  const Place other;
  Authority stranger = place.authority("/good");
  stranger.trust = other.authority("/good").trust;
  CHECK(stamper.stamp(stranger, checkpoint_of(5), {}).code() == Errc::bad_anchor);
  CHECK_FALSE(std::filesystem::exists(place.log / "anchors"));
  CHECK(stamper.stamp(place.authority("/good"), checkpoint_of(5), {}));
}

TEST_CASE("a revoked authority's time stamp is not kept; an older one holds by the list of its day") {
  const Place place;
  Stamper stamper = place.stamper();
  const Authority authority = place.authority("/good");
  REQUIRE(stamper.stamp(authority, checkpoint_of(5), {}));
  place.real.revoke("keyCompromise");
  const auto after = stamper.stamp(authority, checkpoint_of(6), {});
  REQUIRE_FALSE(after);
  CHECK(after.error().detail.find("revoked") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(place.kept(6, "checkpoint")));
  const auto response = TimeResponse::parse(read_file(place.kept(5, "one.tsr"), 65536).value()).value();
  const auto check_with = [&](const Path& lists) {
    return authority.trust.check(response, checkpoint_of(5).note.bytes(), {{}, read_file(lists, 65536).value()});
  };
  CHECK(check_with(place.kept(5, "one.crl")));
  CHECK(check_with(place.real.file("middle.crl")).code() == Errc::bad_anchor);  // compromised: any token may be forged
}

TEST_CASE("without its lists a time stamp is kept, and says so") {
  const Place place;
  REQUIRE(std::filesystem::remove(place.real.file("middle.crl")));
  const auto stamp = place.stamper().stamp(place.authority("/good"), checkpoint_of(5), {});
  REQUIRE(stamp);
  CHECK(stamp->lists_missing);
  CHECK(stamp->proved.revocation == Revocation::not_shown);
  REQUIRE(std::filesystem::remove(place.real.file("root.crl")));
  CHECK(place.stamper().stamp(place.authority("/good"), checkpoint_of(6), {})->lists_missing);
  CHECK_FALSE(std::filesystem::exists(place.kept(6, "one.crl")));
}

TEST_CASE("what an interrupted run left is removed, and what is whole stays") {
  const Place place;
  REQUIRE(place.stamper().stamp(place.authority("/good"), checkpoint_of(5), {}));
  std::filesystem::create_directory(place.log / "anchors/6");
  for (const char* half : {"anchors/5/two.crl", "anchors/5/two.chain.pem", "anchors/6/checkpoint", "anchors/6/one.crl",
                           "anchors/6/one.chain.pem"})
    REQUIRE(write_file_durably(place.log / half, bytes_of("half")));
  REQUIRE(AnchorFolder::open(place.log));
  CHECK_FALSE(std::filesystem::exists(place.log / "anchors/6"));
  CHECK(files_below(place.log) == 4);
}

TEST_CASE("nothing is written where writing has stopped") {
  const Place place;
  Stamper stamper(AnchorFolder::open(place.log).value(), [](const auto&) { return Status(Errc::writes_stopped); }, quick());
  CHECK(stamper.stamp(place.authority("/good"), checkpoint_of(5), {}).code() == Errc::writes_stopped);
  CHECK(files_below(place.log) == 0);
}

TEST_CASE("the schedule stamps what is new, tries again after a failure, and stops at once") {
  const Place place;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> notes;
  std::uint64_t size = 0;
  std::int64_t now = noon;
  const auto wait_for = [&](const std::string& words) {
    std::unique_lock lock(mutex);
    INFO("waiting for: " << words);
    REQUIRE(changed.wait_for(lock, 60s, [&] {
      return std::ranges::any_of(notes, [&](const auto& note) { return note.find(words) != std::string::npos; });
    }));
  };
  const auto source = [&] {
    const std::lock_guard lock(mutex);
    return size == 0 ? sign_checkpoint({0, empty_root()}, log_key()) : checkpoint_of(size);
  };
  const auto note = [&](std::string_view words) {
    const std::lock_guard lock(mutex);
    notes.emplace_back(words);
    changed.notify_all();
  };
  const auto grow = [&](std::uint64_t to) {
    const std::lock_guard lock(mutex);
    size = to;
    notes.clear();
  };
  AnchorTiming timing;
  timing.look = 10ms;
  timing.first_retry = 10ms;
  std::vector<Authority> both{place.authority("/good"), place.authority("/garbage")};
  both[0].asked.every = 1;
  both[1].asked.name = "two";
  {
    auto anchoring = Anchoring::start(place.log, both, source, write_on, [&] { return now; }, note, quick(), timing);
    REQUIRE(anchoring);
    grow(3);
    wait_for("time stamp by authority 1 over 3 entries");
    wait_for("no time stamp by authority 2: bad_anchor");
    grow(4);
    wait_for("time stamp by authority 1 over 4 entries");
    const auto counts = (*anchoring)->counts();
    CHECK(counts.at(0).newest.size >= 3);
    CHECK_FALSE(counts.at(0).failing);
    CHECK(counts.at(1).failing);
    CHECK(counts.at(1).failures >= 1);
    CHECK(counts.at(1).newest.size == 0);
  }
  CHECK(std::filesystem::exists(place.kept(4, "one.tsr")));
  CHECK(files_below(place.log) == 8);
  for (const std::string& each : notes) CHECK(each.find("127.0.0.1") == std::string::npos);

  // Another start goes on where this one stopped.
  both[0].asked.every = 3600;
  both[1] = place.authority("/hanging");
  both[1].asked.name = "two";
  now = newest_anchors(place.log).at("one").unix_time + 10'000;  // due, and our clock is wrong
  grow(9);
  HttpSettings patient;
  patient.total = 600s;
  auto anchoring = Anchoring::start(place.log, both, source, write_on, [&] { return now; }, note, patient, timing);
  REQUIRE(anchoring);
  wait_for("the clock here and that of authority 1");
  CHECK((*anchoring)->counts().at(0).newest.size == 9);
  anchoring->reset();  // while the other authority hangs
  CHECK(AnchorFolder::open(place.log));
  CHECK(files_below(place.log) == 12);
}

TEST_CASE("the file authorities is read with its roots, or refused by line") {
  const Place place;
  const Path data = place.folder / "data";
  std::filesystem::create_directory(data);
  CHECK(load_authorities(data).value().empty());
  const auto load = [&](const std::string& lines) {
    REQUIRE(write_file_durably(data / "authorities", bytes_of("dokaz/authorities/v1\n" + lines)));
    return load_authorities(data);
  };
  REQUIRE(write_file_durably(data / "one.pem", read_file(place.real.file("root.pem"), 65536).value()));
  const auto good = load("authority one 60 http://tsa.example/ one.pem\nauthority two 60 https://tsa.example " +
                         place.real.file("root.pem") + "\n");
  REQUIRE(good);
  CHECK(good->size() == 2);
  CHECK(load("authority one 60 http://tsa.example/ two.pem\n").code() == Errc::not_found);
  CHECK(load("authority one 60 http://tsa.example/ authorities\n").code() == Errc::bad_anchor);
  CHECK(load("authority one 60 http://a:b@tsa.example/ one.pem\n").code() == Errc::usage);
  CHECK(load("authority one 60 one.pem\n").code() == Errc::malformed);
  const auto second = load("authority one 60 http://tsa.example/ one.pem\nauthority two 60 http://tsa.example two.pem\n");
  REQUIRE_FALSE(second);
  CHECK(second.error().detail.starts_with("authority 2"));
}

}  // namespace dokaz::server
