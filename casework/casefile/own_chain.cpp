// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/own_chain.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "casework/casefile/act_facts.hpp"
#include "casework/casefile/opened_acts.hpp"
#include "casework/casefile/seal_act.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/next_statement.hpp"

namespace dokaz {

// `n` is the chain's number; `proof` the receipt, once there is one; `kept`: the server holds the object, or there is none;
// `anew`: a later chain states it instead, and nobody is ever sent this one.
const char* const own_chain_tables = R"(
CREATE TABLE own (n INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE, statement BLOB NOT NULL,
                  signature BLOB NOT NULL, proof BLOB, kept INTEGER NOT NULL, anew INTEGER NOT NULL DEFAULT 0,
                  PRIMARY KEY (n, seq));
)";

namespace {

constexpr std::string_view select = "SELECT n, statement, signature, proof, kept FROM own ";

Result<OwnStatement> read_row(Query& query, const PublicKey& member) {
  DOKAZ_LET(statement, Statement::parse(query.blob(1)));
  DOKAZ_LET(signature, query.id<Signature>(2));
  OwnStatement own{static_cast<std::uint32_t>(query.integer(0)), {std::move(statement), member, signature}, {},
                   query.integer(4) != 0};
  if (!query.is_null(3)) {
    DOKAZ_LET(receipt, read_tlog_proof(query.blob(3)));
    own.receipt = std::move(receipt);
  }
  return own;
}

Result<std::vector<OwnStatement>> read_rows(CaseFile& file, Query query) {
  std::vector<OwnStatement> all;
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return all;
    DOKAZ_LET(own, read_row(query, file.member().public_key()));
    all.push_back(std::move(own));
  }
}

Result<std::vector<OwnStatement>> read_where(CaseFile& file, std::string_view condition) {
  return read_rows(file, file.database().prepare(std::string(select) + std::string(condition)));
}

/// The newest statement of the newest chain, and nothing before the first.
Result<std::optional<OwnStatement>> head_of(CaseFile& file) {
  DOKAZ_LET(rows, read_where(file, "ORDER BY n DESC, seq DESC LIMIT 1"));
  return rows.empty() ? std::optional<OwnStatement>() : std::optional(std::move(rows.front()));
}

Result<Seen> seen_by(CaseFile& file) {
  DOKAZ_LET(head, file.trusted_head());
  return head.size == 0 ? Seen{} : Seen{head.size, head.root};
}

/// One transaction's statements, each behind the one before.
class Addition {
 public:
  Addition(CaseFile& file, std::uint32_t n) : file_(file), n_(n) {}

  Status add(const Statement& statement, const std::vector<Fact>& facts) {
    const SignedStatement made = sign_statement(statement, file_.member());
    DOKAZ_TRY(file_.database().run("INSERT INTO own (n, seq, hash, statement, signature, kept) VALUES (?, ?, ?, ?, ?, ?)", n_,
                                   statement.fields().seq, statement.hash(), statement.bytes(), made.signature,
                                   statement.fields().objects.empty() ? 1 : 0));
    return facts.empty() ? Status() : keep_opened(file_, statement.hash(), facts);
  }

 private:
  CaseFile& file_;
  std::uint32_t n_;
};

Result<Statement> make_genesis(CaseFile& file, std::uint32_t n, const ClaimedTime& time, const std::vector<Fact>& more) {
  DOKAZ_LET(members, file.membership());
  const Member* self = members.find(file.member().public_key());
  if (self == nullptr) return fail(Errc::not_a_member, "the key of this case file");
  StatementFields fields;
  fields.chain = chain_id(file.fingerprint(), file.member().public_key(), n);
  fields.act = Act::genesis;
  fields.time = time;
  fields.facts = {Fact::text("pseudonym", self->pseudonym).digest(), decoy().digest()};
  for (const Fact& fact : more) fields.facts.push_back(fact.digest());
  return Statement::make(std::move(fields));
}

/// The last statement of a chain that this case file knows the log to have.
struct Ending {
  ChainId chain;
  std::uint64_t seq = 0;
  StatementHash head;
  std::uint32_t n = 0;  // the number of that chain
};

