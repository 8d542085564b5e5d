// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/take/show_item.hpp"

#include <algorithm>

#include "crypto/age/readable.hpp"
#include "crypto/files_readable.hpp"
#include "proto/format/object.hpp"

namespace dokaz {
namespace {

constexpr std::string_view clean_prefix = "clean.";
constexpr std::size_t read_at_once = std::size_t{256} << 10;

age::Place place_of(const Readable& sealed) {
  return {sealed.size(), [&sealed](std::span<Byte> into, std::uint64_t offset) -> Result<std::size_t> {
            if (offset >= sealed.size()) return std::size_t{0};
            const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), sealed.size() - offset));
            DOKAZ_TRY(sealed.read(into.first(length), offset));
            return length;
          }};
}

Status copy(const Readable& from, std::uint64_t at, std::uint64_t size, PendingFile& to) {
  Bytes chunk;
  for (std::uint64_t done = 0; done < size; done += chunk.size()) {
    chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(read_at_once, size - done)));
    DOKAZ_TRY(from.read(chunk, at + done));
    DOKAZ_TRY(to.append(chunk));
  }
  return to.create();
}

}  // namespace

Result<ShownItem> show_item(Vault& vault, std::uint64_t number, const Path& into) {
  DOKAZ_LET(own, vault.statement(number));
  if (!own.is_item()) return fail(Errc::not_found, "no item has this number");
  DOKAZ_LET(key, vault.review_key(number));
  if (own.dropped) return fail(Errc::missing_part, "its sealed form was dropped here");
  for (const ObjectRef& object : own.signed_statement.statement.fields().objects) {
    DOKAZ_LET(file, vault.outbox().open(object));
    const ReadableFile sealed(std::move(file), object.size);
    auto reader = age::SeekableReader::open(place_of(sealed), key);
    if (!reader && reader.code() == Errc::age_no_match) continue;
    if (!reader) return std::move(reader).error();
    const age::ReadableEnvelope opened(std::move(*reader));
    DOKAZ_LET(content, read_object(opened));
    if (!content.file_name.starts_with(clean_prefix)) return fail(Errc::malformed, "an object of another kind");
    DOKAZ_LET(out, PendingFile::start(into));
    DOKAZ_TRY(copy(opened, content.file_at, content.file_size, out));
    return ShownItem{content.file_name.substr(clean_prefix.size()), content.file_size};
  }
  return Errc::review_over;
}

}  // namespace dokaz
