// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/parcel/couriers.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "crypto/age/envelope.hpp"
#include "sync-server/parcel/receive.hpp"

namespace dokaz::server {
namespace {

namespace fs = std::filesystem;
using Lock = std::unique_lock<std::mutex>;

constexpr auto tidy_every = std::chrono::hours(1);
constexpr std::uint64_t sync_every = std::uint64_t{64} << 20;  // so that the last piece does not wait for all
constexpr std::size_t block = std::size_t{256} << 10;

/// What is told to a courier of a parcel that was refused as a whole.
Errc told(Errc code) {
  const bool unopened = code >= Errc::age_header && code <= Errc::age_work_factor;
  return unopened || code == Errc::unlisted_part ? Errc::malformed : code;
}

/// These bytes will never be a parcel. Everything else may pass: then the parcel is offered again, and nothing has
/// to be sent.
bool is_hopeless(Errc code) {
  return code == Errc::malformed || code == Errc::hash_mismatch || code == Errc::bad_signature ||
         code == Errc::bad_key || code == Errc::unsupported_version;
}

Result<ParcelHash> hash_of(const File& file) {
  Sha256Stream hash;
  Bytes room(block);
  for (std::uint64_t at = 0;;) {
    DOKAZ_LET(got, file.read_at(room, at));
    if (got == 0) return ParcelHash(hash.finish().raw());
    hash.update(ByteView(room).first(got));
    at += got;
  }
}

std::uint64_t size_of(const Path& path) {
  std::error_code none;
  const auto size = fs::file_size(path, none);
  return none ? 0 : size;
}

bool is_there(const Path& path) {
  std::error_code unclear;
  return fs::exists(path, unclear);
}

}  // namespace

/// One pass that is kept. Its file is written by one connection at a time.
struct Brought {
  CourierPass pass;
  std::mutex file = {};
};

struct Couriers::Impl {
  Path folder;
  Custody& custody;
  Clock clock;
  std::mutex mutex;  // guards all below; taken inside a Brought's, never the other way round
  std::map<PublicKey, std::shared_ptr<Brought>> passes;
  std::map<PublicKey, Errc> failed;
  std::set<PublicKey> waiting;  // whole, to be taken in
  std::optional<PublicKey> under_way;
  std::uint64_t sessions = 0;
  bool closing = false;
  std::condition_variable bell;
  std::thread worker;

  Impl(Path where, Custody& behind, Clock now) : folder(std::move(where)), custody(behind), clock(std::move(now)) {}

  Path file(const PublicKey& courier, const char* suffix) const {
    return folder / (hex(sha256(courier.view())) + suffix);
  }
  Path parcel_of(const PublicKey& courier) const { return file(courier, ".parcel"); }
  Path answer_of(const PublicKey& courier) const { return file(courier, ".answer"); }
  Path pass_of(const PublicKey& courier) const { return file(courier, ".pass"); }

  void remove(const PublicKey& courier) {
    std::error_code ignored;
    fs::remove(answer_of(courier), ignored);
    fs::remove(parcel_of(courier), ignored);
    fs::remove(pass_of(courier), ignored);
    waiting.erase(courier);
    failed.erase(courier);
  }

  void tidy() {
    const std::int64_t now = clock();
    for (auto each = passes.begin(); each != passes.end();) {
      // What was brought whole in time is taken in, however late.
      const bool brought = under_way == each->first || waiting.contains(each->first);
      const bool over = each->second->pass.until.unix_seconds < now && !brought;
      if (over) remove(each->first);
      each = over ? passes.erase(each) : std::next(each);
    }
  }

  /// Passes that were kept; files that belong to none are removed.
  Status take_up() {
    DOKAZ_TRY(make_inner_folder(folder));
    DOKAZ_TRY(remove_leftovers(folder));
    std::error_code error;
    std::set<Path> known;
    std::vector<Path> all;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
      all.push_back(entry->path());
    if (error) return Errc::io_error;
    for (const Path& path : all) {
      if (path.extension() != ".pass") continue;
      const auto bytes = read_file(path, max_note_size);
      const auto note = bytes ? Note::parse(*bytes) : Result<Note>(bytes.error());
      const auto pass = note ? check_pass(*note) : Result<CourierPass>(note.error());
      if (!pass || pass_of(pass->courier) != path) continue;
      passes.insert_or_assign(pass->courier, std::make_shared<Brought>(*pass));
      for (const Path& of : {pass_of(pass->courier), parcel_of(pass->courier), answer_of(pass->courier)}) known.insert(of);
    }
    for (const Path& path : all)
      if (!known.contains(path)) fs::remove(path, error);
    for (const auto& [courier, brought] : passes)
      if (!is_there(answer_of(courier)) && size_of(parcel_of(courier)) == brought->pass.size) waiting.insert(courier);
    tidy();
    return {};
  }

