// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fault/actor/actor.hpp"

#include <cstring>

namespace dokaz::fault {

using server::test::noon;

Note roster_for(const ServerCard& card) {
  std::vector<Member> documenters;
  for (unsigned n = 1; n <= last_documenter; ++n)
    documenters.push_back({"member-" + std::to_string(n), Role::documenter,
                           Scribe::key_of(static_cast<std::uint8_t>(n)).public_key()});
  return People().roster(card.member, 1, std::move(documenters));
}

Membership membership_of(const ServerCard& card) {
  return Membership(CaseRoot(People().case_id()).check_roster(roster_for(card)).value());
}

Bytes content_of(std::uint64_t size, std::uint64_t seed) {
  Bytes out(size);
  std::uint64_t state = seed * 0x9e3779b97f4a7c15 + 1;
  for (std::size_t at = 0; at < out.size(); at += sizeof state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(out.data() + at, &state, std::min(sizeof state, out.size() - at));
  }
  return out;
}

Actor::Actor(std::uint8_t number, ServerCard card, Journal journal)
    : number_(number),
      card_(std::move(card)),
      journal_(std::move(journal)),
      key_(Scribe::key_of(number)),
      members_(membership_of(card_)),
      policy_(Policy::log_only(card_.log)) {}

Error Actor::breach(std::string what) {
  broken_ = std::move(what);
  return fail(Errc::internal, broken_);
}

Status Actor::connect(const ServerAddress& address, std::optional<std::int64_t> ticket_until) {
  client_.reset();
  std::optional<AdmissionNotes> notes;
  if (ticket_until) {
    notes = people_.admission(key_, *ticket_until, "guest");
    members_.add(CaseRoot(people_.case_id())
                     .check_admission(Note::parse(notes->ticket).value(), Note::parse(notes->admission).value())
                     .value());
  }
  DOKAZ_LET(client, Client::connect(address, card_.pin, {people_.case_id(), &key_, std::move(notes)}, seen_.size));
  client_ = std::move(client);
  DOKAZ_TRY(see(client_->welcome().checkpoint, &client_->welcome().consistency));
  const ChainId own = chain_id(people_.case_id(), key_.public_key(), 0);
  std::uint64_t next = 0;
  StatementHash head;
  for (const ChainHead& chain : client_->welcome().chains)
    if (chain.chain == own) next = chain.next_seq, head = chain.head;
  if (next < acknowledged_) return breach("the server has forgotten statements of this chain");
  if (unanswered_) return {};  // sent again as it was, whether or not it arrived
  next_ = next;
  head_ = head;
  return {};
}

Status Actor::see(const Bytes& checkpoint, const ConsistencyPath* since_seen) {
  DOKAZ_LET(note, Note::parse(checkpoint));
  auto trusted = policy_.check(note);
  if (!trusted) return breach("a checkpoint that the log did not sign");
  const TreeHead head = parse_checkpoint(note)->head;
  if (since_seen) {
    if (head.size < seen_.size) return breach("the log has shrunk");
    if (!verify_consistency(seen_, head, *since_seen)) return breach("the log's history was changed");
  }
  journal_.write("checkpoint " + base64(checkpoint));
  if (head.size >= seen_.size) seen_ = head;
  return {};
}

Statement Actor::draft(Act act, std::vector<ObjectRef> objects) {
  StatementFields fields;
  fields.chain = chain_id(people_.case_id(), key_.public_key(), 0);
  fields.seq = next_;
  fields.previous = head_;
  fields.act = act;
  fields.time = {noon, false};
  fields.objects = std::move(objects);
  fields.facts = {FactDigest(sha256(std::to_string(number_) + '/' + std::to_string(drafts_++)).raw())};
  Statement statement = Statement::make(std::move(fields)).value();
  head_ = statement.hash();
  ++next_;
  return statement;
}

Status Actor::take_outcome(const Submit::Item& item, const Submitted::Outcome& outcome) {
  if (outcome.failure) return *outcome.failure;
  DOKAZ_LET(statement, Statement::parse(item.statement));
  const auto receipt = read_tlog_proof(outcome.tlog_proof);
  if (!receipt) return breach("a receipt that cannot be read");
  const auto logged = check_receipt(statement, *receipt, members_, policy_);
  if (!logged) return breach("a receipt that does not hold: " + std::string(name_of(logged.code())));
  last_index_ = logged->index;
  acknowledged_ = std::max(acknowledged_, statement.fields().seq + 1);
  journal_.write("logged " + base64(item.statement) + ' ' + base64(outcome.tlog_proof));
  return {};
}

Status Actor::submit(Submit request) {
  if (!client_) return Errc::connection_lost;
  const std::uint64_t before = next_ - request.items.size();
  unanswered_ = request;
  auto answer = client_->submit(request);
  if (!answer) return answer.error();  // it may have been logged all the same: the same bytes are sent again
  unanswered_.reset();
  for (std::size_t i = 0; i < request.items.size(); ++i) {
    const Status taken = take_outcome(request.items[i], answer->outcomes[i]);
    if (taken) continue;
    next_ = before + i;
    head_ = Statement::parse(request.items[i].statement)->fields().previous;
    return taken;
  }
  return {};
}

Status Actor::note(std::uint32_t count) {
  if (unanswered_) DOKAZ_TRY(submit(*unanswered_));
  Submit request;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Statement statement = draft(next_ == 0 ? Act::genesis : Act::note, {});
    request.items.push_back({statement.bytes(), sign_statement(statement, key_).signature});
  }
  return submit(std::move(request));
}

