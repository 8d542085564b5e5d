// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of the search for residues: any removed bytes and any clean copy, of any kind, end in an
// outcome; and a text that was removed is found where it is planted in coded data.
#include "collector/intake/check/residue.hpp"
#include "collector/intake/check/residue_needles.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

/// The shortest file that has coded data.
Bytes picture_of(std::string_view coded) {
  Bytes out = {0xff, 0xd8, 0xff, 0xda, 0, 2};
  append(out, bytes_of(coded));
  append(out, Bytes{0xff, 0xd9});
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const auto media = static_cast<Media>(1 + data[0] % last_media);
  const ByteView rest(data + 3, size - 3);
  const std::size_t cut = (std::size_t{data[1]} << 8 | data[2]) % (rest.size() + 1);
  const ByteView removed = rest.first(cut), clean = rest.subspan(cut);
  const Stretch all[] = {{0, removed.size()}};
  (void)check::find_residue(media, MemoryContent(removed), all, MemoryContent(clean));

  check::Needles needles;
  needles.read(removed);
  for (const std::string& text : needles.texts()) {
    if (text.size() < 8 || check::distinct_bytes(text) < 5) continue;
    const Bytes planted = picture_of("\x01\x02" + text + "\x03");
    DOKAZ_CHECK(!check::find_residue(Media::jpeg, MemoryContent(removed), all, MemoryContent(planted)));
  }
  const Bytes empty = picture_of("");
  DOKAZ_CHECK(check::find_residue(Media::jpeg, MemoryContent(removed), all, MemoryContent(empty)).has_value());
  return 0;
}