/// The last statement by this case file's key in the log, of the chain with the highest number; nothing where there is none.
std::optional<Ending> ending_in(CaseFile& file, const std::vector<CaseEntry>& entries) {
  const KeyHash self = file.member().public_key().hash();
  std::map<ChainId, Ending> last;
  for (const CaseEntry& entry : entries) {
    if (entry.receipt.member != self) continue;
    const StatementFields& fields = entry.statement.fields();
    auto& ending = last.try_emplace(fields.chain, Ending{fields.chain, fields.seq, entry.statement.hash(), 0}).first->second;
    if (fields.seq >= ending.seq) ending = {fields.chain, fields.seq, entry.statement.hash(), 0};
  }
  for (std::uint32_t n = max_member_chains; n-- > 0 && !last.empty();) {
    const auto found = last.find(chain_id(file.fingerprint(), file.member().public_key(), n));
    if (found == last.end()) continue;
    found->second.n = n;
    return found->second;
  }
  return std::nullopt;
}

Result<Fact> continues(const Ending& old) {
  return Fact::json("continues", "{\"chain\":\"" + hex(old.chain) + "\",\"head\":\"" + hex(old.head) +
                                     "\",\"seq\":" + std::to_string(old.seq) + "}");
}

/// The next chain of the member that neither this case file, the log nor the server has.
Result<std::uint32_t> free_chain(CaseFile& file, std::uint32_t after, const std::vector<ChainHead>& server) {
  for (std::uint32_t n = after + 1; n < max_member_chains; ++n) {
    const ChainId id = chain_id(file.fingerprint(), file.member().public_key(), n);
    if (std::none_of(server.begin(), server.end(), [&](const ChainHead& one) { return one.chain == id; })) return n;
  }
  return fail(Errc::broken_chain, "this member has had all chains that a case allows");
}

/// `present`: the highest chain that this case file has, if it has one.
Status begin_next(CaseFile& file, std::optional<std::uint32_t> present, const Ending& ending, const std::vector<ChainHead>& server,
                  const ClaimedTime& time) {
  DOKAZ_LET(n, free_chain(file, std::max(present.value_or(0), ending.n), server));
  DOKAZ_LET(in_genesis, continues(ending));
  DOKAZ_LET(in_note, continues(ending));
  DOKAZ_LET(genesis, make_genesis(file, n, time, {in_genesis}));
  std::vector<Fact> facts = {Fact::text("note", "This chain goes on behind chain " + hex(ending.chain) + ", of which the log has statement " +
                                                    std::to_string(ending.seq) + ", hash " + hex(ending.head) +
                                                    ", and this case file did not: it was made from a copy, or is used in two places."),
                             std::move(in_note)};
  DOKAZ_LET(sealed, seal_act(file, Act::note, std::move(facts)));
  DOKAZ_LET(seen, seen_by(file));
  StatementFields fields = next_fields(genesis, Act::note, time, seen);
  fields.objects = {sealed.object};
  fields.facts = sealed.digests();
  DOKAZ_LET(note, Statement::make(std::move(fields)));
  DOKAZ_LET(transaction, file.database().begin());
  Addition addition(file, n);
  DOKAZ_TRY(addition.add(genesis, {}));
  DOKAZ_TRY(addition.add(note, sealed.facts));
  return transaction.commit();
}

const ChainHead* find_chain(const std::vector<ChainHead>& server, const ChainId& chain) {
  const auto found = std::find_if(server.begin(), server.end(), [&](const ChainHead& one) { return one.chain == chain; });
  return found == server.end() || found->next_seq == 0 ? nullptr : &*found;
}

}  // namespace

