// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/wire/scan.hpp"

#include <set>

namespace dokaz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int deepest = 4;
constexpr std::size_t most_nested = 16;  // no nested message repeats anything

enum WireType : unsigned { varint = 0, delimited = 2 };

std::optional<std::uint64_t> take_varint(ByteView& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (bytes.empty()) return std::nullopt;
    const Byte byte = bytes.front();
    bytes = bytes.subspan(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

/// sync.proto declares numbers, truth values, bytes, strings and messages only.
unsigned wire_type_of(const FieldDescriptor& field) {
  const auto kind = field.cpp_type();
  return kind == FieldDescriptor::CPPTYPE_STRING || kind == FieldDescriptor::CPPTYPE_MESSAGE ? delimited : varint;
}

Status scan_at(ByteView bytes, const Descriptor& message, std::size_t most, int depth) {
  if (depth > deepest) return fail(Errc::malformed, "too deep");
  std::set<int> singular;
  for (std::size_t count = 0; !bytes.empty(); ++count) {
    if (count == most) return fail(Errc::malformed, "too many fields");
    const auto tag = take_varint(bytes);
    if (!tag || *tag > 0xffffffff) return fail(Errc::malformed, "tag");
    const auto* field = message.FindFieldByNumber(static_cast<int>(*tag >> 3));
    if (!field || wire_type_of(*field) != (*tag & 7)) return Errc::unknown_field;
    if (!field->is_repeated() && !singular.insert(field->number()).second) return fail(Errc::malformed, "twice");
    const auto value = take_varint(bytes);
    if (!value) return fail(Errc::malformed, "number");
    if (wire_type_of(*field) == varint) continue;
    if (*value > bytes.size()) return fail(Errc::malformed, "length");
    const ByteView content = bytes.first(static_cast<std::size_t>(*value));
    bytes = bytes.subspan(content.size());
    if (const Descriptor* nested = field->message_type())
      DOKAZ_TRY(scan_at(content, *nested, most_nested, depth + 1));
  }
  return {};
}

}  // namespace

Status scan(ByteView bytes, const Descriptor& message, std::size_t most) {
  return scan_at(bytes, message, most, 0);
}

}  // namespace dokaz
