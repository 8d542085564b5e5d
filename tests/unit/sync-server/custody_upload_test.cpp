// SPDX-License-Identifier: GPL-3.0-or-later
// Objects on their way in: cut, lied about, sent twice at once.
#include <sys/resource.h>

#include <csignal>

#include "scene.hpp"

namespace dokaz::server {

using namespace test;

namespace {

struct Sealed {
  TempFolder temp;
  People people;
  Scribe scribe{1};
  Bytes object = some_bytes(300'000, 1);
  Custody custody = start(temp / "data", people);
  Session session = admit(custody, people, scribe);

  Sealed() {
    submit_one(custody, session, scribe.next(Act::genesis));
    seal(object);
  }
  void seal(const Bytes& what) { submit_one(custody, session, scribe.next(Act::seal, {ref_of(what)})); }
  ObjectId id() const { return ref_of(object).id; }
  Bytes part(std::size_t from, std::size_t length) const {
    return to_bytes(ByteView(object).subspan(from, length));
  }
  std::size_t partial_files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(temp_data() / "partial"))
      ++count;
    return count;
  }
  Path temp_data() const { return temp / "data"; }
};

/// As long as it lives, no file grows beyond so many bytes: the nearest thing to a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("an object is asked for only where a logged statement of this member names it") {
  Sealed scene;
  CHECK(scene.custody.offer(scene.session, Offer{ObjectId{}}).code() == Errc::not_found);
  Session reviewer = enter(scene.custody, scene.people, scene.people.reviewer.public_key());
  CHECK(scene.custody.offer(reviewer, Offer{scene.id()}).code() == Errc::not_found);
  CHECK(scene.custody.collect(reviewer, Collect{StatementHash{}}).code() == Errc::not_found);
}

TEST_CASE("data without an offer, or elsewhere, is refused and the upload ends") {
  Sealed scene;
  auto& [temp, people, scribe, object, custody, session] = scene;
  CHECK(custody.data(session, Data{0, scene.part(0, 10)}).code() == Errc::out_of_turn);
  const auto offered = [&] { REQUIRE(custody.offer(session, Offer{scene.id()})); };
  offered();
  CHECK(custody.data(session, Data{1, scene.part(1, 10)}).code() == Errc::malformed);
  CHECK(custody.data(session, Data{0, scene.part(0, 10)}).code() == Errc::out_of_turn);
  offered();
  CHECK(custody.data(session, Data{0, {}}).code() == Errc::malformed);
  offered();
  CHECK(custody.data(session, Data{0, Bytes(max_chunk + 1)}).code() == Errc::malformed);
  offered();
  CHECK(custody.data(session, Data{0, Bytes(object.size() + 1)}).code() == Errc::malformed);
  // None of it was written.
  CHECK(custody.offer(session, Offer{scene.id()})->offset == 0);
  CHECK(upload(custody, session, object, 1000));
}

