// SPDX-License-Identifier: GPL-3.0-or-later
// Objects that are not what a statement or the server says of them end no pull, over a real connection.
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "casework/casefile/people.hpp"
#include "casework/casefile/pull.hpp"
#include "crypto/encoding.hpp"
#include "sync-server/net/listener.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using dokaz::test::Scratch;
namespace fs = std::filesystem;

namespace {

constexpr ClaimedTime noon{1'777'636'800, false};  // 2026-05-01T12:00:00Z

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(name_of(result.code()) << " " << result.error().detail);
  return std::move(result).value();
}
void must(const Status& status) {
  if (!status) FAIL(name_of(status.code()) << " " << status.error().detail);
}

Bytes some_bytes(std::size_t size, std::uint32_t seed) {
  Bytes out(size);
  std::uint32_t state = seed * 2654435761U + 1;
  for (Byte& byte : out) byte = static_cast<Byte>((state = state * 1664525U + 1013904223U) >> 24);
  return out;
}
ObjectRef ref_of(const Bytes& object) { return {ObjectId(sha256(object).raw()), object.size()}; }

/// A server on a free port.
class Served {
 public:
  explicit Served(const fs::path& folder)
      : custody_(must(server::Custody::create(folder, [] { return noon.unix_seconds; }))),
        listener_(must(server::Listener::open("127.0.0.1:0", custody_.tls_certificate(), custody_.tls_key(), custody_))),
        thread_([this] { static_cast<void>(listener_.run().has_value()); }) {}
  ~Served() {
    listener_.stop();
    thread_.join();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  server::Custody& custody() { return custody_; }
  ServerAddress address() const { return {"127.0.0.1", listener_.port()}; }

 private:
  server::Custody custody_;
  server::Listener listener_;
  std::thread thread_;
};

/// A documenter who came with an invitation, and states what she likes.
class Documenter {
 public:
  Documenter(CaseFile& file, server::Custody& custody, const std::string& name)
      : custody_(custody), key_(SigningKey::generate()), chain_(chain_id(file.fingerprint(), key_.public_key(), 0)) {
    const Invitation invitation = must(file.invite(name, Role::documenter, {noon.unix_seconds + 3600, false}));
    const Note admission = sign_admission({file.root_key(), invitation.ticket_key.public_key(), key_.public_key()},
                                          invitation.ticket_key, key_);
    Hello hello{file.fingerprint(), key_.public_key(), {}, AdmissionNotes{invitation.ticket.bytes(), admission.bytes()}};
    session_ = must(custody.greet(hello)).session;
    say(Act::genesis, {});
  }
  void say(Act act, std::vector<ObjectRef> objects) {
    StatementFields fields;
    fields.chain = chain_;
    fields.seq = seq_;
    fields.previous = head_;
    fields.act = act;
    fields.time = noon;
    fields.facts = {FactDigest(sha256("n").raw())};
    fields.objects = std::move(objects);
    const Statement statement = must(Statement::make(std::move(fields)));
    const auto answer = must(custody_.submit(*session_, {{{statement.bytes(), sign_statement(statement, key_).signature}}}));
    REQUIRE_FALSE(answer.outcomes.at(0).failure);
    head_ = statement.hash();
    ++seq_;
  }
  void bring(const Bytes& object) {
    REQUIRE_FALSE(must(custody_.offer(*session_, {ref_of(object).id})).complete);
    for (std::size_t at = 0; at < object.size(); at += max_chunk) {
      const std::size_t length = std::min(max_chunk, object.size() - at);
      must(custody_.data(*session_, {at, to_bytes(ByteView(object).subspan(at, length))}));
    }
  }
  void seal(const Bytes& object) {
    say(Act::seal, {ref_of(object)});
    bring(object);
  }

 private:
  server::Custody& custody_;
  SigningKey key_;
  ChainId chain_;
  std::optional<server::Session> session_;
  std::uint64_t seq_ = 0;
  StatementHash head_;
};

struct Scene {
  Scratch scratch;
  Served server{scratch / "data"};
  CaseFile file = must(CaseFile::create(
      scratch / "case", SecretBytes::copy_of(bytes_of("a passphrase")),
      {server.address(), server.custody().card(), Policy::log_only(server.custody().card().log)}, PassphraseWork{1, 8192}));

  Scene() { must(server.custody().grant(file.roster_note(), std::uint64_t{1} << 30)); }
  Pulled pull() {
    return must(dokaz::pull(file, file.server(), noon, [](std::string_view, std::uint64_t, std::uint64_t) {}));
  }
  bool has(const Bytes& object) const {
    const auto here = read_file(file.object_path(ref_of(object).id), std::size_t{1} << 30);
    return here && *here == object;
  }
  fs::path at_server(const Bytes& object) const {
    const std::string name = hex(ref_of(object).id);
    return scratch / "data" / "objects" / name.substr(0, 2) / name;
  }
  bool has_parts() const {
    for (const auto& entry : fs::directory_iterator(file.folder() / "objects"))
      if (entry.path().extension() == ".part") return true;
    return false;
  }
};

void overwrite(const fs::path& path, const Bytes& content) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}

}  // namespace

