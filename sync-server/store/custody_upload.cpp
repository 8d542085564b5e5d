// SPDX-License-Identifier: GPL-3.0-or-later
// Objects on their way in. Their bytes are written by the callers' threads; the database is asked to remember
// an object only once it lies in its place.
#include <algorithm>

#include "sync-server/store/custody_impl.hpp"

namespace dokaz::server {

using Size = std::optional<std::uint64_t>;

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

Result<Size> Custody::Impl::finish_at(const Entered& by, const Holdings::Wanted& wanted, std::uint64_t hold,
                                      std::uint64_t size) {
  if (!std::ranges::count(wanted.sizes, size)) return Size();
  const ObjectRef object{wanted.object.id, size};
  const auto upload = files.upload(by.in.fingerprint, by.member.key, object, hold);
  if (size < wanted.object.size) {
    DOKAZ_LET(whole, brake.judge(upload.is_whole()));
    if (!whole) return Size();  // the member names it with a larger size, too
  }
  DOKAZ_TRY(finish(by.in, object, upload));
  return Size(size);
}

Result<Size> Custody::Impl::find_whole(const Case& in, const Holdings::Wanted& wanted) {
  {
    DOKAZ_LET(reader, readers.take());
    DOKAZ_LET(acknowledged, reader->holdings.is_kept_anywhere(wanted.object.id));
    if (acknowledged) return Size();
  }
  for (const std::uint64_t size : wanted.sizes) {
    const ObjectRef object{wanted.object.id, size};
    DOKAZ_LET(whole, brake.judge(files.holds(object)));
    if (!whole) continue;
    DOKAZ_TRY(acknowledge(in, object));
    return Size(size);
  }
  return Size();
}

Result<Resume> Custody::Impl::resume(const Entered& by, const Holdings::Wanted& wanted, const ObjectFiles::Upload& upload) {
  const Resume from_start{0, false, wanted.object.size};
  DOKAZ_LET(offset, brake.judge(upload.durable_size()));
  if (offset > wanted.object.size) {
    DOKAZ_TRY(brake.judge(upload.discard()));
    return from_start;
  }
  if (offset > 0) {
    const auto finished = finish_at(by, wanted, upload.hold(), offset);
    if (!finished && finished.code() == Errc::hash_mismatch) return from_start;
    if (!finished) return finished.error();
    return *finished ? Resume{**finished, true, 0} : Resume{offset, false, wanted.object.size};
  }
  // Cut between giving the object its place and acknowledging it?
  DOKAZ_LET(found, find_whole(by.in, wanted));
  return found ? Resume{*found, true, 0} : from_start;
}

Result<Holdings::Wanted> Custody::Impl::wanted_by(Reader& reader, const Entered& member, const ObjectId& object) {
  DOKAZ_LET(wanted, reader.holdings.wanted(member.in, member.member.key, object, log.head().size));
  if (!wanted.kept || files.is_there(wanted.object)) return wanted;
  // What the disk has lost may be brought again.
  return Holdings::Wanted{wanted.object, false, {wanted.object.size}};
}

Result<Resume> Custody::Impl::offer(Session& session, const Offer& request) {
  session.upload.reset();
  if (brake.is_pulled()) return Errc::writes_stopped;
  std::optional<Entered> entered;
  Holdings::Wanted wanted;
  {
    DOKAZ_LET(reader, readers.take());
    DOKAZ_LET(now, enter_to_write(reader->cases, reader->epochs, session));
    DOKAZ_LET(found, wanted_by(*reader, now, request.object));
    entered = std::move(now);
    wanted = found;
  }
  const auto upload = files.take_over(entered->in.fingerprint, entered->member.key, wanted.object);
  if (wanted.kept) {
    (void)upload.discard().has_value();  // what another member has brought first
    return Resume{wanted.object.size, true, 0};
  }
  DOKAZ_LET(from, resume(*entered, wanted, upload));
  if (from.complete) return from;
  session.upload = request.object;
  session.upload_offset = from.offset;
  session.upload_hold = upload.hold();
  return from;
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
    DOKAZ_LET(found, wanted_by(*reader, now, object));
    entered = std::move(now);
    wanted = found;
  }
  // Another member may have brought it meanwhile, and so settled its size; then the bytes are only counted.
  if (request.offset >= wanted.object.size || request.bytes.size() > wanted.object.size - request.offset)
    return fail(Errc::malformed, "more bytes than declared");
  const auto upload = files.upload(entered->in.fingerprint, entered->member.key, wanted.object, session.upload_hold);
  if (!wanted.kept) {
    DOKAZ_TRY(brake.may_write_object(request.bytes.size()));
    DOKAZ_TRY(brake.judge(upload.append(request.offset, request.bytes)));
  }
  count.bytes += request.bytes.size();
  session.upload_offset += request.bytes.size();
  if (wanted.kept && session.upload_offset == wanted.object.size) {
    (void)upload.discard().has_value();
    return std::optional(Kept{object});
  }
  if (!wanted.kept) {
    DOKAZ_LET(finished, finish_at(*entered, wanted, session.upload_hold, session.upload_offset));
    if (finished) return std::optional(Kept{object});
  }
  session.upload = object;
  return std::optional<Kept>();
}

Result<Resume> Custody::offer(Session& session, const Offer& request) {
  return outward(impl_->offer(session, request));
}
Result<std::optional<Kept>> Custody::data(Session& session, const Data& request) {
  return outward(impl_->data(session, request));
}

}  // namespace dokaz::server