Result<StatementHash> OwnChain::state(Act act, std::vector<Fact> facts, const ClaimedTime& time) {
  DOKAZ_TRY(file_.check_not_passed_on());
  DOKAZ_LET(head, head_of(file_));
  std::optional<Statement> genesis;
  if (!head) {
    // A case file from before its first act, whose key signed something since: the log shows it.
    DOKAZ_LET(entries, file_.entries());
    if (const auto ending = ending_in(file_, entries)) {
      DOKAZ_TRY(begin_next(file_, {}, *ending, {}, time));
      DOKAZ_LET(begun, head_of(file_));
      head = std::move(begun);
    }
  }
  if (!head) {
    DOKAZ_LET(made, make_genesis(file_, 0, time, {}));
    genesis = std::move(made);
  }
  DOKAZ_LET(sealed, seal_act(file_, act, std::move(facts)));
  DOKAZ_LET(seen, seen_by(file_));
  StatementFields fields = next_fields(genesis ? *genesis : head->signed_statement.statement, act, time, seen);
  fields.objects = {sealed.object};
  fields.facts = sealed.digests();
  DOKAZ_LET(statement, Statement::make(std::move(fields)));
  DOKAZ_LET(transaction, file_.database().begin());
  Addition addition(file_, head ? head->n : 0);
  if (genesis) DOKAZ_TRY(addition.add(*genesis, {}));
  DOKAZ_TRY(addition.add(statement, sealed.facts));
  DOKAZ_TRY(transaction.commit());
  return statement.hash();
}

Result<std::vector<OwnStatement>> OwnChain::waiting() {
  return read_where(file_, "WHERE proof IS NULL AND n = (SELECT max(n) FROM own) ORDER BY seq");
}

Result<std::vector<OwnStatement>> OwnChain::without_object() {
  return read_where(file_, "WHERE proof IS NOT NULL AND kept = 0 ORDER BY n, seq");
}

Result<std::vector<OwnStatement>> OwnChain::not_pulled(const std::vector<CaseEntry>& entries) {
  DOKAZ_LET(all, read_where(file_, "WHERE anew = 0 ORDER BY n, seq"));
  if (all.empty()) return all;
  std::set<StatementHash> pulled;
  const KeyHash self = file_.member().public_key().hash();
  for (const CaseEntry& entry : entries)
    if (entry.receipt.member == self) pulled.insert(entry.statement.hash());
  std::erase_if(all, [&](const OwnStatement& own) { return pulled.contains(own.signed_statement.statement.hash()); });
  return all;
}

Result<bool> OwnChain::may_send(const std::vector<ChainHead>& server) {
  DOKAZ_LET(head, head_of(file_));
  if (!head) return true;
  const StatementFields& last = head->signed_statement.statement.fields();
  DOKAZ_LET(chain, read_rows(file_, std::move(file_.database().prepare(std::string(select) + "WHERE n = ? ORDER BY seq").bind(head->n))));
  const auto logged = static_cast<std::uint64_t>(
      std::count_if(chain.begin(), chain.end(), [](const OwnStatement& own) { return own.receipt.has_value(); }));
  const ChainHead* there = find_chain(server, last.chain);
  const auto contradicts = [] { return fail(Errc::server_rolled_back, "it gave a receipt for a statement of this case file that it does not have now"); };
  if (there == nullptr) return logged > 0 ? Result<bool>(contradicts()) : Result<bool>(true);
  if (there->next_seq < logged) return contradicts();
  if (there->next_seq > chain.size()) return false;
  const OwnStatement& same = chain[there->next_seq - 1];
  if (same.signed_statement.statement.hash() == there->head) return true;
  return same.receipt ? Result<bool>(contradicts()) : Result<bool>(false);
}

Result<bool> OwnChain::give_way(const std::vector<CaseEntry>& entries, const std::vector<ChainHead>& server, const ClaimedTime& time) {
  DOKAZ_LET(head, head_of(file_));
  if (!head) return false;
  const ChainId& present = head->signed_statement.statement.fields().chain;
  DOKAZ_LET(own, read_rows(file_, std::move(file_.database().prepare(std::string(select) + "WHERE n = ?").bind(head->n))));
  std::set<StatementHash> here;
  for (const OwnStatement& one : own) here.insert(one.signed_statement.statement.hash());
  const KeyHash self = file_.member().public_key().hash();
  const bool elsewhere = std::any_of(entries.begin(), entries.end(), [&](const CaseEntry& entry) {
    return entry.receipt.member == self && entry.statement.fields().chain == present && !here.contains(entry.statement.hash());
  });
  if (!elsewhere) return false;
  std::vector<CaseEntry> of_present;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(of_present),
               [&](const CaseEntry& entry) { return entry.statement.fields().chain == present; });
  const auto ending = ending_in(file_, of_present);
  const auto newest = ending_in(file_, entries);
  DOKAZ_TRY(begin_next(file_, std::max(head->n, newest->n), *ending, server, time));
  return true;
}

