// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values with fixed bytes that the format tests share.
#pragma once

#include "proto/format/statement.hpp"

namespace dokaz::test {

/// The seed is the bytes first, first + 1, … first + 31.
inline SigningKey key_of(Byte first) {
  return SigningKey::from_seed(Secret<32>::make([&](std::span<Byte, 32> seed) {
    for (std::size_t i = 0; i < 32; ++i) seed[i] = static_cast<Byte>(first + i);
  }));
}

template <class Id>
Id id_of(Byte value) {
  Id id;
  id.raw().fill(value);
  return id;
}

inline SigningKey root_key() { return key_of(32); }
inline SigningKey member_key() { return key_of(0); }
/// Of that member in the samples' case.
inline ChainId chain_of(const SigningKey& member, std::uint32_t n = 0) {
  return chain_id(fingerprint_of(root_key().public_key()), member.public_key(), n);
}

inline StatementFields genesis_fields() {
  StatementFields fields;
  fields.chain = chain_of(member_key());
  fields.time = {1777630320, false};
  fields.facts = {id_of<FactDigest>(1)};
  return fields;
}

inline StatementFields seal_fields() {
  StatementFields fields = genesis_fields();
  fields.seq = 1;
  fields.previous = id_of<StatementHash>(0x22);
  fields.act = Act::seal;
  fields.seen = {7, id_of<TreeHash>(0x33)};
  fields.objects = {{id_of<ObjectId>(0x55), 2304}, {id_of<ObjectId>(0x44), 33072}};
  fields.facts = {id_of<FactDigest>(0xfb), id_of<FactDigest>(0x01), id_of<FactDigest>(0xd0)};
  return fields;
}

}  // namespace dokaz::test
