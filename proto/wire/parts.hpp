// SPDX-License-Identifier: GPL-3.0-or-later
// The parts that messages are made of, between our types and protobuf's strings. Private to the codec.
#pragma once

#include "proto/dialogue/messages.hpp"
#include "sync.pb.h"

namespace dokaz::convert {

inline std::string text(ByteView in) { return to_text(in); }
inline Bytes bytes(const std::string& in) { return to_bytes(std::string_view(in)); }

template <class Id>
Result<Id> id(const std::string& in) {
  if (auto out = Id::from(bytes_of(in))) return *out;
  return fail(Errc::malformed, "wrong length");
}

/// malformed below `least`, too_large above `most`.
template <class Container>
Status within(const Container& in, std::size_t least, std::size_t most) {
  if (in.size() < least) return fail(Errc::malformed, "empty");
  if (in.size() > most) return Errc::too_large;
  return {};
}

/// Hashes of 32 bytes, one after the other.
template <class Id>
std::string packed(const std::vector<Id>& in) {
  std::string out;
  for (const Id& id : in) out += text_of(id.view());
  return out;
}
template <class Id>
Result<std::vector<Id>> unpacked(const std::string& in) {
  if (in.size() % Id::size != 0) return fail(Errc::malformed, "wrong length");
  std::vector<Id> out;
  for (ByteView rest = bytes_of(in); !rest.empty(); rest = rest.subspan(Id::size))
    out.push_back(*Id::from(rest.first(Id::size)));
  return out;
}

wire::AdmissionNotes to_wire(const AdmissionNotes& in);
AdmissionNotes from_wire(const wire::AdmissionNotes& in);
Status check(const AdmissionNotes& in);

}  // namespace dokaz::convert
