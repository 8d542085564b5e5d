// SPDX-License-Identifier: GPL-3.0-or-later
// What the server's tests share: a folder that vanishes, a case with its people, members who write chains.
#pragma once

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>

#include "crypto/encoding.hpp"
#include "crypto/files.hpp"
#include "sync-server/store/custody.hpp"

namespace dokaz::server::test {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "dokaz-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  Path operator/(const std::string& name) const { return path_ / name; }

 private:
  Path path_;
};

inline constexpr std::int64_t noon = 1'777'636'800;  // 2026-05-01T12:00:00Z
inline Clock clock_at(std::int64_t time) {
  return [time] { return time; };
}

inline constexpr const char* some_recipient =
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/// What every statement of a test's chain says.
inline StatementFields fields_of(const ChainId& chain, std::uint64_t seq, const StatementHash& head, Act act,
                                 std::string_view note) {
  StatementFields fields;
  fields.chain = chain;
  fields.seq = seq;
  fields.previous = head;
  fields.act = act;
  fields.time = {noon, false};
  fields.facts = {FactDigest(sha256(note).raw())};
  return fields;
}

/// A member who writes one chain, her n-th, in the case whose root has that number.
class Scribe {
 public:
  static constexpr std::uint8_t root_number = 200;
  explicit Scribe(std::uint8_t number, std::uint8_t root = root_number, std::uint32_t n = 0)
      : number_(number),
        key_(key_of(number)),
        chain_(chain_id(fingerprint_of(key_of(root).public_key()), key_.public_key(), n)) {}
  /// A backup of the device: the same key, the same place in the chain.
  Scribe(const Scribe& other)
      : number_(other.number_),
        key_(key_of(number_)),
        chain_(other.chain_),
        seq_(other.seq_),
        head_(other.head_) {}
  Scribe& operator=(const Scribe&) = delete;

  static SigningKey key_of(std::uint8_t number) {
    std::array<Byte, 32> seed{};
    seed[0] = number;
    return SigningKey::from_seed(Secret<32>::copy_of(seed));
  }

  const SigningKey& key() const { return key_; }
  const ChainId& chain() const { return chain_; }
  std::uint64_t seq() const { return seq_; }

  /// The next statement, whether or not anybody takes it in.
  Statement draft(Act act, std::vector<ObjectRef> objects = {}, std::string_view note = "n") const {
    StatementFields fields = fields_of(chain_, seq_, head_, act, note);
    fields.objects = std::move(objects);
    return Statement::make(std::move(fields)).value();
  }
  Submit::Item sign(const Statement& statement) const {
    return {statement.bytes(), sign_statement(statement, key_).signature};
  }
  void advance(const Statement& statement) {
    head_ = statement.hash();
    ++seq_;
  }
  Submit::Item next(Act act, std::vector<ObjectRef> objects = {}, std::string_view note = "n") {
    const Statement statement = draft(act, std::move(objects), note);
    advance(statement);
    return sign(statement);
  }

 private:
  std::uint8_t number_;
  SigningKey key_;
  ChainId chain_;
  std::uint64_t seq_ = 0;
  StatementHash head_;
};

/// A case: its root, a roster that names the server, tickets.
struct People {
  SigningKey root = Scribe::key_of(Scribe::root_number);
  SigningKey counsel = Scribe::key_of(201);
  SigningKey reviewer = Scribe::key_of(202);
  SigningKey ticket = Scribe::key_of(203);

  Fingerprint case_id() const { return fingerprint_of(root.public_key()); }

  Note roster(const PublicKey& server, std::uint64_t number = 1, std::vector<Member> more = {}) const {
    Roster roster{root.public_key(), number, {}, {}};
    roster.members = {{"counsel", Role::counsel, counsel.public_key()},
                      {"reviewer", Role::reviewer, reviewer.public_key()},
                      {"server", Role::server, server}};
    for (auto& each : more) roster.members.push_back(std::move(each));
    std::sort(roster.members.begin(), roster.members.end(),
              [](const Member& a, const Member& b) { return a.pseudonym < b.pseudonym; });
    roster.recipients = {{Group::team, some_recipient}, {Group::legal, some_recipient}};
    return sign_roster(roster, root).value();
  }
  AdmissionNotes admission(const SigningKey& member, std::int64_t until = noon + 60,
                           std::string pseudonym = "field-1") const {
    const Ticket text{
        root.public_key(), ticket.public_key(), std::move(pseudonym), Role::documenter, {until, false}};
    return {sign_ticket(text, root).value().bytes(),
            sign_admission({root.public_key(), ticket.public_key(), member.public_key()}, ticket, member).bytes()};
  }
  Hello hello(const PublicKey& member, std::optional<AdmissionNotes> admission_notes = std::nullopt,
              std::uint64_t seen = 0) const {
    return Hello{case_id(), member, {}, std::move(admission_notes), seen};
  }
};

