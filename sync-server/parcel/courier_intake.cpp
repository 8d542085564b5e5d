// SPDX-License-Identifier: GPL-3.0-or-later
// Couriers' parcels are taken in one after the other, on a thread of their own.
#include "sync-server/parcel/couriers_impl.hpp"
#include "sync-server/parcel/receive.hpp"

namespace dokaz::server {
namespace {

constexpr auto look_every = std::chrono::seconds(30);
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

}  // namespace

void Couriers::Impl::work() {
  Lock lock(mutex);
  while (!closing) {
    book.wake(clock());
    const auto courier = book.next();
    if (!courier) {
      bell.wait_for(lock, look_every);
      lock.unlock();
      tidy();
      move_again();
      lock.lock();
      continue;
    }
    const CourierPass pass = book.find(*courier)->pass;
    lock.unlock();
    const auto answer = take_in(pass);
    settle(*courier, answer);
    lock.lock();
  }
}

void Couriers::Impl::settle(const PublicKey& courier, const Result<Answered>& answer) {
  files.end_tries(courier);
  if (!answer && answer.code() == Errc::interrupted) return;  // taken up again by the next run
  const Errc code = answer ? Errc::internal : told(answer.code());
  // Nobody else touches the files of what is under way.
  if (!answer && is_hopeless(code)) files.remove_parcel(courier);
  const Lock lock(mutex);
  Errand& errand = *book.find(courier);
  if (!answer) return is_hopeless(code) ? CourierBook::give_up(errand, code) : book.put_off(errand, code, clock());
  errand.stage = Errand::Stage::answered;
  errand.answer = answer->size;
  if (!answer->parcel_stays) errand.brought = 0;
}

/// Library exceptions (no memory) end one parcel and nothing else.
Result<Couriers::Impl::Answered> Couriers::Impl::take_in(const CourierPass& pass) {
  try {
    return take_in_or_throw(pass);
  } catch (const std::exception&) {
    return Errc::internal;
  }
}

Result<Couriers::Impl::Answered> Couriers::Impl::take_in_or_throw(const CourierPass& pass) {
  DOKAZ_TRY(files.begin_try(pass.courier));
  DOKAZ_LET(parcel, files.parcel(pass.courier));
  DOKAZ_LET(hash, hash_of(parcel));
  if (hash != pass.parcel) return fail(Errc::hash_mismatch, "a courier's parcel");
  DOKAZ_LET(received, receive_parcel(custody, parcel, [this](std::uint64_t, std::uint64_t) {
    const Lock lock(mutex);
    return closing ? Status(Errc::interrupted) : Status();
  }, Sender{pass.case_id, pass.member}));
  DOKAZ_TRY(files.keep_answer(pass.courier, received.answer, received.must_stay));
  return Answered{received.answer.size(), received.must_stay && !keep_aside(pass)};
}

}  // namespace dokaz::server
