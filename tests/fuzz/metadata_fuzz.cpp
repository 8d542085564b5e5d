// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of the metadata reader: whatever blocks and values a file holds, the parent takes the answer.
// The same bytes also go to the parent's reader: what it accepts is written again as it was.
#include "collector/intake/fact_forms.hpp"
#include "collector/intake/metadata/metadata_reader.hpp"
#include "collector/intake/worker/worker_answer.hpp"
#include "tests/unit/collector/intake_exif.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

/// Decisions and texts out of the input.
class Input {
 public:
  explicit Input(ByteView bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  unsigned byte() {
    if (rest_.empty()) return 0;
    const unsigned out = rest_[0];
    rest_ = rest_.subspan(1);
    return out;
  }
  std::string text() {
    const std::size_t size = std::min<std::size_t>(byte(), rest_.size());
    const std::string out = to_text(rest_.first(size));
    rest_ = rest_.subspan(size);
    return out;
  }
  std::uint32_t number() { return byte() << 24 | byte() << 16 | byte() << 8 | byte(); }
  template <class List>
  auto one_of(const List& list) { return list[byte() % std::size(list)]; }

 private:
  ByteView rest_;
};

constexpr std::uint16_t image_tags[] = {0x010e, 0x010f, 0x0110, 0x0112, 0x0131, 0x0132, 0x9c9b};
constexpr std::uint16_t photo_tags[] = {0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0xa002,
                                        0xa003, 0xa420, 0xa431, 0xa432, 0xa434, 0x927c, 0x9286};
constexpr std::uint16_t place_tags[] = {1, 2, 3, 4, 5, 6, 7, 0x1d};
constexpr const char* attributes[] = {"exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate", "tiff:Make",
                                      "tiff:Orientation",      "exif:GPSLatitude",      "exif:GPSLongitude",
                                      "exif:GPSAltitude",      "exif:GPSTimeStamp",     "exif:PixelXDimension",
                                      "aux:SerialNumber",      "xmp:CreatorTool"};
constexpr const char* values[] = {"mvhd.creation_time", "keys.com.apple.quicktime.creationdate", "udta.xyz", "udta.loci",
                                  "keys.com.apple.quicktime.location.ISO6709", "keys.com.apple.quicktime.make",
                                  "png.tEXt.Software", "udta.day", "png.tEXt.Creation Time"};

test::ExifBlock directory(Input& in, std::span<const std::uint16_t> tags) {
  test::ExifBlock out;
  for (unsigned left = in.byte() % 8; left > 0; --left) {
    const std::uint16_t tag = in.one_of(tags);
    switch (in.byte() % 4) {
      case 0: out.text(tag, in.text()); break;
      case 1: out.rationals(tag, {in.number(), in.number(), in.number(), in.number(), in.number(), in.number()}); break;
      case 2: out.number(tag, static_cast<std::uint16_t>(in.number())); break;
      case 3: out.byte(tag, static_cast<Byte>(in.byte())); break;
    }
  }
  return out;
}

Bytes exif(Input& in) {
  test::ExifBlock all = directory(in, image_tags);
  const test::ExifBlock photo = directory(in, photo_tags), place = directory(in, place_tags);
  all.directory(0x8769, photo);
  all.directory(0x8825, place);
  Bytes out = all.bytes();
  for (unsigned left = in.byte() % 4; left > 0; --left) out[in.number() % out.size()] = static_cast<Byte>(in.byte());
  return out;
}

Bytes xmp(Input& in) {
  std::string out =
      "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
      "<rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:exif='http://ns.adobe.com/exif/1.0/' "
      "xmlns:tiff='http://ns.adobe.com/tiff/1.0/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' "
      "xmlns:aux='http://ns.adobe.com/exif/1.0/aux/'";
  for (unsigned left = in.byte() % 8; left > 0; --left) out += std::string(" ") + in.one_of(attributes) + "='" + in.text() + "'";
  return to_bytes(out + ">" + in.text() + "</rdf:Description></rdf:RDF></x:xmpmeta>");
}

Bytes iptc(Input& in) {
  Bytes out;
  constexpr Byte sets[] = {55, 60, 62, 63, 5, 120};
  for (unsigned left = in.byte() % 6; left > 0; --left) {
    const Byte set = in.one_of(sets);
    const std::string text = in.text();
    append(out, Bytes{0x1c, 2, set, 0, static_cast<Byte>(text.size())});
    append(out, bytes_of(text));
  }
  return out;
}

void check(const Walked& walked) {
  TakeAnswer answer;
  ReadMetadata read = read_metadata(walked);
  answer.width = answer.height = 1;
  answer.facts = read.facts;
  answer.contradictions = read.contradictions;
  answer.warnings = read.warnings;
  answer.plan.copy(0, 1);
  const auto back = decode_take(encode(answer), 1);
  DOKAZ_CHECK(back.has_value());
  DOKAZ_CHECK(back->facts == read.facts && back->contradictions == read.contradictions);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool ready = (prepare_metadata_reader(), true);
  (void)ready;
  const ByteView bytes(data, size);
  if (const auto answer = decode_take(bytes, 1'000'000)) DOKAZ_CHECK(std::ranges::equal(encode(*answer), bytes));

  Input in(bytes);
  Walked walked;
  walked.media = static_cast<Media>(1 + in.byte() % last_media);
  walked.width = in.number() % 70'000;
  walked.height = in.number() % 70'000;
  walked.orientation = in.byte() % 9;
  walked.duration_ms = in.number();
  for (int left = 12; left > 0 && !in.done(); --left) {
    switch (in.byte() % 8) {
      case 0:
      case 1: walked.blocks.exif.push_back(exif(in)); break;
      case 2: walked.blocks.xmp.push_back(xmp(in)); break;
      case 3: append(walked.blocks.iptc, iptc(in)); break;
      case 4: walked.values.push_back({in.one_of(values), in.text()}); break;
      case 5: walked.blocks.exif.push_back(to_bytes(in.text())); break;
      case 6: walked.blocks.xmp.push_back(to_bytes(in.text())); break;
      case 7: append(walked.blocks.photoshop, to_bytes(in.text())); break;
    }
  }
  check(walked);
  return 0;
}
