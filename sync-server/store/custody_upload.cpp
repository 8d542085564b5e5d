// SPDX-License-Identifier: GPL-3.0-or-later
// Objects on their way in. Their bytes are written by the callers' threads; the database is asked to remember
// an object only once it lies in its place.
#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {

Status Custody::Impl::acknowledge(const Case& in, const ObjectRef& object) {
  const auto write = [&]() -> Status {
    DOKAZ_TRY(books.holdings.mark_kept(in, object));
    return answer_completed(in, object);
  };
  DOKAZ_TRY(writes.run(write));
  ++count.kept;
  return {};  // the answers reach the log by themselves, or when somebody collects them
}

Status Custody::Impl::finish(const Case& in, const ObjectRef& object, const ObjectFiles::Upload& upload) {
  DOKAZ_TRY(brake.judge(files.keep(upload)));
  return acknowledge(in, object);
}

Result<std::uint64_t> Custody::Impl::resume(const Case& in, const ObjectRef& object,
                                            const ObjectFiles::Upload& upload) {
  DOKAZ_LET(offset, brake.judge(upload.durable_size()));
  if (offset > object.size) {
    DOKAZ_TRY(brake.judge(upload.discard()));
    return std::uint64_t{0};
  }
  if (offset == object.size) {
    const Status finished = finish(in, object, upload);
    if (!finished && finished.code() == Errc::hash_mismatch) return std::uint64_t{0};
    DOKAZ_TRY(finished);
    return object.size;
  }
  if (offset > 0) return offset;
  // Cut between giving the object its place and acknowledging it?
  {
    DOKAZ_LET(reader, readers.take());
    DOKAZ_LET(acknowledged, reader->holdings.is_kept_anywhere(object.id));
    if (acknowledged) return offset;
  }
  DOKAZ_LET(whole, brake.judge(files.holds(object)));
  if (!whole) return offset;
  DOKAZ_TRY(acknowledge(in, object));
  return object.size;
}

Result<Resume> Custody::Impl::offer(Session& session, const Offer& request) {
  session.upload.reset();
  if (brake.is_pulled()) return Errc::writes_stopped;
  std::optional<Entered> entered;
  Holdings::Wanted wanted;
  {
    DOKAZ_LET(reader, readers.take());
    DOKAZ_LET(now, enter_to_write(reader->cases, reader->epochs, session));
    DOKAZ_LET(found, reader->holdings.wanted(now.in, now.member.key, request.object, log.head().size));
    entered = std::move(now);
    wanted = found;
    wanted.kept = wanted.kept && files.is_there(wanted.object);  // what the disk has lost may be brought again
  }
  const auto upload = files.take_over(entered->in.fingerprint, entered->member.key, wanted.object);
  if (wanted.kept) {
    (void)upload.discard().has_value();  // what another member has brought first
    return Resume{wanted.object.size, true, 0};
  }
  DOKAZ_LET(offset, resume(entered->in, wanted.object, upload));
  if (offset == wanted.object.size) return Resume{offset, true, 0};
  session.upload = request.object;
  session.upload_offset = offset;
  session.upload_hold = upload.hold();
  return Resume{offset, false, wanted.object.size};
}

Result<std::optional<Kept>> Custody::Impl::data(Session& session, const Data& request) {
  if (!session.upload) return Errc::out_of_turn;
  const ObjectId object = *std::exchange(session.upload, std::nullopt);  // any failure ends the upload
  if (request.offset != session.upload_offset || request.bytes.empty() || request.bytes.size() > max_chunk)
    return fail(Errc::malformed, "data");
  std::optional<Entered> entered;
  Holdings::Wanted wanted;
  {
    DOKAZ_LET(reader, readers.take());
    DOKAZ_LET(now, enter_to_write(reader->cases, reader->epochs, session));
    DOKAZ_LET(found, reader->holdings.wanted(now.in, now.member.key, object, log.head().size));
    entered = std::move(now);
    wanted = found;
    wanted.kept = wanted.kept && files.is_there(wanted.object);  // what the disk has lost may be brought again
  }
  if (request.bytes.size() > wanted.object.size - request.offset)
    return fail(Errc::malformed, "more bytes than declared");

  // Another member may have brought it meanwhile; then the bytes are only counted.
  const auto upload = files.upload(entered->in.fingerprint, entered->member.key, wanted.object, session.upload_hold);
  if (!wanted.kept) {
    DOKAZ_TRY(brake.may_write_object(request.bytes.size()));
    DOKAZ_TRY(brake.judge(upload.append(request.offset, request.bytes)));
  }
  count.bytes += request.bytes.size();
  session.upload_offset += request.bytes.size();
  if (session.upload_offset < wanted.object.size) {
    session.upload = object;
    return std::optional<Kept>();
  }
  if (!wanted.kept) DOKAZ_TRY(finish(entered->in, wanted.object, upload));
  else (void)upload.discard().has_value();
  return std::optional(Kept{object});
}

Result<Resume> Custody::offer(Session& session, const Offer& request) {
  return outward(impl_->offer(session, request));
}
Result<std::optional<Kept>> Custody::data(Session& session, const Data& request) {
  return outward(impl_->data(session, request));
}

}  // namespace dokaz::server