TEST_CASE("bytes that are not the object are thrown away and asked for again") {
  Sealed scene;
  auto& [temp, people, scribe, object, custody, session] = scene;
  REQUIRE(custody.offer(session, Offer{scene.id()}));
  Bytes wrong = object;
  wrong[123'456] ^= 1;
  CHECK(custody.data(session, Data{0, wrong}).code() == Errc::hash_mismatch);
  CHECK(scene.partial_files() == 0);
  CHECK(custody.data(session, Data{0, object}).code() == Errc::out_of_turn);
  const auto resume = custody.offer(session, Offer{scene.id()});
  REQUIRE(resume);
  CHECK(resume->offset == 0);
  CHECK_FALSE(resume->complete);
  CHECK(upload(custody, session, object));
}

TEST_CASE("an upload survives the connection and the server, at any byte") {
  Sealed scene;
  auto& [temp, people, scribe, object, custody, session] = scene;
  std::uint64_t at = 0;
  for (const std::size_t piece : {1, 65'535, 65'536, 100'000, 60'000}) {
    const auto resume = custody.offer(session, Offer{scene.id()});
    REQUIRE(resume);
    REQUIRE(resume->offset == at);
    REQUIRE(custody.data(session, Data{at, scene.part(at, piece)}));
    at += piece;
    { const Custody gone = std::move(custody); }
    custody = reopen(temp / "data");
    session = enter(custody, people, scribe.key().public_key());
  }
  CHECK(upload(custody, session, object));
}

TEST_CASE("of two connections with one upload the one that offered last goes on") {
  Sealed scene;
  auto& [temp, people, scribe, object, custody, session] = scene;
  Session other = enter(custody, people, scribe.key().public_key());
  REQUIRE(custody.offer(session, Offer{scene.id()}));
  REQUIRE(custody.offer(other, Offer{scene.id()}));
  CHECK(custody.data(session, Data{0, scene.part(0, 1000)}).code() == Errc::busy);
  REQUIRE(custody.data(other, Data{0, scene.part(0, 1000)}));
  REQUIRE(custody.offer(session, Offer{scene.id()})->offset == 1000);
  // Finished by the other: what the first still sends is counted, not written, and it gets its answer.
  REQUIRE(upload(custody, other, object));
  REQUIRE(custody.data(session, Data{1000, scene.part(1000, 1000)}).value() == std::nullopt);
  const auto kept = custody.data(session, Data{2000, scene.part(2000, object.size() - 2000)});
  REQUIRE(kept);
  CHECK((*kept)->object == scene.id());
  CHECK(std::filesystem::is_empty(scene.temp_data() / "partial"));
}

TEST_CASE("cut between giving the object its place and acknowledging it") {
  Sealed scene;
  auto& [temp, people, scribe, object, custody, session] = scene;
  const std::string name = hex(scene.id());
  const Path folder = scene.temp_data() / "objects" / name.substr(0, 2);
  REQUIRE(make_private_folder(folder));
  // Another file under that name is not believed …
  REQUIRE(write_file_durably(folder / name, some_bytes(object.size(), 9)));
  CHECK(custody.offer(session, Offer{scene.id()})->offset == 0);
  // … the right one is.
  REQUIRE(write_file_durably(folder / name, object));
  const auto resume = custody.offer(session, Offer{scene.id()});
  REQUIRE(resume);
  CHECK(resume->complete);
}

TEST_CASE("a full disk is named, reading goes on, and the upload resumes when there is room") {
  Sealed scene;
  auto& [temp, people, scribe, object, custody, session] = scene;
  const Bytes large = some_bytes(2'500'000, 7);
  scene.seal(large);
  const ObjectId id = ref_of(large).id;
  const Bytes first = to_bytes(ByteView(large).first(800'000));
  const Bytes second = to_bytes(ByteView(large).subspan(800'000, 800'000));
  REQUIRE(custody.offer(session, Offer{id}));
  REQUIRE(custody.data(session, Data{0, first}));
  {
    const FileSizeLimit full(1'000'000);
    CHECK(custody.data(session, Data{800'000, second}).code() == Errc::server_full);
    Session counsel = enter(custody, people, people.counsel.public_key());
    CHECK(custody.list(counsel, List{0})->entries.size() == 3);
    // The part that did fit was cut off: what is reported is what was acknowledged before.
    CHECK(custody.offer(session, Offer{id})->offset == 800'000);
  }
  CHECK(upload(custody, session, large));
}

TEST_CASE("another case learns nothing from an object's name") {
  Sealed scene;
  auto& [temp, people, scribe, object, custody, session] = scene;
  REQUIRE(upload(custody, session, object));
  People others;
  others.root = Scribe::key_of(150);
  others.ticket = Scribe::key_of(151);
  REQUIRE(custody.grant(others.roster(custody.card().member), some_quota));
  Scribe spy(2, 150);
  Session session2 = admit(custody, others, spy);
  submit_one(custody, session2, spy.next(Act::genesis));
  submit_one(custody, session2, spy.next(Act::seal, {ref_of(object)}));
  const auto resume = custody.offer(session2, Offer{scene.id()});
  REQUIRE(resume);
  CHECK(resume->offset == 0);
  CHECK_FALSE(resume->complete);
  Session reader = enter(custody, others, others.counsel.public_key());
  CHECK(custody.fetch(reader, Fetch{scene.id(), 0}).code() == Errc::not_found);
  CHECK(custody.list(reader, List{0})->entries.size() == 2);
}

TEST_CASE("a lost object file is named as damage") {
  Sealed scene;
  auto& [temp, people, scribe, object, custody, session] = scene;
  REQUIRE(upload(custody, session, object));
  const std::string name = hex(scene.id());
  std::filesystem::remove(scene.temp_data() / "objects" / name.substr(0, 2) / name);
  Session reader = enter(custody, people, people.counsel.public_key());
  CHECK(custody.read_object(reader, scene.id(), 0).code() == Errc::damaged_store);
}

TEST_CASE("an object that the disk has lost can be brought again, and is answered once") {
  Begun scene;
  auto& [temp, people, custody, scribe, session] = scene;
  const Bytes object = some_bytes(5000, 7);
  const auto item = scribe.next(Act::seal, {ref_of(object)});
  submit_one(custody, session, item);
  REQUIRE(upload(custody, session, object));
  const auto hash = Statement::parse(item.statement)->hash();
  REQUIRE(custody.collect(session, {hash}));
  const std::uint64_t size = custody.checkpoint().head.size;

  const std::string name = hex(ref_of(object).id);
  REQUIRE(std::filesystem::remove((temp / "data") / "objects" / name.substr(0, 2) / name));
  CHECK_FALSE(custody.offer(session, Offer{ref_of(object).id})->complete);
  REQUIRE(upload(custody, session, object, 1000));
  CHECK(custody.offer(session, Offer{ref_of(object).id})->complete);
  REQUIRE(custody.collect(session, {hash}));
  CHECK(custody.checkpoint().head.size == size);
  Session counsel = enter(custody, people, people.counsel.public_key());
  CHECK(custody.read_object(counsel, ref_of(object).id, 0).value() == object);
}

}  // namespace dokaz::server
