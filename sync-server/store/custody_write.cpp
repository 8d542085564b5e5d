// SPDX-License-Identifier: GPL-3.0-or-later
// What is taken in: statements, and the answers to them.
#include <algorithm>

#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {

/// A Submit on its way: signatures are verified on the caller's thread, places given on the leader's.
struct Custody::Impl::Prepared {
  const Submit& request;
  std::shared_ptr<const Membership> members;  // that `checked` was judged by
  std::vector<Result<Verified<SignedStatement>>> checked;
  std::vector<Result<Entry>> entries;
  std::size_t fresh = 0;  // entries that were not there before
  std::size_t forks = 0;  // found in it

  void judge_all(Epochs& epochs, const Case& in, const PublicKey& member, const Session& session) {
    checked.clear();
    BatchSigners signers(epochs, in, member);
    for (const auto& item : request.items) checked.push_back(judge(*members, member, session.keys, signers, item));
  }
};

namespace {

/// `otherwise` where it is not.
Result<Entry> logged_before(Ledger& ledger, const Case& in, const StatementHash& hash, Errc otherwise) {
  DOKAZ_LET(found, ledger.find(in, hash));
  if (!found) return otherwise;
  return std::move(*found);
}

}  // namespace

/// Inside a group of writes; the outcome counts only when that is committed.
Status Custody::Impl::file(const Session& session, Prepared& prepared) {
  DOKAZ_LET(entered, enter_to_write(books.cases, books.epochs, session));
  if (entered.members != prepared.members) {  // the roster has changed meanwhile
    prepared.members = entered.members;
    prepared.judge_all(books.epochs, entered.in, entered.member.key, session);
  }
  prepared.entries.clear();
  prepared.fresh = 0;
  const std::uint64_t forks_before = books.forks_found;
  DOKAZ_LET(before, books.ledger.size());
  DOKAZ_LET(is_revoked, books.cases.is_revoked(entered.in, *entered.members, entered.member.key));
  const Errc too_late = is_revoked ? Errc::key_revoked : Errc::wrong_epoch;
  for (const auto& checked : prepared.checked) {
    auto entry = Result<Entry>(checked ? Errc::internal : checked.code());
    if (checked && session.brings_only) entry = logged_before(books.ledger, entered.in, (*checked)->statement.hash(), too_late);
    else if (checked)
      entry = accept(books, entered.in, *entered.members, entered.member.key, *checked, log.head(), clock());
    if (!entry && !is_refusal(entry.code())) return std::move(entry).error();
    if (entry && entry->index >= before) ++prepared.fresh;
    if (entry) DOKAZ_TRY(answer_if_complete(entered.in, *entry));
    prepared.entries.push_back(std::move(entry));
  }
  prepared.forks = books.forks_found - forks_before;
  return {};
}

Result<Submitted> Custody::Impl::submit(Session& session, const Submit& request) {
  if (request.items.empty() || request.items.size() > max_statements_per_submit)
    return fail(Errc::malformed, "number of statements");
  DOKAZ_TRY(brake.may_write_statements());
  Prepared prepared{request, nullptr, {}, {}, 0, 0};
  {
    DOKAZ_LET(reader, readers.take());
    DOKAZ_LET(entered, enter_to_write(reader->cases, reader->epochs, session));
    prepared.members = std::move(entered.members);
    prepared.judge_all(reader->epochs, entered.in, entered.member.key, session);
  }
  DOKAZ_TRY(writes.run([&] { return file(session, prepared); }));
  count.accepted += prepared.fresh;
  count.forks += prepared.forks;

  std::uint64_t last = 0;
  bool any = false;
  for (const auto& entry : prepared.entries) {
    if (!entry) ++count.refused;
    if (entry) last = std::max(last, entry->index), any = true;
  }
  if (any) DOKAZ_TRY(publisher.cover(last));
  const auto view = log.view();
  Submitted out;
  for (const auto& entry : prepared.entries) {
    if (!entry) {
      out.outcomes.push_back({entry.code(), {}});
      continue;
    }
    DOKAZ_LET(proof, receipt_for(*entry, view->checkpoint(), *view));
    out.outcomes.push_back({std::nullopt, std::move(proof)});
  }
  return out;
}

Status Custody::Impl::answer_if_complete(const Case& in, const Entry& entry) {
  DOKAZ_LET(complete, books.holdings.is_complete(entry.row));
  if (!complete) return {};
  DOKAZ_LET(answered, books.ledger.answer_to(entry.row));
  if (answered) return {};
  const auto statement = Statement::parse(entry.statement);
  if (!statement) return fail(Errc::damaged_store, "a statement");
  return answer(books, in, entry.row, *statement, log.head(), clock());
}

Status Custody::Impl::answer_completed(const Case& in, const ObjectRef& object) {
  DOKAZ_LET(rows, books.holdings.completed_by(in, object));
  for (const std::int64_t row : rows) {
    DOKAZ_LET(bytes, books.ledger.statement(row));
    const auto statement = Statement::parse(bytes);
    if (!statement) continue;  // its own collect will say so; the others must not wait for it
    const Status answered = answer(books, in, row, *statement, log.head(), clock());
    if (!answered && answered.code() != Errc::malformed) return answered;
  }
  return {};
}

Result<Stored> Custody::Impl::collect(Session& session, const Collect& request) {
  std::optional<Entry> received;
  {
    DOKAZ_LET(reader, readers.take());
    DOKAZ_LET(entered, enter(reader->cases, reader->epochs, session));
    DOKAZ_LET(entry, reader->ledger.find(entered.in, request.statement));
    if (!entry || entry->member != entered.member.key) return Errc::not_found;
    const auto statement = Statement::parse(entry->statement);
    if (!statement) return fail(Errc::damaged_store, "a statement");
    if (statement->fields().objects.empty()) return fail(Errc::not_found, "the statement names no object");
    DOKAZ_LET(answered, reader->ledger.answer_to(entry->row));
    if (!answered) return Errc::missing_part;
    received = std::move(answered);
  }
  DOKAZ_TRY(publisher.cover(received->index));
  const auto view = log.view();
  DOKAZ_LET(proof, receipt_for(*received, view->checkpoint(), *view));
  return Stored{std::move(received->statement), std::move(received->answered), std::move(proof)};
}

Result<RosterTaken> Custody::Impl::put_roster(Session& session, const PutRoster& request) {
  DOKAZ_TRY(brake.may_write_rosters());
  std::uint64_t number = 0;
  DOKAZ_TRY(writes.run_alone([&]() -> Status {
    DOKAZ_LET(entered, enter_to_write(books.cases, books.epochs, session));
    if (entered.member.role != Role::counsel) return Errc::refused;
    DOKAZ_LET(taken, books.cases.put_roster(entered.in, card.member, request.roster));
    number = taken;
    return {};
  }));
  return RosterTaken{number};
}

Result<Submitted> Custody::submit(Session& session, const Submit& request) {
  return outward(impl_->submit(session, request));
}
Result<Stored> Custody::collect(Session& session, const Collect& request) {
  return outward(impl_->collect(session, request));
}
Result<RosterTaken> Custody::put_roster(Session& session, const PutRoster& request) {
  return outward(impl_->put_roster(session, request));
}

}  // namespace dokaz::server
