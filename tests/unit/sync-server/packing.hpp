// SPDX-License-Identifier: GPL-3.0-or-later
// A documenter's parcel, packed without a vault, and the key of its answer.
#pragma once

#include "crypto/age/envelope.hpp"
#include "proto/format/parcel_answer.hpp"
#include "tests/unit/sync-server/scene.hpp"

namespace dokaz::server::test {

struct Packing {
  const People& people;
  const SigningKey& key;
  age::Identity reply = age::Identity::generate();
  Parcel parcel;
  std::vector<Bytes> objects;

  Packing(const People& who, const SigningKey& member)
      : people(who), key(member), parcel{random_id<ParcelId>(), who.case_id(), member.public_key(),
                                         reply.recipient().format(), {}, {}, {}, {}} {
    const AdmissionNotes notes = people.admission(member);
    parcel.admission = Parcel::Admission{notes.ticket, notes.admission};
  }
  void add(const Submit::Item& item) { parcel.items.push_back({item.statement, item.signature}); }
  void add(const Bytes& object) {
    objects.push_back(object);
    std::sort(objects.begin(), objects.end(), [](const Bytes& a, const Bytes& b) { return ref_of(a).id < ref_of(b).id; });
    parcel.objects.clear();
    for (const Bytes& each : objects) parcel.objects.push_back(ref_of(each));
  }
  Bytes plain() const {
    Bytes out = write_parcel_text(parcel, key).value();
    const std::uint64_t zeros = parcel_padding(out.size(), parcel.objects);
    for (const Bytes& object : objects) append(out, object);
    out.resize(out.size() + zeros);
    return out;
  }
  ParcelAnswer open(const Bytes& answer) const {
    return read_parcel_answer(ReadableBytes(age::decrypt(answer, reply).value())).value();
  }
};

inline Bytes sealed_for(const Custody& custody, ByteView plain) {
  const age::Recipient recipient = custody.parcel_key().recipient();
  return age::encrypt(plain, std::span(&recipient, 1)).value();
}

/// A genesis and one item with one object.
inline Bytes small_parcel(Packing& packing, Scribe& scribe, const Custody& custody, const Bytes& object) {
  packing.add(scribe.next(Act::genesis));
  packing.add(scribe.next(Act::seal, {ref_of(object)}));
  packing.add(object);
  return sealed_for(custody, packing.plain());
}

}  // namespace dokaz::server::test
