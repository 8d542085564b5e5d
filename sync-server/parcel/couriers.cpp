// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/parcel/couriers.hpp"

#include <set>

#include "sync-server/parcel/couriers_impl.hpp"

namespace dokaz::server {

using Lock = std::unique_lock<std::mutex>;
using Stage = Errand::Stage;

namespace {

constexpr std::uint64_t most_tries = 3;  // that ended with the process, one after the other

}  // namespace

Status Couriers::Impl::take_stock() {
  DOKAZ_TRY(count_kept());
  DOKAZ_LET(stock, files.take_stock());
  for (const CourierFiles::Found& each : stock.found) {
    Errand& errand = book.take_up(each.pass, each.brought, each.answer, each.signed_by, clock());
    if (errand.stage == Stage::answered && errand.brought > 0 && keep_aside(each.pass)) errand.brought = 0;
    if (errand.stage != Stage::waiting || each.tries < most_tries) continue;
    // The next start must not end by it, too.
    errand.tries = 16;
    book.put_off(errand, Errc::internal, clock());
    if (events) events("a courier's parcel ended the server several times, and is put off");
  }
  if (stock.unreadable > 0 && events)
    events("files in couriers/ belong to no pass that can be read; they are left as they are");
  tidy();
  return {};
}

Status Couriers::Impl::count_kept() {
  DOKAZ_LET(all, files.kept().list());
  for (const KeptParcel& each : all) {
    const auto sealed = files.kept().pass(each.number);
    const auto opened = sealed ? open_sealed_pass(*sealed, custody.parcel_key()) : Result<OpenedPass>(sealed.error());
    if (opened) kept.insert_or_assign(each.number, Kept{opened->pass.case_id, opened->pass.member, each.bytes});
  }
  return {};
}

Result<CaseRoom> Couriers::Impl::with_kept(std::uint64_t left, const CourierPass& pass) {
  std::set<std::uint64_t> gone;  // of those that were known before the folder was read: others may come meanwhile
  {
    const Lock lock(mutex);
    for (const auto& [number, each] : kept) gone.insert(number);
  }
  DOKAZ_LET(all, files.kept().list());
  for (const KeptParcel& each : all) gone.erase(each.number);
  CaseRoom room(left);
  std::uint64_t of_all = 0;
  {
    const Lock lock(mutex);
    for (const std::uint64_t number : gone) kept.erase(number);
    for (const auto& [number, each] : kept) {
      of_all += each.bytes;
      if (each.case_id != pass.case_id) continue;
      room.kept_of_case += each.bytes;
      if (each.member == pass.member) room.kept_of_member += each.bytes;
    }
  }
  // What stays of all cases never takes more of the disk than is free beside it.
  if (!custody.may_bring(of_all + pass.size)) room.kept_of_case = room.left;
  return room;
}

Status Couriers::Impl::keep_aside(const CourierPass& pass) {
  const auto number = files.keep_aside(pass.courier);
  if (number && events)
    events("a courier's parcel is kept as number " + std::to_string(*number) +
           ": statements in it are by a key that another one followed, or of a revoked member; see dokaz-server parcels list");
  if (!number && events && !std::exchange(told_stuck, true))
    events("a courier's parcel has to stay and could not be moved; it stays in couriers/ until it can be");
  if (!number) return number.error();
  const Lock lock(mutex);
  told_stuck = false;
  kept.insert_or_assign(*number, Kept{pass.case_id, pass.member, pass.size});
  return {};
}

void Couriers::Impl::remove_files(const std::vector<PublicKey>& leaving) {
  for (const PublicKey& courier : leaving) {
    FilesLock use;
    {
      const Lock lock(mutex);
      use = book.files_of(courier);
    }
    if (!use) continue;  // its pass could not be kept, and it is gone already
    {
      const Lock removing(*use);
      files.remove(courier);
    }
    const Lock lock(mutex);
    book.forget(courier);
  }
}

/// What could not be moved when it was answered.
void Couriers::Impl::move_again() {
  std::vector<CourierPass> waiting;
  {
    const Lock lock(mutex);
    waiting = book.that_stay();
  }
  for (const CourierPass& pass : waiting) {
    if (!keep_aside(pass)) return;
    const Lock lock(mutex);
    if (Errand* errand = book.find(pass.courier)) errand->brought = 0;
  }
}

void Couriers::Impl::tidy() {
  if (std::chrono::steady_clock::now() < settled) return;
  std::vector<PublicKey> over;
  {
    const Lock lock(mutex);
    over = book.clear(clock());
  }
  remove_files(over);
  if (!over.empty() && events) events("passes of couriers are over; what was brought with them is removed");
}

Status Couriers::Impl::keep(const CourierPass& pass, const Bytes& sealed, const CaseRoom& room, SignedBy by) {
  Lock lock(mutex);
  if (const Errand* known = book.find(pass.courier))
    return known->pass.parcel == pass.parcel ? Status() : Status(Errc::refused);  // a key is for one parcel
  const auto admitted = book.admit(pass, room, by, clock());
  if (!admitted) return admitted.code() == Errc::quota_exceeded ? Status() : Status(admitted.error());
  // Whoever comes with the same pass meanwhile waits with the first bytes until the pass is kept.
  const FilesLock use = book.files_of(pass.courier);
  const Lock keeping(*use);
  lock.unlock();
  // Also where memory is short: what is in the book has a pass on the disk.
  struct Undo {
    ~Undo() {
      if (is_kept) return;
      impl->files.remove(courier);
      const std::lock_guard again(impl->mutex);
      impl->book.forget(courier);
    }
    Impl* impl;
    PublicKey courier;
    bool is_kept = false;
  } undo{this, pass.courier};
  if (admitted->leaves) remove_files({*admitted->leaves});
  DOKAZ_TRY(files.keep_pass(pass.courier, sealed, by));
  undo.is_kept = true;
  return {};
}

Result<Errand*> Couriers::Impl::known(const PublicKey& courier, const ObjectId& object) {
  Errand* errand = book.find(courier);
  if (errand == nullptr || errand->pass.parcel.raw() != object.raw()) return Errc::not_found;
  return errand;
}

Couriers::Couriers(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Couriers::Couriers(Couriers&&) noexcept = default;
Couriers& Couriers::operator=(Couriers&&) noexcept = default;

Couriers::~Couriers() {
  if (!impl_) return;
  {
    const Lock lock(impl_->mutex);
    impl_->closing = true;
  }
  impl_->bell.notify_all();
  if (impl_->worker.joinable()) impl_->worker.join();
}

Result<Couriers> Couriers::open(const Path& folder, Custody& custody, Clock clock, EventSink events,
                                PassLimits limits) {
  DOKAZ_LET(files, CourierFiles::open(folder / "couriers", custody));
  auto impl = std::make_unique<Impl>(custody, std::move(clock), std::move(files), std::move(events), limits);
  DOKAZ_TRY(impl->take_stock());
  return Couriers(std::move(impl));
}

void Couriers::start() {
  impl_->worker = std::thread([inner = impl_.get()] { inner->work(); });
}

Result<CourierGreeting> Couriers::greet(const Hello& hello) {
  if (!hello.pass) return Errc::refused;
  DOKAZ_LET(opened, open_sealed_pass(*hello.pass, impl_->custody.parcel_key()));
  const CourierPass& pass = opened.pass;
  const std::int64_t now = impl_->clock();
  const std::int64_t until = pass.until.unix_seconds;
  if (pass.courier != hello.member || until < now || until - now > longest_pass) return Errc::refused;
  // Who signed the pass is let in as if they had come themselves: the pass's signature stands for Hello's.
  Hello of_member{pass.case_id, pass.member, {}, AdmissionNotes{opened.admission.ticket, opened.admission.admission}};
  of_member.rotations = opened.rotations;
  const auto in = impl_->custody.greet_packer(of_member);
  if (!in) {
    const bool told = in.code() == Errc::case_suspended || in.code() == Errc::wrong_epoch ||
                      in.code() == Errc::key_revoked;
    return told ? in.code() : Errc::refused;
  }
  DOKAZ_LET(room, impl_->custody.room_of(pass.case_id));
  const SignedBy by = in->session.brings_only ? SignedBy::earlier_key : SignedBy::present_key;
  impl_->tidy();
  DOKAZ_LET(with_kept, impl_->with_kept(room, pass));
  // Without room the pass is not kept; the courier is told so when the parcel is offered.
  DOKAZ_TRY(impl_->keep(pass, *hello.pass, with_kept, by));
  const std::uint64_t session = impl_->next_session();
  return CourierGreeting{
      {Session{Fingerprint(), Member{{}, Role::documenter, pass.courier}, session, std::nullopt, 0},
       Welcome{impl_->custody.checkpoint().note.bytes(), {}, {}, protocol_version, session}},
      pass.case_id, pass.member};
}

Result<Resume> Couriers::offer(const PublicKey& courier, Session& session, const Offer& request) {
  session.upload.reset();
  Fingerprint case_id;
  {
    const Lock lock(impl_->mutex);
    if (impl_->book.find(courier) == nullptr) return Errc::quota_exceeded;
    DOKAZ_LET(errand, impl_->known(courier, request.object));
    case_id = errand->pass.case_id;
  }
  DOKAZ_TRY(impl_->custody.room_of(case_id));  // it may have been suspended since the greeting
  const Lock lock(impl_->mutex);
  DOKAZ_LET(errand, impl_->known(courier, request.object));
  const std::uint64_t size = errand->pass.size;
  // Begun again, or taken in again; but not before its time.
  if (errand->stage == Stage::failed && errand->again <= impl_->clock()) errand->stage = Stage::open;
  if (errand->stage == Stage::open && errand->brought == size) {
    impl_->book.wait(*errand);
    impl_->bell.notify_all();
  }
  if (errand->is_taken()) return Resume{size, true};
  session.upload = request.object;
  session.upload_offset = errand->brought;
  return Resume{errand->brought, false, size};
}

Result<std::optional<Kept>> Couriers::data(const PublicKey& courier, Session& session, const Data& request) {
  if (!session.upload) return Errc::out_of_turn;
  const ObjectId object = *std::exchange(session.upload, std::nullopt);
  Impl::FilesLock use;
  {
    const Lock lock(impl_->mutex);
    DOKAZ_LET(errand, impl_->known(courier, object));
    use = errand->files;
  }
  const Lock writing(*use);
  std::uint64_t size = 0;
  {
    const Lock lock(impl_->mutex);
    DOKAZ_LET(errand, impl_->known(courier, object));  // it may have left while another one was writing
    if (errand->is_taken()) return Errc::out_of_turn;  // or have brought the rest
    size = errand->pass.size;
  }
  if (request.offset != session.upload_offset || request.bytes.empty() || request.offset >= size ||
      request.bytes.size() > size - request.offset)
    return fail(Errc::malformed, "data");
  const std::uint64_t end = request.offset + request.bytes.size();
  DOKAZ_TRY(impl_->files.append(courier, request.offset, request.bytes, end == size));
  session.upload_offset = end;

  const Lock lock(impl_->mutex);
  DOKAZ_LET(errand, impl_->known(courier, object));
  errand->brought = end;
  errand->grown = impl_->clock();
  if (end < size) {
    session.upload = object;
    return std::optional<Kept>();
  }
  impl_->book.wait(*errand);
  impl_->bell.notify_all();
  return std::optional(Kept{object});
}

Result<Content> Couriers::fetch(const PublicKey& courier, const Fetch& request) {
  const Lock lock(impl_->mutex);
  DOKAZ_LET(errand, impl_->known(courier, request.object));
  switch (errand->stage) {
    case Stage::open: return Errc::missing_part;
    case Stage::waiting:
    case Stage::under_way: return Errc::busy;
    case Stage::failed: return errand->failure;
    case Stage::answered: break;
  }
  if (request.offset > errand->answer) return fail(Errc::malformed, "offset beyond the answer");
  return Content{errand->answer};
}

Result<Bytes> Couriers::read_answer(const PublicKey& courier, std::uint64_t offset) {
  Impl::FilesLock use;
  {
    const Lock lock(impl_->mutex);
    const Errand* errand = impl_->book.find(courier);
    if (errand == nullptr) return Errc::not_found;
    use = errand->files;
  }
  const Lock reading(*use);
  return impl_->files.answer_part(courier, offset);
}

}  // namespace dokaz::server
