// SPDX-License-Identifier: GPL-3.0-or-later
// usage: dokaz-case-fill SERVER-FOLDER INVITATION ITEMS STATEMENTS BYTES
// Fills a case on a server that does not run: one member with so many items, each of two objects with BYTES of content
// together, and heartbeats up to STATEMENTS in the log. For tests/bench/casework.sh.
#include <cstdio>
#include <cstdlib>

#include "console/console.hpp"
#include "crypto/age/envelope.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "proto/format/object.hpp"
#include "proto/format/recovery.hpp"
#include "sync-server/store/custody.hpp"

namespace {

using namespace dokaz;
using namespace dokaz::server;

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "case-fill: %s %s\n", std::string(name_of(error.code)).c_str(), error.detail.c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) stop(result.error());
  return std::move(result).value();
}
void must(const Status& status) {
  if (!status) stop(status.error());
}

struct Sealed {
  std::vector<FactDigest> digests;
  std::map<ObjectId, Bytes> objects;
};

void seal_object(Sealed& into, const std::vector<Fact>& facts, const std::string& name, ByteView content,
                 const std::string& recipient) {
  for (const Fact& fact : facts) into.digests.push_back(fact.digest());
  const age::Recipient to = must(age::Recipient::parse(recipient));
  Bytes object = must(age::encrypt(must(write_object({write_facts(facts), name, to_bytes(content)})), std::span(&to, 1)));
  into.objects.emplace(ObjectId(sha256(object).raw()), std::move(object));
}

/// A picture only in name, whose original has some bytes more.
Sealed make_item(const Roster& roster, std::size_t bytes) {
  Bytes clean(bytes);
  random_fill(clean);
  const Bytes removed = to_bytes("Exif: a name and a place");
  Bytes original = clean;
  append(original, removed);
  const std::vector<RecoveryStep> steps = {RecoveryStep::copy(0, clean.size()), RecoveryStep::literal(removed.size())};
  const Bytes recovery = encode_recovery(steps, original);
  Sealed item;
  seal_object(item,
              {Fact::text("object", "team"), Fact::text("media.type", "image/jpeg"),
               Fact::text("clean.sha256", hex(sha256(clean))), Fact::number("clean.size", clean.size())},
              "clean.jpg", clean, roster.recipients_of(Group::team).front());
  seal_object(item,
              {Fact::text("object", "legal"), Fact::text("original.sha256", hex(sha256(original))),
               Fact::text("original.sha512", hex(sha512(original).view())), Fact::number("original.size", original.size()),
               Fact::text("recovery.sha256", hex(sha256(recovery)))},
              "recovery", recovery, roster.recipients_of(Group::legal).front());
  return item;
}

/// One member's chain, brought in batches.
class Documenter {
 public:
  Documenter(Custody& custody, Invitation invitation)
      : custody_(custody), key_(SigningKey::generate()), roster_(must(parse_roster(invitation.roster))) {
    const Ticket ticket = must(parse_ticket(invitation.ticket));
    const Note admission = sign_admission({ticket.root, ticket.ticket, key_.public_key()}, invitation.ticket_key, key_);
    const Fingerprint of_case = fingerprint_of(ticket.root);
    chain_ = chain_id(of_case, key_.public_key(), 0);
    const Hello hello{of_case, key_.public_key(), {}, AdmissionNotes{invitation.ticket.bytes(), admission.bytes()}};
    session_.emplace(must(custody.greet(hello)).session);
  }
  const Roster& roster() const { return roster_; }

  void sign(Act act, std::vector<FactDigest> facts, std::vector<ObjectRef> objects = {}) {
    StatementFields fields;
    fields.chain = chain_;
    fields.seq = seq_++;
    fields.previous = head_;
    fields.act = act;
    fields.time = {console::now(), false};
    fields.facts = std::move(facts);
    fields.objects = std::move(objects);
    const SignedStatement made = sign_statement(must(Statement::make(std::move(fields))), key_);
    head_ = made.statement.hash();
    waiting_.items.push_back({made.statement.bytes(), made.signature});
    if (waiting_.items.size() == max_statements_per_submit) bring();
  }
  void bring() {
    if (waiting_.items.empty()) return;
    for (const auto& outcome : must(custody_.submit(*session_, waiting_)).outcomes)
      if (outcome.failure) stop({*outcome.failure, "a statement"});
    waiting_.items.clear();
    for (const auto& [id, content] : objects_) upload(id, content);
    objects_.clear();
  }
  void add(Sealed item) {
    std::vector<ObjectRef> refs;
    for (auto& [id, content] : item.objects) {
      refs.push_back({id, content.size()});
      objects_.emplace_back(id, std::move(content));
    }
    sign(Act::seal, std::move(item.digests), std::move(refs));
  }

 private:
  void upload(const ObjectId& id, const Bytes& content) {
    must(custody_.offer(*session_, Offer{id}));
    for (std::size_t at = 0; at < content.size(); at += max_chunk) {
      const auto length = std::min(max_chunk, content.size() - at);
      must(custody_.data(*session_, Data{at, to_bytes(ByteView(content).subspan(at, length))}));
    }
  }

  Custody& custody_;
  SigningKey key_;
  Roster roster_;
  std::optional<Session> session_;
  ChainId chain_;
  std::uint64_t seq_ = 0;
  StatementHash head_;
  Submit waiting_;
  std::vector<std::pair<ObjectId, Bytes>> objects_;
};

FactDigest some_fact() { return Fact::text("decoy", hex(random_id<StatementHash>())).digest(); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const std::size_t items = std::strtoul(argv[3], nullptr, 10), statements = std::strtoul(argv[4], nullptr, 10);
  const std::size_t bytes = std::strtoul(argv[5], nullptr, 10);
  Custody custody = must(Custody::open(argv[1], console::now));
  Documenter member(custody, must(read_invitation(must(read_file(argv[2], max_invitation_size)))));
  member.sign(Act::genesis, {some_fact()});
  for (std::size_t i = 0; i < items; ++i) member.add(make_item(member.roster(), bytes));
  member.bring();
  while (custody.checkpoint().head.size + 64 <= statements) {
    for (int i = 0; i < 64; ++i) member.sign(Act::heartbeat, {some_fact()});
    member.bring();
  }
  return 0;
}
