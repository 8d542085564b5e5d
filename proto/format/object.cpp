// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/object.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "crypto/check.hpp"

namespace dokaz {
namespace {

constexpr std::size_t block_size = 512;
constexpr std::string_view facts_name = "facts";

using Block = std::array<Byte, block_size>;

constexpr std::uint64_t whole_blocks(std::uint64_t size) { return (size + block_size - 1) / block_size * block_size; }

constexpr std::string_view clean_stem = "clean.", original_stem = "original.", sidecar_stem = "sidecar.";
constexpr std::string_view act_name = "act";  // empty: facts are all there is

bool is_extension(std::string_view text) {
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

bool is_member_name(std::string_view name) {
  if (name == "recovery" || name == act_name) return true;
  for (const std::string_view stem : {clean_stem, original_stem})
    if (name.starts_with(stem)) return is_extension(name.substr(stem.size()));
  return false;
}

/// Section 5's rules about sidecars, but for their sizes.
bool may_stand_together(std::string_view file_name, const std::vector<SidecarMember>& sidecars) {
  if (!sidecars.empty() && (file_name.starts_with(clean_stem) || file_name == act_name)) return false;
  const auto* next = std::begin(sidecar_kinds);
  for (const SidecarMember& sidecar : sidecars) {
    next = std::find(next, std::end(sidecar_kinds), sidecar.kind);
    if (next == std::end(sidecar_kinds)) return false;
    ++next;
  }
  return true;
}

/// Fields of a ustar header (POSIX.1-1988): offset and width.
struct Field {
  std::size_t at, width;
};
constexpr Field name_field{0, 100}, mode_field{100, 8}, uid_field{108, 8}, gid_field{116, 8}, size_field{124, 12},
    mtime_field{136, 12}, checksum_field{148, 8}, type_field{156, 1}, magic_field{257, 8};

void put_text(Block& block, Field field, std::string_view text) {
  DOKAZ_CHECK(text.size() <= field.width);
  std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(field.at));
}

/// `digits` octal digits; what is left of the field stays NUL.
void put_octal(Block& block, Field field, std::size_t digits, std::uint64_t value) {
  for (std::size_t i = digits; i-- > 0; value >>= 3) block[field.at + i] = static_cast<Byte>('0' + (value & 7));
}

Block header_of(std::string_view name, std::uint64_t size) {
  Block block{};
  put_text(block, name_field, name);
  put_octal(block, mode_field, 7, 0600);
  put_octal(block, uid_field, 7, 0);
  put_octal(block, gid_field, 7, 0);
  put_octal(block, size_field, 11, size);
  put_octal(block, mtime_field, 11, 0);
  put_text(block, type_field, "0");
  put_text(block, magic_field, std::string_view("ustar\00000", 8));
  put_text(block, checksum_field, "        ");  // counts as spaces while it is summed
  std::uint64_t sum = 0;
  for (Byte b : block) sum += b;
  put_octal(block, checksum_field, 6, sum);
  block[checksum_field.at + 6] = 0;
  return block;
}

Status put_zeros(const Sink& sink, std::uint64_t count) {
  static constexpr std::array<Byte, 8 * block_size> zeros{};
  while (count > 0) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
    DOKAZ_TRY(sink(ByteView(zeros).first(part)));
    count -= part;
  }
  return {};
}

/// Header, `size` bytes that `write` gives, zeros up to the next block.
Status put_member(const Sink& sink, std::string_view name, std::uint64_t size,
                  const std::function<Status(const Sink&)>& write) {
  DOKAZ_TRY(sink(header_of(name, size)));
  std::uint64_t left = size;
  DOKAZ_TRY(write([&](ByteView bytes) -> Status {
    if (bytes.size() > left) return fail(Errc::io_error, "the file changed while it was read");
    left -= bytes.size();
    return sink(bytes);
  }));
  if (left != 0) return fail(Errc::io_error, "the file changed while it was read");
  return put_zeros(sink, whole_blocks(size) - size);
}

std::uint64_t padded_size(std::uint64_t members) { return whole_blocks(padme(members + 2 * block_size)); }

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](Byte b) { return b == 0; });
}

struct TarMember {
  std::string name;
  std::uint64_t at = 0, size = 0;  // of the content
};

/// Takes a tar apart front to end, keeping none of it.
class TarReader {
 public:
  explicit TarReader(const Readable& from) : from_(from) {}

  std::uint64_t position() const { return at_; }

  /// The next member: its header must be the one that we would write for its name and size.
  Result<TarMember> take() {
    if (left() < block_size) return fail(Errc::malformed, "tar is cut");
    Block header{};
    DOKAZ_TRY(from_.read(header, at_));
    const std::string_view name_text = text_of(ByteView(header).subspan(name_field.at, name_field.width));
    TarMember member{std::string(name_text.substr(0, name_text.find('\0'))), at_ + block_size, 0};
    for (Byte b : ByteView(header).subspan(size_field.at, 11)) member.size = member.size << 3 | (b & 7);
    if (header != header_of(member.name, member.size)) return fail(Errc::malformed, "tar header");
    at_ += block_size;
    if (left() < whole_blocks(member.size)) return fail(Errc::malformed, "tar is cut");
    at_ += member.size;
    DOKAZ_TRY(take_zeros(whole_blocks(member.size) - member.size, "tar padding"));
    return member;
  }

