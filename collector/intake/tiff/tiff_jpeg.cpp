// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/tiff/tiff_jpeg.hpp"

#include <string>
#include <utility>

#include "collector/intake/jpeg/jpeg_segments.hpp"
#include "collector/intake/jpeg/jpeg_walker.hpp"

namespace dokaz::intake::tiff {
namespace {

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("TIFF: ") + what); }
Error cut() { return fail(Errc::truncated_media, "TIFF: a JPEG strip is cut"); }

struct Segment {
  Byte marker = 0;
  ByteView payload;
};

/// The segment at `at`, which is moved behind it; markers alone have no payload.
Result<Segment> next(ByteView stream, std::size_t& at) {
  if (stream.size() - at < 2) return cut();
  if (stream[at] != 0xff) return bad("bytes between JPEG segments");
  const Byte marker = stream[at + 1];
  at += 2;
  if (jpeg::stands_alone(marker)) return Segment{marker, {}};
  if (stream.size() - at < 2) return cut();
  const std::size_t length = jpeg::number16(stream.subspan(at));
  if (length < 2) return bad("JPEG segment length");
  if (stream.size() - at < length) return cut();
  const Segment out{marker, stream.subspan(at + 2, length - 2)};
  at += length;
  return out;
}

Status add_tables(const Segment& segment, JpegTables& out) {
  ByteView rest = segment.payload;
  const bool huffman = segment.marker == jpeg::DHT;
  while (!rest.empty()) {
    std::size_t size = 17;
    if (!huffman) {
      size = rest[0] >> 4 == 0 ? 65 : 129;
    } else if (rest.size() >= size) {
      for (std::size_t i = 1; i <= 16; ++i) size += rest[i];
    }
    if (rest.size() < size) return bad("JPEG tables");
    const unsigned name = huffman ? rest[0] : rest[0] & 15u;
    if (!(huffman ? out.huffman : out.quantisation).emplace(name, rest.first(size)).second)
      return bad("a JPEG table twice");
    rest = rest.subspan(size);
  }
  return {};
}

void write_table(Bytes& out, Byte marker, ByteView table) {
  const std::size_t length = table.size() + 2;
  append(out, Bytes{0xff, marker, static_cast<Byte>(length >> 8), static_cast<Byte>(length)});
  append(out, table);
}

void write_tables(Bytes& out, const JpegTables& tables, const UsedTables& used) {
  for (const auto& [name, table] : tables.quantisation)
    if (used.quantisation.contains(name)) write_table(out, jpeg::DQT, table);
  for (const auto& [name, table] : tables.huffman)
    if (used.huffman.contains(name)) write_table(out, jpeg::DHT, table);
}

/// Tables that frame and scan name.
Status add_used(ByteView frame, ByteView scan, const Page& page, const Strip& strip, UsedTables& out) {
  if (frame.size() < 6 || frame.size() != 6 + std::size_t{3} * frame[5]) return bad("JPEG frame");
  const unsigned components = frame[5];
  if (frame[0] != 8 || jpeg::number16(frame.subspan(1)) != strip.rows || jpeg::number16(frame.subspan(3)) != strip.columns ||
      components != page.samples_in_strip())
    return bad("a JPEG strip of another size");
  if (scan.size() != 4 + std::size_t{2} * components || scan[0] != components)
    return fail(Errc::unsupported_media, "TIFF: JPEG strips in several scans");
  // Names as encoders give them: from 0 or from 1 upwards, or letters.
  const Byte first = frame[6];
  for (std::size_t i = 0; i < components; ++i) {
    const bool usual = components == 1 ? first <= page.samples : first <= 1 && frame[6 + 3 * i] == first + i;
    if (!usual && !(components == 3 && frame[6 + 3 * i] == "RGB"[i])) return bad("JPEG components of unusual names");
    out.quantisation.insert(frame[8 + 3 * i] & 15u);
    out.huffman.insert(scan[2 + 2 * i] >> 4);
    out.huffman.insert(0x10u | (scan[2 + 2 * i] & 15u));
  }
  return {};
}

}  // namespace

Result<JpegTables> read_jpeg_tables(ByteView stream) {
  JpegTables out;
  std::size_t at = 0;
  DOKAZ_LET(start, next(stream, at));
  if (start.marker != jpeg::SOI) return bad("JPEG tables");
  for (;;) {
    DOKAZ_LET(segment, next(stream, at));
    if (segment.marker == jpeg::EOI) break;
    if (segment.marker != jpeg::DQT && segment.marker != jpeg::DHT) return bad("JPEG tables with more than tables");
    DOKAZ_TRY(add_tables(segment, out));
  }
  out.length = at;
  return out;
}

Bytes write_jpeg_tables(const JpegTables& tables, const UsedTables& used) {
  Bytes out = {0xff, jpeg::SOI};
  write_tables(out, tables, used);
  append(out, Bytes{0xff, jpeg::EOI});
  return out;
}

Result<std::uint64_t> jpeg_length(const Page& page, const Strip& strip, ByteView coded, const JpegTables& shared,
                                  UsedTables& used) {
  std::size_t at = 0;
  DOKAZ_LET(start, next(coded, at));
  if (start.marker != jpeg::SOI) return bad("JPEG strip");
  JpegTables own;
  Segment frame, scan;
  bool restarts = false;
  while (scan.marker == 0) {
    DOKAZ_LET(segment, next(coded, at));
    if (segment.marker == jpeg::DQT || segment.marker == jpeg::DHT) {
      DOKAZ_TRY(add_tables(segment, own));
    } else if (segment.marker == jpeg::SOF0 || segment.marker == jpeg::SOF1) {
      if (frame.marker != 0) return bad("two JPEG frames in a strip");
      frame = segment;
    } else if (segment.marker == jpeg::SOS) {
      scan = segment;
    } else if (jpeg::is_app(segment.marker) || segment.marker == jpeg::COM) {
      return bad("JPEG strips with application data or comments");
    } else if (segment.marker == jpeg::SOF2 || jpeg::is_unsupported_frame(segment.marker)) {
      return fail(Errc::unsupported_media, "TIFF: JPEG strips that are not sequential");
    } else if (segment.marker != jpeg::DRI || std::exchange(restarts, true)) {
      return bad("JPEG strip");
    }
  }
  if (frame.marker == 0) return bad("a JPEG strip without frame");
  UsedTables needed;
  DOKAZ_TRY(add_used(frame.payload, scan.payload, page, strip, needed));
  for (;; ++at) {  // to the marker that ends the coded data
    if (coded.size() - at < 2) return cut();
    if (coded[at] == 0xff && coded[at + 1] != 0 && !jpeg::is_restart(coded[at + 1])) break;
  }
  if (coded[at + 1] != jpeg::EOI) return fail(Errc::unsupported_media, "TIFF: JPEG strips in several scans");
  at += 2;
  for (const auto& [name, table] : own.quantisation) needed.quantisation.erase(name);
  for (const auto& [name, table] : own.huffman) needed.huffman.erase(name);
  Bytes whole = {0xff, jpeg::SOI};
  write_tables(whole, shared, needed);
  append(whole, coded.subspan(2, at - 2));
  const auto walked = walk_jpeg(whole);
  if (!walked) return fail(walked.code(), "TIFF: a JPEG strip is not well-formed");
  if (!walked->removed.empty()) return bad("a JPEG strip holds more than picture");
  used.quantisation.merge(needed.quantisation);
  used.huffman.merge(needed.huffman);
  return at;
}

}  // namespace dokaz::intake::tiff