Result<Sealed> Actor::seal(std::uint64_t size, std::uint32_t notes) {
  if (unanswered_) DOKAZ_TRY(submit(*unanswered_));
  if (next_ == 0) DOKAZ_TRY(note(1));
  const std::uint64_t seed = (std::uint64_t{number_} << 40) + next_;
  const ObjectRef object{ObjectId(sha256(content_of(size, seed)).raw()), size};
  Submit request;
  const Statement statement = draft(Act::seal, {object});
  request.items.push_back({statement.bytes(), sign_statement(statement, key_).signature});
  for (std::uint32_t i = 0; i < notes; ++i) {
    const Statement other = draft(Act::note, {});
    request.items.push_back({other.bytes(), sign_statement(other, key_).signature});
  }
  newest_ = Sealed{object, seed, statement};
  sealed_.insert_or_assign(object.id, *newest_);
  in_hand_ = newest_;
  DOKAZ_TRY(submit(std::move(request)));
  return *newest_;
}

const Sealed* Actor::find(const ObjectId& id) const {
  const auto found = sealed_.find(id);
  return found == sealed_.end() ? nullptr : &found->second;
}

void Actor::kept(const Sealed& sealed) {
  journal_.write("kept " + hex(sealed.object.id) + ' ' + std::to_string(sealed.object.size) + ' ' +
                 std::to_string(sealed.seed));
}

Status Actor::upload(const Sealed& sealed, Sent& sent, std::size_t piece) {
  if (!client_) return Errc::connection_lost;
  const Bytes content = content_of(sealed.object.size, sealed.seed);
  DOKAZ_LET(resume, client_->offer(sealed.object.id));
  sent.from = sent.until = resume.offset;
  if (!resume.complete) {
    if (resume.offset >= sealed.object.size) return breach("an offset at the end of an object that is not whole");
    for (std::uint64_t at = resume.offset; at < content.size();) {
      const ByteView part = ByteView(content).subspan(at, std::min<std::uint64_t>(piece, content.size() - at));
      DOKAZ_TRY(client_->send(at, part));
      sent.until = at += part.size();
    }
    DOKAZ_LET(answer, client_->kept());
    if (answer.object != sealed.object.id) return breach("another object was acknowledged");
  }
  kept(sealed);
  return {};
}

Status Actor::collect(const Sealed& sealed) {
  if (!client_) return Errc::connection_lost;
  DOKAZ_LET(stored, client_->collect(sealed.statement.hash()));
  const auto receive = Statement::parse(stored.receive);
  const auto answered = Fact::parse(stored.answered);
  const auto receipt = read_tlog_proof(stored.tlog_proof);
  if (!receive || !answered || !receipt) return breach("a stored receipt that cannot be read");
  const auto checked = check_stored(sealed.statement, StoredReceipt{*receive, *answered, *receipt}, members_, policy_);
  if (!checked) return breach("a stored receipt that does not hold: " + std::string(name_of(checked.code())));
  journal_.write("stored " + base64(sealed.statement.bytes()) + ' ' + base64(stored.receive) + ' ' + stored.answered +
                 ' ' + base64(stored.tlog_proof));
  return {};
}

Status Actor::load(std::uint64_t size, const std::function<void()>& done) {
  while (true) {
    if (unanswered_) DOKAZ_TRY(submit(*unanswered_));
    if (!in_hand_) DOKAZ_TRY(seal(size + next_ % 97, static_cast<std::uint32_t>(next_ % 7)));
    Sent sent;
    DOKAZ_TRY(upload(*in_hand_, sent, 700));
    DOKAZ_TRY(collect(*in_hand_));
    in_hand_.reset();
    done();
  }
}

}  // namespace dokaz::fault