  /// Whether a member follows, not the zero blocks.
  Result<bool> more() const {
    if (left() < block_size) return false;
    std::array<Byte, 1> first{};
    DOKAZ_TRY(from_.read(first, at_));
    return first[0] != 0;
  }

  Status take_zeros(std::uint64_t count, const char* what) {
    std::array<Byte, 16 * block_size> piece{};
    while (count > 0) {
      const auto part = std::span(piece).first(static_cast<std::size_t>(std::min<std::uint64_t>(count, piece.size())));
      DOKAZ_TRY(from_.read(part, at_));
      if (!all_zero(part)) return fail(Errc::malformed, what);
      at_ += part.size();
      count -= part.size();
    }
    return {};
  }

 private:
  std::uint64_t left() const { return from_.size() - at_; }

  const Readable& from_;
  std::uint64_t at_ = 0;
};

/// The members between the file and the zero blocks.
Status take_sidecars(TarReader& tar, const Readable& plaintext, ObjectInPlace& into) {
  while (true) {
    DOKAZ_LET(more, tar.more());
    if (!more) return {};
    DOKAZ_LET(member, tar.take());
    if (!member.name.starts_with(sidecar_stem)) return fail(Errc::malformed, "third member");
    if (member.size == 0 || member.size > max_sidecar_size) return fail(Errc::malformed, "size of a sidecar");
    DOKAZ_LET(content, plaintext.bytes(member.at, member.size));
    into.sidecars.push_back({member.name.substr(sidecar_stem.size()), std::move(content)});
    // Asked after each, so that hostile input cannot make the list grow.
    if (!may_stand_together(into.file_name, into.sidecars)) return fail(Errc::malformed, "order of sidecars");
  }
}

}  // namespace

std::uint64_t padme(std::uint64_t length) {
  DOKAZ_CHECK(length < std::uint64_t{1} << 63);
  if (length < 2) return length;
  const int e = static_cast<int>(std::bit_width(length)) - 1;
  const int s = static_cast<int>(std::bit_width(static_cast<unsigned>(e)));
  const std::uint64_t mask = (std::uint64_t{1} << (e - s)) - 1;
  return (length + mask) & ~mask;
}

Status write_object(const ObjectParts& parts, const Sink& sink) {
  if (!is_member_name(parts.file_name) || !may_stand_together(parts.file_name, parts.sidecars))
    return fail(Errc::malformed, "name in an object");
  if (parts.file_name == act_name && parts.file_size > 0) return fail(Errc::malformed, "an act with content");
  if (parts.facts.size() > max_object_file_size || parts.file_size > max_object_file_size) return Errc::too_large;
  std::uint64_t members = 2 * block_size + whole_blocks(parts.facts.size()) + whole_blocks(parts.file_size);
  for (const SidecarMember& sidecar : parts.sidecars) {
    if (sidecar.content.empty()) return fail(Errc::malformed, "an empty sidecar");
    if (sidecar.content.size() > max_sidecar_size) return fail(Errc::too_large, "a sidecar");
    members += block_size + whole_blocks(sidecar.content.size());
  }
  const auto these = [](const Bytes& bytes) { return [&bytes](const Sink& to) { return to(bytes); }; };
  DOKAZ_TRY(put_member(sink, facts_name, parts.facts.size(), these(parts.facts)));
  DOKAZ_TRY(put_member(sink, parts.file_name, parts.file_size, parts.write_file));
  for (const SidecarMember& sidecar : parts.sidecars)
    DOKAZ_TRY(put_member(sink, std::string(sidecar_stem) + sidecar.kind, sidecar.content.size(), these(sidecar.content)));
  return put_zeros(sink, padded_size(members) - members);
}

Result<Bytes> write_object(const ObjectContent& content) {
  Bytes out;
  const ObjectParts parts{content.facts, content.file_name, content.file.size(),
                          [&](const Sink& to) { return to(content.file); }, content.sidecars};
  DOKAZ_TRY(write_object(parts, [&](ByteView bytes) -> Status {
    append(out, bytes);
    return {};
  }));
  return out;
}

Result<ObjectInPlace> read_object(const Readable& plaintext) {
  TarReader tar(plaintext);
  DOKAZ_LET(facts, tar.take());
  if (facts.name != facts_name) return fail(Errc::malformed, "first member");
  if (facts.size > max_facts_size) return fail(Errc::malformed, "more facts than a statement can commit to");
  DOKAZ_LET(file, tar.take());
  if (!is_member_name(file.name)) return fail(Errc::malformed, "second member");
  if (file.name == act_name && file.size > 0) return fail(Errc::malformed, "an act with content");
  DOKAZ_LET(facts_file, plaintext.bytes(facts.at, facts.size));
  ObjectInPlace out{std::move(facts_file), std::move(file.name), file.at, file.size};
  DOKAZ_TRY(take_sidecars(tar, plaintext, out));
  if (plaintext.size() != padded_size(tar.position())) return fail(Errc::malformed, "padding of the object");
  DOKAZ_TRY(tar.take_zeros(plaintext.size() - tar.position(), "padding of the object"));
  return out;
}

Result<ObjectContent> read_object(ByteView plaintext) {
  DOKAZ_LET(object, read_object(ReadableBytes(plaintext)));
  return ObjectContent{std::move(object.facts), std::move(object.file_name),
                       to_bytes(plaintext.subspan(static_cast<std::size_t>(object.file_at),
                                                  static_cast<std::size_t>(object.file_size))),
                       std::move(object.sidecars)};
}

}  // namespace dokaz
