// SPDX-License-Identifier: GPL-3.0-or-later
// What is taken in: statements, objects, and the answers to them.
#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {

Result<Submitted> Custody::Impl::submit(Session& session, const Submit& request) {
  if (request.items.empty() || request.items.size() > max_statements_per_submit)
    return fail(Errc::malformed, "number of statements");
  DOKAZ_LET(entered, enter_to_write(session));

  Submitted out;
  std::vector<std::optional<Entry>> entries;
  DOKAZ_LET(transaction, database.begin());
  for (const auto& item : request.items) {
    auto entry = accept(books, entered.in, entered.member, item, clock());
    if (!entry && !is_refusal(entry.code())) return std::move(entry).error();
    out.outcomes.push_back({entry ? std::nullopt : std::optional(entry.code()), {}});
    entries.push_back(entry ? std::optional(std::move(*entry)) : std::nullopt);
    if (entries.back()) DOKAZ_TRY(answer_if_complete(entered.in, *entries.back()));
  }
  DOKAZ_TRY(transaction.commit());

  DOKAZ_TRY(integrate());
  const auto view = log.view();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i]) continue;
    DOKAZ_LET(proof, receipt_for(*entries[i], view->checkpoint(), *view));
    out.outcomes[i].tlog_proof = std::move(proof);
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

Status Custody::Impl::acknowledge(const Case& in, const ObjectRef& object) {
  DOKAZ_LET(transaction, database.begin());
  DOKAZ_TRY(books.holdings.mark_kept(in, object));
  DOKAZ_TRY(answer_completed(in, object));
  DOKAZ_TRY(transaction.commit());
  // The object is kept whether or not the log can grow now; collect integrates again, and says so if not.
  (void)integrate().has_value();
  return {};
}

Status Custody::Impl::finish(const Case& in, const ObjectRef& object) {
  const auto upload = files.upload(in.fingerprint, object);
  const Status kept = files.keep(upload);
  if (!kept && kept.code() == Errc::hash_mismatch) DOKAZ_TRY(upload.discard());
  DOKAZ_TRY(kept);
  return acknowledge(in, object);
}

/// From where the upload goes on; the object's size if it is kept now.
Result<std::uint64_t> Custody::Impl::resume(const Case& in, const ObjectRef& object) {
  const auto upload = files.upload(in.fingerprint, object);
  DOKAZ_LET(offset, upload.durable_size());
  if (offset > object.size) {
    DOKAZ_TRY(upload.discard());
    return std::uint64_t{0};
  }
  if (offset == object.size) {
    const Status finished = finish(in, object);
    if (!finished && finished.code() == Errc::hash_mismatch) return std::uint64_t{0};
    DOKAZ_TRY(finished);
    return object.size;
  }
  if (offset == 0) {
    // Cut between giving the object its place and acknowledging it.
    DOKAZ_LET(acknowledged, books.holdings.is_kept_anywhere(object.id));
    if (acknowledged) return offset;
    DOKAZ_LET(whole, files.holds(object));
    if (!whole) return offset;
    DOKAZ_TRY(acknowledge(in, object));
    return object.size;
  }
  return offset;
}

Result<Resume> Custody::Impl::offer(Session& session, const Offer& request) {
  session.upload.reset();
  DOKAZ_LET(entered, enter_to_write(session));
  DOKAZ_LET(wanted, books.holdings.wanted(entered.in, entered.member.key, request.object, log.head().size));
  if (wanted.kept) return Resume{wanted.object.size, true, 0};
  DOKAZ_LET(offset, resume(entered.in, wanted.object));
  if (offset == wanted.object.size) return Resume{offset, true, 0};
  session.upload = request.object;
  session.upload_offset = offset;
  return Resume{offset, false, wanted.object.size};
}

Result<std::optional<Kept>> Custody::Impl::data(Session& session, const Data& request) {
  if (!session.upload) return Errc::out_of_turn;
  const ObjectId object = *std::exchange(session.upload, std::nullopt);  // any failure ends the upload
  if (request.offset != session.upload_offset || request.bytes.empty() || request.bytes.size() > max_chunk)
    return fail(Errc::malformed, "data");
  DOKAZ_LET(entered, enter_to_write(session));
  DOKAZ_LET(wanted, books.holdings.wanted(entered.in, entered.member.key, object, log.head().size));
  if (request.bytes.size() > wanted.object.size - request.offset)
    return fail(Errc::malformed, "more bytes than declared");

  // Another connection may have brought it meanwhile; then the bytes are only counted.
  if (!wanted.kept)
    DOKAZ_TRY(files.upload(entered.in.fingerprint, wanted.object).append(request.offset, request.bytes));
  session.upload_offset += request.bytes.size();
  if (session.upload_offset < wanted.object.size) {
    session.upload = object;
    return std::optional<Kept>();
  }
  if (!wanted.kept) DOKAZ_TRY(finish(entered.in, wanted.object));
  return std::optional(Kept{object});
}

Result<Stored> Custody::Impl::collect(Session& session, const Collect& request) {
  DOKAZ_LET(entered, enter(session));
  DOKAZ_LET(entry, books.ledger.find(entered.in, request.statement));
  if (!entry || entry->member != entered.member.key) return Errc::not_found;
  const auto statement = Statement::parse(entry->statement);
  if (!statement) return fail(Errc::damaged_store, "a statement");
  if (statement->fields().objects.empty()) return fail(Errc::not_found, "the statement names no object");
  DOKAZ_LET(received, books.ledger.answer_to(entry->row));
  if (!received) return Errc::missing_part;
  DOKAZ_TRY(integrate());
  const auto view = log.view();
  DOKAZ_LET(proof, receipt_for(*received, view->checkpoint(), *view));
  return Stored{std::move(received->statement), std::move(received->answered), std::move(proof)};
}

Result<Submitted> Custody::submit(Session& session, const Submit& request) {
  return outward(impl_->submit(session, request));
}
Result<Resume> Custody::offer(Session& session, const Offer& request) {
  return outward(impl_->offer(session, request));
}
Result<std::optional<Kept>> Custody::data(Session& session, const Data& request) {
  return outward(impl_->data(session, request));
}
Result<Stored> Custody::collect(Session& session, const Collect& request) {
  return outward(impl_->collect(session, request));
}

}  // namespace dokaz::server