  /// What all parcels of this case, and of this member, may grow to. Of one member's many, an answered one goes.
  Status make_room(const CourierPass& pass, std::uint64_t room) {
    std::uint64_t of_case = 0, of_member = 0;
    std::size_t count = 0;
    std::optional<PublicKey> answered;
    for (const auto& [courier, brought] : passes) {
      const CourierPass& other = brought->pass;
      if (other.case_id != pass.case_id) continue;
      const bool done = is_there(answer_of(courier));
      if (!done) of_case += other.size;
      if (other.member != pass.member) continue;
      ++count;
      if (done) answered = courier;
      else of_member += other.size;
    }
    // As for objects that are still to come: nobody takes all that is left by declaring sizes.
    if (of_case > room || pass.size > room - of_case || of_member + pass.size > room / 2) return Errc::quota_exceeded;
    if (count >= max_passes_of_member) {
      if (!answered) return Errc::quota_exceeded;
      remove(*answered);
      passes.erase(*answered);
    }
    return passes.size() < max_passes ? Status() : Status(Errc::quota_exceeded);
  }

  Result<std::shared_ptr<Brought>> known(const PublicKey& courier, const ObjectId& object) const {
    const auto found = passes.find(courier);
    if (found == passes.end() || found->second->pass.parcel.raw() != object.raw()) return Errc::not_found;
    return found->second;
  }

  bool is_taken(const PublicKey& courier) const {
    return waiting.contains(courier) || under_way == courier || failed.contains(courier) || is_there(answer_of(courier));
  }