TEST_CASE("an object that statements name with several sizes is fetched once, and the others come") {
  Scene scene;
  Documenter hostile(scene.file, scene.server.custody(), "birch"), honest(scene.file, scene.server.custody(), "anna");
  const Bytes large = some_bytes(3'000'000, 1);
  for (std::uint64_t less = 1; less <= 4; ++less) hostile.say(Act::seal, {{ref_of(large).id, ref_of(large).size - less}});
  hostile.say(Act::seal, {{ref_of(large).id, ref_of(large).size + 1}});
  hostile.seal(large);
  std::vector<Bytes> others;
  for (std::uint32_t i = 0; i < 40; ++i) honest.seal(others.emplace_back(some_bytes(2'000 + i, 100 + i)));

  const Pulled pulled = scene.pull();
  CHECK(pulled.objects == 41);
  CHECK(pulled.failed.empty());
  CHECK_FALSE(pulled.ended_by);
  CHECK(scene.has(large));
  for (const Bytes& each : others) CHECK(scene.has(each));
  REQUIRE(pulled.mismatched.size() == 5);
  for (const NamedObject& one : pulled.mismatched) CHECK(one.object.id == ref_of(large).id);
  CHECK_FALSE(scene.has_parts());
  // It stays said, and nothing is fetched again.
  const Pulled again = scene.pull();
  CHECK(again.objects == 0);
  CHECK(again.mismatched.size() == 5);
}

TEST_CASE("what the server gives instead of an object is named, and the others come") {
  Scene scene;
  Documenter anna(scene.file, scene.server.custody(), "anna");
  std::vector<Bytes> all;
  for (std::uint32_t i = 0; i < 40; ++i) anna.seal(all.emplace_back(some_bytes(20'000 + i, i)));
  Bytes wrong = all[3];
  wrong[7] ^= 1;
  overwrite(scene.at_server(all[3]), wrong);
  fs::remove(scene.at_server(all[20]));

  const Pulled pulled = scene.pull();
  CHECK(pulled.objects == 38);
  REQUIRE(pulled.failed.size() == 2);
  for (const Pulled::Failed& one : pulled.failed)
    CHECK(one.why == (one.named.object.id == ref_of(all[3]).id ? Errc::hash_mismatch : Errc::internal));
  CHECK_FALSE(pulled.ended_by);
  CHECK_FALSE(scene.has(all[3]));

  overwrite(scene.at_server(all[3]), all[3]);
  overwrite(scene.at_server(all[20]), all[20]);
  CHECK(scene.pull().objects == 2);
  for (const Bytes& each : all) CHECK(scene.has(each));
  CHECK_FALSE(scene.has_parts());
}

TEST_CASE("a begun object that is no beginning of it, or longer than it, is begun anew in the same pull") {
  Scene scene;
  Documenter anna(scene.file, scene.server.custody(), "anna");
  std::vector<Bytes> all;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Bytes& object = all.emplace_back(some_bytes(20'000, i));
    anna.say(Act::seal, {{ref_of(object).id, 50'000}});  // so that nobody here knows the true size
    anna.seal(object);
  }
  const auto begun = [&](std::size_t i) { return scene.file.partial_object_path(ref_of(all[i]).id); };
  overwrite(begun(0), Bytes(10'000));   // wrong
  overwrite(begun(1), Bytes(30'000));   // beyond its end
  overwrite(begun(2), Bytes(60'000));   // beyond every claim
  const Pulled pulled = scene.pull();
  CHECK(pulled.objects == 3);
  CHECK(pulled.failed.empty());
  CHECK_FALSE(pulled.ended_by);
  for (const Bytes& each : all) CHECK(scene.has(each));
}

TEST_CASE("objects of a revoked member come last") {
  Scene scene;
  Documenter anna(scene.file, scene.server.custody(), "anna");
  const Bytes first = some_bytes(1'000, 1), second = some_bytes(1'000, 2);
  anna.say(Act::seal, {ref_of(first)});
  Documenter birch(scene.file, scene.server.custody(), "birch");
  birch.say(Act::seal, {ref_of(second)});
  birch.say(Act::seal, {{ref_of(first).id, 500}});
  scene.pull();
  must(revoke(scene.file, must(find_person(scene.file, "anna")), 0));
  const std::vector<ObjectRef> wanted = must(NamedObjects::read(scene.file)).wanted();
  REQUIRE(wanted.size() == 2);
  CHECK(wanted[0].id == ref_of(second).id);
  CHECK(wanted[1].id == ref_of(first).id);
  CHECK(wanted[1].size == 1'000);
}