inline constexpr std::uint64_t some_quota = 1 << 24;

/// A fresh server that has let one case in.
inline Custody start(const Path& folder, const People& people, std::uint64_t quota = some_quota,
                     Clock clock = clock_at(noon)) {
  Custody custody = Custody::create(folder, std::move(clock)).value();
  REQUIRE(custody.grant(people.roster(custody.card().member), quota));
  return custody;
}
inline Custody reopen(const Path& folder) { return Custody::open(folder, clock_at(noon)).value(); }

inline Session enter(Custody& custody, const People& people, const PublicKey& member) {
  return custody.greet(people.hello(member)).value().session;
}
/// As a documenter with a ticket comes: the first time and later.
inline Session admit(Custody& custody, const People& people, const Scribe& scribe) {
  const PublicKey& key = scribe.key().public_key();
  return custody.greet(people.hello(key, people.admission(scribe.key()))).value().session;
}

inline Submitted::Outcome submit_one(Custody& custody, Session& session, const Submit::Item& item) {
  auto answer = custody.submit(session, Submit{{item}});
  REQUIRE(answer.has_value());
  REQUIRE(answer->outcomes.size() == 1);
  return answer->outcomes[0];
}

/// A server, and a member whose chain has begun.
struct Begun {
  TempFolder temp;
  People people;
  Custody custody = start(temp / "data", people);
  Scribe scribe{1};
  Session session = admit(custody, people, scribe);

  Begun() { submit_one(custody, session, scribe.next(Act::genesis)); }
};

inline Bytes some_bytes(std::size_t size, std::uint8_t seed) {
  Bytes out(size);
  std::uint32_t state = seed * 2654435761U + 1;
  for (Byte& byte : out) byte = static_cast<Byte>((state = state * 1664525U + 1013904223U) >> 24);
  return out;
}
inline ObjectRef ref_of(const Bytes& object) { return {ObjectId(sha256(object).raw()), object.size()}; }

/// Sends an object from where the server wants it, in pieces.
inline Result<Kept> upload(Custody& custody, Session& session, const Bytes& object,
                           std::size_t piece = max_chunk) {
  DOKAZ_LET(resume, custody.offer(session, Offer{ref_of(object).id}));
  if (resume.complete) return Kept{ref_of(object).id};
  std::uint64_t at = resume.offset;
  while (true) {
    const auto length = std::min<std::uint64_t>(piece, object.size() - at);
    DOKAZ_LET(kept, custody.data(session, Data{at, to_bytes(ByteView(object).subspan(at, length))}));
    if (kept) return *kept;
    at += length;
  }
}

/// Membership as a reader builds it from the server's answer.
inline Membership members_of(const People& people, const Members& answer) {
  const CaseRoot root(people.case_id());
  Membership members(root.check_roster(Note::parse(answer.roster).value()).value());
  for (const auto& each : answer.admissions)
    members.add(
        root.check_admission(Note::parse(each.ticket).value(), Note::parse(each.admission).value()).value());
  return members;
}
inline Membership all_members(Custody& custody, const People& people) {
  Session counsel = enter(custody, people, people.counsel.public_key());
  return members_of(people, custody.members(counsel).value());
}

inline Result<Logged> check(const Submit::Item& item, const Bytes& tlog_proof, const Membership& members,
                            const PublicKey& log) {
  DOKAZ_LET(statement, Statement::parse(item.statement));
  DOKAZ_LET(receipt, read_tlog_proof(tlog_proof));
  return check_receipt(statement, receipt, members, Policy::log_only(log));
}

}  // namespace dokaz::server::test