  void work();
  Status take_in(const PublicKey& courier, const ParcelHash& expected);
  Status take_in_or_throw(const PublicKey& courier, const ParcelHash& expected);
  Status write(const PublicKey& courier, const CourierPass& pass, const Data& data);
};

/// One parcel after the other.
void Couriers::Impl::work() {
  Lock lock(mutex);
  while (!closing) {
    if (waiting.empty()) {
      bell.wait_for(lock, tidy_every);
      tidy();
      continue;
    }
    const PublicKey courier = *waiting.begin();
    waiting.erase(waiting.begin());
    const auto found = passes.find(courier);
    if (found == passes.end()) continue;
    const ParcelHash expected = found->second->pass.parcel;
    under_way = courier;
    lock.unlock();
    const Status taken = take_in(courier, expected);
    lock.lock();
    under_way.reset();
    if (!taken && taken.code() != Errc::interrupted) {
      const Errc code = told(taken.code());
      failed.insert_or_assign(courier, code);
      std::error_code ignored;
      if (is_hopeless(code)) fs::remove(parcel_of(courier), ignored);
    }
  }
}

/// Library exceptions (no memory) end one parcel and nothing else.
Status Couriers::Impl::take_in(const PublicKey& courier, const ParcelHash& expected) {
  try {
    return take_in_or_throw(courier, expected);
  } catch (const std::exception&) {
    return Errc::internal;
  }
}

Status Couriers::Impl::take_in_or_throw(const PublicKey& courier, const ParcelHash& expected) {
  ReceivedParcel received;
  {
    DOKAZ_LET(parcel, File::open(parcel_of(courier), File::Access::read));
    DOKAZ_LET(hash, hash_of(parcel));
    if (hash != expected) return fail(Errc::hash_mismatch, "a courier's parcel");
    DOKAZ_LET(taken, receive_parcel(custody, parcel, [this](std::uint64_t, std::uint64_t) {
      const Lock lock(mutex);
      return closing ? Status(Errc::interrupted) : Status();
    }));
    received = std::move(taken);
  }
  DOKAZ_TRY(custody.may_bring(received.answer.size()));
  DOKAZ_TRY(write_file_durably(answer_of(courier), received.answer));
  return remove_file_durably(parcel_of(courier));
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
  impl_->worker.join();
}

Result<Couriers> Couriers::open(const Path& folder, Custody& custody, Clock clock) {
  auto impl = std::make_unique<Impl>(folder / "couriers", custody, std::move(clock));
  DOKAZ_TRY(impl->take_up());
  impl->worker = std::thread([inner = impl.get()] { inner->work(); });
  return Couriers(std::move(impl));
}

Result<Greeting> Couriers::greet(const Hello& hello) {
  if (!hello.pass) return Errc::refused;
  const auto plain = age::decrypt(*hello.pass, impl_->custody.parcel_key());
  const auto papers = plain ? read_pass_papers(*plain) : Result<PassPapers>(plain.error());
  const auto pass = papers ? check_pass(papers->pass) : Result<CourierPass>(papers.error());
  if (!pass || pass->courier != hello.member || pass->until.unix_seconds < impl_->clock()) return Errc::refused;
  // Who signed the pass is let in as if they had come themselves: the pass's signature stands for Hello's.
  Hello of_member{pass->case_id, pass->member, {}, AdmissionNotes{papers->admission.ticket, papers->admission.admission}};
  if (!impl_->custody.greet(of_member)) return Errc::refused;
  DOKAZ_LET(room, impl_->custody.room_of(pass->case_id));

  const Lock lock(impl_->mutex);
  impl_->tidy();
  const auto known = impl_->passes.find(pass->courier);
  if (known != impl_->passes.end() && known->second->pass.parcel != pass->parcel)
    return Errc::refused;  // a key is for one parcel
  // Without room the pass is not kept; the courier is told so when the parcel is offered.
  if (known == impl_->passes.end() && impl_->make_room(*pass, room)) {
    DOKAZ_TRY(write_file_durably(impl_->pass_of(pass->courier), papers->pass.bytes()));
    impl_->passes.emplace(pass->courier, std::make_shared<Brought>(*pass));
  }
  const std::uint64_t session = ++impl_->sessions;
  return Greeting{Session{Fingerprint(), Member{{}, Role::documenter, pass->courier}, session, std::nullopt, 0},
                  Welcome{impl_->custody.checkpoint().note.bytes(), {}, {}, protocol_version, session}};
}

Result<Resume> Couriers::offer(const PublicKey& courier, Session& session, const Offer& request) {
  session.upload.reset();
  const Lock lock(impl_->mutex);
  if (!impl_->passes.contains(courier)) return Errc::quota_exceeded;
  DOKAZ_LET(brought, impl_->known(courier, request.object));
  impl_->failed.erase(courier);  // begun again, or taken in again
  const std::uint64_t size = brought->pass.size, offset = size_of(impl_->parcel_of(courier));
  if (!impl_->is_taken(courier) && offset == size) {
    impl_->waiting.insert(courier);
    impl_->bell.notify_all();
  }
  if (impl_->is_taken(courier)) return Resume{size, true};
  session.upload = request.object;
  session.upload_offset = offset;
  return Resume{offset, false, size};
}

/// The bytes are appended, or the file is as it was.
Status Couriers::Impl::write(const PublicKey& courier, const CourierPass& pass, const Data& data) {
  DOKAZ_TRY(custody.may_bring(data.bytes.size()));
  const Path path = parcel_of(courier);
  auto file = File::open(path, File::Access::read_write);
  if (!file && file.code() == Errc::not_found && data.offset == 0) file = File::open(path, File::Access::create_new);
  if (!file) return file.error();
  DOKAZ_LET(present, file->size());
  if (present != data.offset) return Errc::out_of_turn;  // another connection has written on
  const Status written = file->write_at(data.bytes, data.offset);
  if (!written && !file->truncate(data.offset)) return fail(Errc::io_error, "a parcel could not be cut back");
  if (!written) return written.code() == Errc::no_space ? Error{Errc::server_full, {}} : written.error();
  const std::uint64_t end = data.offset + data.bytes.size();
  if (end / sync_every != data.offset / sync_every || end == pass.size) {
    if (Status synced = file->sync(); !synced) {
      // Nobody knows what is on the disk, and a second sync would not tell: it is brought again from its beginning.
      DOKAZ_TRY(remove_file_durably(path));
      return synced;
    }
  }
  return end == pass.size ? sync_folder(folder) : Status();
}

Result<std::optional<Kept>> Couriers::data(const PublicKey& courier, Session& session, const Data& request) {
  if (!session.upload) return Errc::out_of_turn;
  const ObjectId object = *std::exchange(session.upload, std::nullopt);
  std::shared_ptr<Brought> brought;
  {
    const Lock lock(impl_->mutex);
    DOKAZ_LET(found, impl_->known(courier, object));
    if (impl_->is_taken(courier)) return Errc::out_of_turn;  // another connection brought the rest
    brought = std::move(found);
  }
  const CourierPass& pass = brought->pass;
  if (request.offset != session.upload_offset || request.bytes.empty() || request.offset >= pass.size ||
      request.bytes.size() > pass.size - request.offset)
    return fail(Errc::malformed, "data");
  const Lock writing(brought->file);
  DOKAZ_TRY(impl_->write(courier, pass, request));
  session.upload_offset += request.bytes.size();
  if (session.upload_offset < pass.size) {
    session.upload = object;
    return std::optional<Kept>();
  }
  const Lock lock(impl_->mutex);
  impl_->waiting.insert(courier);
  impl_->bell.notify_all();
  return std::optional(Kept{object});
}

Result<Content> Couriers::fetch(const PublicKey& courier, const Fetch& request) {
  const Lock lock(impl_->mutex);
  DOKAZ_TRY(impl_->known(courier, request.object));
  if (const auto failure = impl_->failed.find(courier); failure != impl_->failed.end()) return failure->second;
  if (!is_there(impl_->answer_of(courier))) return impl_->is_taken(courier) ? Errc::busy : Errc::missing_part;
  const std::uint64_t size = size_of(impl_->answer_of(courier));
  if (request.offset > size) return fail(Errc::malformed, "offset beyond the answer");
  return Content{size};
}

Result<Bytes> Couriers::read_answer(const PublicKey& courier, std::uint64_t offset) {
  const Lock lock(impl_->mutex);
  DOKAZ_LET(file, File::open(impl_->answer_of(courier), File::Access::read));
  Bytes out(max_chunk);
  DOKAZ_LET(got, file.read_at(out, offset));
  out.resize(got);
  return out;
}

}  // namespace dokaz::server
