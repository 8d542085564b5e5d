// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of Custody: the input is a script of requests by four members, good ones and bad ones, and of
// restarts between them. Whatever the order: what was acknowledged is there, once; the log only grows; fsck is clean.
#include <map>

#include "sync-server/audit/audit.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/fuzz/server_stage.hpp"

using namespace dokaz;
using namespace dokaz::server;
using namespace dokaz::server::test;
using namespace dokaz::fuzz;

namespace {

constexpr std::size_t longest_script = 60;  // requests
constexpr unsigned objects = 5;
Bytes object_number(unsigned n) { return some_bytes(1 + n * 700, static_cast<std::uint8_t>(n)); }

/// One run of a script, and what was promised in it.
class Run {
 public:
  Run(const Stage& stage, ByteView script) : stage_(stage), script_(script), folder_(stage.fresh()) {
    for (unsigned n = 1; n <= documenters; ++n) scribes_.push_back(std::make_unique<Scribe>(static_cast<std::uint8_t>(n)));
    restart();
  }

  void play() {
    for (std::size_t i = 0; i < longest_script && !script_.ended(); ++i) request();
    sessions_.clear();
    restart();
    judge();
    custody_.reset();
    const auto report = audit(folder_);
    DOKAZ_CHECK(report.has_value());
    DOKAZ_CHECK(report->is_sound());
  }

 private:
  void restart() {
    custody_.reset();
    custody_ = Custody::open(folder_, clock_at(noon)).value();
    sessions_.clear();
    for (unsigned n = 0; n < 2 * documenters; ++n) greet(n);
    greet_reader();
  }

  /// Two sessions of each documenter.
  void greet(unsigned n) {
    const PublicKey& key = scribes_[n % documenters]->key().public_key();
    auto greeting = custody_->greet(stage_.people.hello(key, std::nullopt, seen_.size));
    DOKAZ_CHECK(greeting.has_value());
    see(greeting->welcome);
    sessions_.insert_or_assign(n, std::move(greeting->session));
  }
  void greet_reader() {
    auto greeting = custody_->greet(stage_.people.hello(stage_.people.counsel.public_key(), std::nullopt, seen_.size));
    see(greeting.value().welcome);
    sessions_.insert_or_assign(99, std::move(greeting->session));
  }
  void see(const Welcome& welcome) {
    const TreeHead head = parse_checkpoint(Note::parse(welcome.checkpoint).value())->head;
    DOKAZ_CHECK(head.size >= seen_.size);
    DOKAZ_CHECK(verify_consistency(seen_, head, welcome.consistency).has_value());
    seen_ = head;
  }

  void request() {
    const unsigned who = script_.below(2 * documenters);
    Session& session = sessions_.at(who);
    Session& reader = sessions_.at(99);
    switch (script_.below(12)) {
      case 0:
      case 1:
      case 2: return submit(who);
      case 3: return (void)custody_->offer(session, Offer{any_object()}).has_value();
      case 4:
      case 5: return data(session);
      case 6: return upload_rest(session);
      case 7: return collect(session);
      case 8: return (void)custody_->list(script_.below(2) ? reader : session, List{script_.byte()}).has_value();
      case 9:
        (void)custody_->fetch(reader, Fetch{any_object(), script_.byte()}).has_value();
        return (void)custody_->read_object(reader, any_object(), script_.byte()).has_value();
      case 10: return greet(who);
      case 11: return restart();
    }
  }

  ObjectId any_object() { return ref_of(object_number(script_.below(objects + 1))).id; }

  /// One to three statements: the next ones of the chain, or one with something wrong, or one sent before.
  void submit(unsigned who) {
    Scribe& scribe = *scribes_[who % documenters];
    Submit request;
    for (unsigned left = 1 + script_.below(3); left > 0; --left) {
      std::vector<ObjectRef> named;
      for (unsigned i = script_.below(3); i > 0; --i) {
        const ObjectRef object = ref_of(object_number(script_.below(objects)));
        if (std::ranges::find(named, object) == named.end()) named.push_back(object);
      }
      const bool first = scribe.seq() == 0;
      const bool seals = !first && !named.empty();
      const Statement statement =
          scribe.draft(first ? Act::genesis : seals ? Act::seal : Act::note, seals ? named : std::vector<ObjectRef>{},
                       std::to_string(script_.below(4)));
      Submit::Item item = scribe.sign(statement);
      switch (script_.below(8)) {
        case 0: item.signature.raw()[script_.below(64)] ^= 1; break;
        case 1: item.statement[script_.byte() % item.statement.size()] ^= 1; break;
        case 2:
          if (!promised_.empty()) item = std::next(promised_.begin(), script_.byte() % promised_.size())->second.item;
          break;
        case 3: break;  // drafted, sent, and the chain not moved on: the next one is a fork of it
        default: scribe.advance(statement);
      }
      request.items.push_back(std::move(item));
    }
    const auto answer = custody_->submit(sessions_.at(who), request);
    // What the server did not take, the member's chain does not have either.
    if (answer) {
      DOKAZ_CHECK(answer->outcomes.size() == request.items.size());
      for (std::size_t i = 0; i < request.items.size(); ++i)
        if (!answer->outcomes[i].failure) take(request.items[i], answer->outcomes[i].tlog_proof);
    }
    follow(who);
  }

  /// As a member learns from Welcome where her chain stands.
  void follow(unsigned who) {
    Scribe& scribe = *scribes_[who % documenters];
    const auto greeting = custody_->greet(stage_.people.hello(scribe.key().public_key()));
    std::uint64_t next = 0;
    for (const ChainHead& chain : greeting.value().welcome.chains)
      if (chain.chain == scribe.chain()) next = chain.next_seq;
    if (next == scribe.seq()) return;
    // Drafts that were refused are written anew, from the statements that are in the log.
    Scribe again(static_cast<std::uint8_t>(1 + who % documenters));
    for (std::uint64_t seq = 0; seq < next; ++seq)
      again.advance(Statement::parse(logged_.at({again.chain(), seq})).value());
    scribes_[who % documenters] = std::make_unique<Scribe>(again);
  }