Result<std::size_t> OwnChain::settle(const std::vector<ChainHead>& server, const std::vector<CaseEntry>& entries) {
  DOKAZ_LET(open, read_where(file_, "WHERE proof IS NULL AND anew = 0 AND n < (SELECT max(n) FROM own) ORDER BY n, seq"));
  if (open.empty()) return std::size_t{0};
  std::map<std::pair<ChainId, std::uint64_t>, const CaseEntry*> there;
  for (const CaseEntry& entry : entries)
    if (entry.receipt.member == file_.member().public_key().hash())
      there[{entry.statement.fields().chain, entry.statement.fields().seq}] = &entry;
  DOKAZ_LET(seen, seen_by(file_));
  DOKAZ_LET(head, head_of(file_));
  Statement last = head->signed_statement.statement;
  std::size_t stated = 0;
  DOKAZ_LET(transaction, file_.database().begin());
  Addition addition(file_, head->n);
  for (const OwnStatement& own : open) {
    const Statement& old = own.signed_statement.statement;
    const auto found = there.find({old.fields().chain, old.fields().seq});
    if (found != there.end() && found->second->statement == old) {
      DOKAZ_TRY(file_.database().run("UPDATE own SET proof = ? WHERE hash = ?", write_tlog_proof(found->second->receipt), old.hash()));
      continue;
    }
    const ChainHead* chain = find_chain(server, old.fields().chain);
    const bool not_pulled_so_far = found == there.end() && chain != nullptr && old.fields().seq < chain->next_seq;
    if (not_pulled_so_far) continue;
    DOKAZ_TRY(file_.database().run("UPDATE own SET anew = 1 WHERE hash = ?", old.hash()));
    if (old.fields().act == Act::genesis) continue;
    StatementFields fields = next_fields(last, old.fields().act, old.fields().time, seen);
    fields.objects = old.fields().objects;
    fields.facts = old.fields().facts;
    DOKAZ_LET(statement, Statement::make(std::move(fields)));
    DOKAZ_LET(facts, opened_before(file_, old.hash()));
    DOKAZ_TRY(addition.add(statement, facts.value_or(std::vector<Fact>())));
    last = std::move(statement);
    ++stated;
  }
  DOKAZ_TRY(transaction.commit());
  return stated;
}

Status OwnChain::keep_receipt(const OwnStatement& own, const Receipt& receipt, const Membership& members) {
  const Statement& statement = own.signed_statement.statement;
  if (receipt.member != own.signed_statement.member.hash()) return fail(Errc::bad_signature, "the receipt is for another key");
  DOKAZ_TRY(check_log_receipt(statement, receipt, members, file_.policy()));
  return file_.database().run("UPDATE own SET proof = ? WHERE hash = ?", write_tlog_proof(receipt), statement.hash());
}

Status OwnChain::keep_object(const OwnStatement& own) {
  return file_.database().run("UPDATE own SET kept = 1 WHERE hash = ?", own.signed_statement.statement.hash());
}

Result<bool> all_brought(CaseFile& file) {
  Query query = file.database().prepare("SELECT 1 FROM own WHERE anew = 0 AND (proof IS NULL OR kept = 0) LIMIT 1");
  DOKAZ_LET(waits, query.step());
  return !waits;
}

Result<std::uint64_t> behind_own_chain(Database& db) {
  std::uint64_t behind = 0;
  Query query = db.prepare("SELECT proof FROM own WHERE proof IS NOT NULL");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return behind;
    DOKAZ_LET(receipt, read_tlog_proof(query.blob(0)));
    behind = std::max(behind, receipt.index + 1);
  }
}

Status forget_own_chain(Database& db) { return db.run("DELETE FROM own"); }

}  // namespace dokaz
