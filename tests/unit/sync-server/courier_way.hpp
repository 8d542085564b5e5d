// SPDX-License-Identifier: GPL-3.0-or-later
// A server, a parcel and the pass for it, and what a courier does with them.
#pragma once

#include <atomic>
#include <thread>

#include "sync-server/parcel/courier_files.hpp"
#include "sync-server/parcel/couriers.hpp"
#include "sync-server/store/inspection.hpp"
#include "tests/unit/sync-server/packing.hpp"
#include "tests/unit/sync-server/rotating.hpp"

namespace dokaz::server::test {

inline ObjectId id_of(const Bytes& parcel) { return ObjectId(sha256(parcel).raw()); }

/// A server, a documenter's parcel and the pass for it.
struct Way {
  TempFolder temp;
  People people;
  Custody custody = start(temp / "data", people);
  Scribe scribe{1};
  Packing packing{people, scribe.key()};
  Bytes object = some_bytes(20'000, 1);
  Bytes parcel = small_parcel(packing, scribe, custody, object);
  SigningKey courier = SigningKey::generate();
  std::atomic<std::int64_t> now = noon;
  PassLimits limits = [] {
    PassLimits out;
    out.settling = std::chrono::seconds(0);
    return out;
  }();

  Couriers open() {
    Couriers out = Couriers::open(temp / "data", custody, [this] { return now.load(); }, {}, limits).value();
    out.start();
    return out;
  }
  CourierPass pass() const {
    return {people.case_id(), scribe.key().public_key(), courier.public_key(), ParcelHash(sha256(parcel).raw()),
            parcel.size(), {noon + 1000, false}};
  }
  Bytes sealed(const Note& note) const {
    const AdmissionNotes notes = people.admission(scribe.key());
    return sealed_for(custody, write_pass_papers({note, {notes.ticket, notes.admission}}));
  }
  Hello hello(const CourierPass& of, const SigningKey& signer) const {
    Hello out{Fingerprint(), of.courier, {}, std::nullopt};
    out.pass = sealed(sign_pass(of, signer));
    return out;
  }
  Hello hello() const { return hello(pass(), scribe.key()); }
};

/// Sends from where the server wants it; `until` cuts it there.
inline Result<std::optional<Kept>> bring(Couriers& couriers, const PublicKey& who, Session& session, const Bytes& parcel,
                                  std::size_t piece = 4096, std::size_t until = SIZE_MAX) {
  DOKAZ_LET(resume, couriers.offer(who, session, {id_of(parcel)}));
  if (resume.complete) return std::optional(Kept{id_of(parcel)});
  for (std::uint64_t at = resume.offset;;) {
    if (at >= until) return std::optional<Kept>();
    const std::size_t length = std::min<std::size_t>({piece, parcel.size() - at, until - at});
    DOKAZ_LET(kept, couriers.data(who, session, {at, to_bytes(ByteView(parcel).subspan(at, length))}));
    at += length;
    if (kept) return kept;
  }
}

/// What Fetch says when the parcel is no longer being taken in.
inline Result<Content> fetched(Couriers& couriers, const PublicKey& who, const Bytes& parcel) {
  while (true) {
    auto content = couriers.fetch(who, {id_of(parcel), 0});
    if (content || content.code() != Errc::busy) return content;
    std::this_thread::yield();
  }
}

inline Bytes answer_of(Couriers& couriers, const PublicKey& who, std::uint64_t size) {
  Bytes out;
  while (out.size() < size) append(out, couriers.read_answer(who, out.size()).value());
  return out;
}

inline std::size_t files_in(const Path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

}  // namespace dokaz::server::test