  void take(const Submit::Item& item, const Bytes& proof) {
    const Statement statement = Statement::parse(item.statement).value();
    const auto logged = check(item, proof, members(), stage_.card().log);
    DOKAZ_CHECK(logged.has_value());
    const auto [place, is_new] = promised_.try_emplace(statement.hash(), Promise{item, logged->index});
    DOKAZ_CHECK(place->second.index == logged->index);
    const auto [same, fresh] =
        logged_.try_emplace({statement.fields().chain, statement.fields().seq}, item.statement);
    DOKAZ_CHECK(fresh == is_new && same->second == item.statement);  // one statement for each place of a chain
  }

  Membership members() { return members_of(stage_.people, custody_->members(sessions_.at(99)).value()); }

  void data(Session& session) {
    const Bytes content = object_number(script_.below(objects));
    const std::uint64_t at = script_.below(3) == 0 ? script_.byte() * 16U : session.upload_offset;
    const std::size_t count = 1 + script_.byte() * 8U;
    Bytes bytes = some_bytes(count, script_.byte());
    if (at < content.size() && script_.below(4) != 0)
      bytes = to_bytes(ByteView(content).subspan(at, std::min(count, content.size() - at)));
    (void)custody_->data(session, Data{at, std::move(bytes)}).has_value();
  }
  void upload_rest(Session& session) {
    const Bytes content = object_number(script_.below(objects));
    if (upload(*custody_, session, content, 1 + script_.byte() * 4U)) kept_.insert_or_assign(ref_of(content).id, content);
  }
  void collect(Session& session) {
    if (promised_.empty()) return;
    const auto& [hash, promise] = *std::next(promised_.begin(), script_.byte() % promised_.size());
    const auto stored = custody_->collect(session, Collect{hash});
    if (!stored) return;
    const Statement statement = Statement::parse(promise.item.statement).value();
    const auto checked = check_stored(statement,
                                      {Statement::parse(stored->receive).value(), Fact::parse(stored->answered).value(),
                                       read_tlog_proof(stored->tlog_proof).value()},
                                      members(), Policy::log_only(stage_.card().log));
    DOKAZ_CHECK(checked.has_value());
    for (const ObjectRef& object : statement.fields().objects)
      for (unsigned n = 0; n < objects; ++n)
        if (ref_of(object_number(n)) == object) kept_.insert_or_assign(object.id, object_number(n));
  }

  void judge() {
    Session& reader = sessions_.at(99);
    std::map<StatementHash, std::uint64_t> shown;
    std::uint64_t next = 0;
    for (bool more = true; more;) {
      const auto page = custody_->list(reader, List{next}).value();
      more = page.more;
      for (const auto& entry : page.entries) {
        DOKAZ_CHECK(entry.index == next++);
        shown.emplace(Statement::parse(entry.statement)->hash(), entry.index);
      }
    }
    DOKAZ_CHECK(shown.size() == next);
    for (const auto& [hash, promise] : promised_) DOKAZ_CHECK(shown.at(hash) == promise.index);
    for (const auto& [id, content] : kept_) {
      DOKAZ_CHECK(custody_->fetch(reader, Fetch{id, 0}).value().size == content.size());
      DOKAZ_CHECK(custody_->read_object(reader, id, 0).value() == content);
    }
  }

  struct Promise {
    Submit::Item item;
    std::uint64_t index = 0;
  };
  const Stage& stage_;
  Script script_;
  Path folder_;
  std::optional<Custody> custody_;
  std::vector<std::unique_ptr<Scribe>> scribes_;
  std::map<unsigned, Session> sessions_;
  std::map<StatementHash, Promise> promised_;
  std::map<std::pair<ChainId, std::uint64_t>, Bytes> logged_;
  std::map<ObjectId, Bytes> kept_;
  TreeHead seen_;
};

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  // who, 0: submit; how many; for each: objects named and which, the fact, what is wrong with it (7: nothing).
  const Bytes genesis = {0, 0, 0, 0, 1, 7};
  const Bytes seal = {0, 0, 0, 2, 1, 3, 2, 7};
  const Bytes upload_both = {0, 6, 1, 50, 0, 6, 3, 90};
  const Bytes gather = {0, 7, 0, 0, 7, 1, 0, 9, 1, 0, 1, 0};
  const auto joined = [](std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) append(out, part);
    return out;
  };
  return {genesis,
          joined({genesis, seal}),
          joined({genesis, seal, upload_both, gather}),
          joined({genesis, seal, {0, 3, 1, 3, 3, 1, 0, 4, 1, 0, 20, 9, 1, 3, 4, 1, 0, 20, 9, 1}, upload_both, gather}),
          joined({genesis, seal, {0, 11}, upload_both, {1, 11}, gather, seal, {2, 10}, gather}),
          joined({genesis, {1, 0, 2, 0, 1, 7, 1, 2, 3, 7, 0, 2, 3}, {4, 0, 0, 0, 1, 3, 4, 0, 0, 0, 2, 7}, seal, gather}),
          joined({genesis, {3, 0, 0, 0, 1, 2, 9}, seal, {0, 0, 0, 1, 1, 0, 0, 5}, {0, 0, 0, 1, 1, 0, 1, 5}, upload_both})};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Stage stage;
  Run(stage, ByteView(data, size)).play();
  return 0;
}
