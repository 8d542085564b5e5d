// SPDX-License-Identifier: GPL-3.0-or-later
#include <bit>

#include "collector/intake/mp4/descriptors.hpp"
#include "collector/intake/mp4/sample_entry.hpp"

namespace dokaz::intake::mp4 {
namespace {

using bmff::BoxWriter;
using bmff::Fields;
using bmff::Type;
using bmff::type;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("MP4: ") + what); }

/// QuickTime's second form of the sound description; the fields of the first are constants then.
struct Detailed {
  std::uint64_t rate = 0;  ///< a double
  std::uint32_t channels = 0, bits = 0, flags = 0, packet_bytes = 0, packet_frames = 0;
};

struct SoundEntry {
  unsigned version = 0;
  std::uint16_t channels = 0, bits = 0, compression = 0;
  std::uint32_t rate = 0;  ///< 16.16
  ByteView packets;        ///< version 1: samples and bytes of packets, 16 bytes
  Detailed detailed;       ///< version 2
};

/// Samples in a second as a double: whole numbers from 1 to 2^20 - 1 only.
bool is_sample_rate(std::uint64_t bits) {
  const double rate = std::bit_cast<double>(bits);
  return rate >= 1 && rate < 1048576 && rate == static_cast<double>(static_cast<std::uint32_t>(rate));
}

Result<SoundEntry> read_entry(Fields& in) {
  SoundEntry out;
  in.skip(8);
  out.version = in.u16();
  in.skip(6);
  out.channels = in.u16();
  out.bits = in.u16();
  out.compression = in.u16();
  in.skip(2);
  out.rate = in.u32();
  if (out.version == 1) {
    out.packets = in.bytes(16);
    for (Fields numbers(out.packets); !numbers.rest().empty();)
      if (numbers.u32() > 0xffff) return bad("a sound packet of such a size");
  } else if (out.version == 2) {
    in.skip(4);
    Detailed& d = out.detailed;
    d.rate = in.u64();
    d.channels = in.u32();
    in.skip(4);
    d.bits = in.u32();
    d.flags = in.u32();
    d.packet_bytes = in.u32();
    d.packet_frames = in.u32();
    if (!is_sample_rate(d.rate) || d.channels == 0 || d.channels > 64 || d.bits > 64 || d.flags > 0x7f ||
        d.packet_bytes > 0xffff || d.packet_frames > 0xffff)
      return bad("a sound description");
  } else if (out.version != 0) {
    return fail(Errc::unsupported_media, "MP4: a sound description of another version");
  }
  if (!in.ok()) return bad("a sample entry is cut");
  if (out.channels > 64 || out.bits > 64) return bad("a sound description");
  return out;
}

void write_entry(Type codec, const SoundEntry& entry, BoxWriter& out) {
  out.begin(codec).zeros(6).u16(1).u16(entry.version).zeros(6);
  if (entry.version == 2) {
    out.u16(3).u16(16).u16(0xfffe).u16(0).u32(0x00010000).u32(72);
    const Detailed& d = entry.detailed;
    out.u64(d.rate).u32(d.channels).u32(0x7f000000).u32(d.bits).u32(d.flags).u32(d.packet_bytes).u32(d.packet_frames);
    return;
  }
  out.u16(entry.channels).u16(entry.bits).u16(entry.compression >= 0xfffe ? entry.compression : 0).u16(0).u32(entry.rate);
  if (entry.version == 1) out.raw(entry.packets);
}

/// Bytes of a frame of uncompressed sound; 0 for a codec that is none, or a size that cannot be.
std::uint32_t frame_bytes(Type codec, const SoundEntry& entry) {
  const Detailed& d = entry.detailed;
  const std::uint32_t channels = entry.version == 2 ? d.channels : entry.channels;
  switch (codec) {
    case type("sowt"):
    case type("twos"):
    case type("lpcm"):
      if (entry.version == 2) return d.packet_frames == 1 ? d.packet_bytes : 0;
      return channels * (entry.bits / 8u);
    case type("in24"): return 3 * channels;
    case type("in32"):
    case type("fl32"): return 4 * channels;
    case type("fl64"): return 8 * channels;
    default: return 0;
  }
}

bool is_uncompressed(Type codec) {
  switch (codec) {
    case type("sowt"):
    case type("twos"):
    case type("lpcm"):
    case type("in24"):
    case type("in32"):
    case type("fl32"):
    case type("fl64"): return true;
    default: return false;
  }
}

/// The configuration box that a codec needs, and its payload written anew; type 0 where it needs none.
Result<std::pair<Type, Bytes>> configuration(Type codec, const std::vector<Child>& children) {
  std::pair<Type, Bytes> out;
  switch (codec) {
    case type("mp4a"): out.first = type("esds"); break;
    case type("alac"): out.first = type("alac"); break;
    case type("Opus"): out.first = type("dOps"); break;
    case type("fLaC"): out.first = type("dfLa"); break;
    case type("samr"):
    case type("sawb"): out.first = type("damr"); break;
    case type("ac-3"): out.first = type("dac3"); break;
    default: return out;
  }
  const Child* child = find(children, out.first);
  if (!child) return missing_configuration(codec);
  const ByteView record = child->payload;
  switch (codec) {
    case type("mp4a"): {
      DOKAZ_LET(clean, clean_esds(record, false));
      out.second = std::move(clean);
      break;
    }
    case type("Opus"): {
      DOKAZ_LET(clean, clean_opus(record));
      out.second = std::move(clean);
      break;
    }
    case type("fLaC"): {
      DOKAZ_LET(clean, clean_flac(record));
      out.second = std::move(clean);
      break;
    }
    case type("alac"):
      if (record.size() < 28) return bad("an ALAC configuration");
      out.second = BoxWriter().u32(0).raw(record.subspan(4, 24)).take();
      break;
    case type("ac-3"):
      if (record.size() < 3) return bad("an AC-3 configuration");
      out.second = to_bytes(record.first(3));
      break;
    default:  // AMR, its encoder's name and version blanked
      if (record.size() < 9) return bad("an AMR configuration");
      out.second = BoxWriter().zeros(5).raw(record.subspan(5, 4)).take();
      break;
  }
  return out;
}

/// QuickTime's box around a configuration. `endian` is that of uncompressed sound, if it says one.
void write_wave(Type codec, const std::pair<Type, Bytes>& record, const Child* endian, BoxWriter& out) {
  out.begin(type("wave")).begin(type("frma")).u32(codec).end();
  if (codec == type("mp4a")) out.begin(codec).u32(0).end();
  if (endian) out.begin(type("enda")).u16(1).end();
  if (record.first != 0) out.begin(record.first).raw(record.second).end();
  out.begin(0).end().end();
}

}  // namespace

bool is_sound_codec(Type codec) {
  switch (codec) {
    case type("mp4a"):
    case type("alac"):
    case type("Opus"):
    case type("fLaC"):
    case type("samr"):
    case type("sawb"):
    case type("ac-3"): return true;
    default: return is_uncompressed(codec);
  }
}

Result<SampleEntry> clean_sound_entry(Type codec, ByteView payload, std::vector<std::string>& warnings) {
  Fields in(payload);
  DOKAZ_LET(sound, read_entry(in));
  const std::vector<Child> children = children_of(in.rest());
  const Child* wave = find(children, type("wave"));
  const std::vector<Child> inner = wave ? children_of(wave->payload) : std::vector<Child>();
  DOKAZ_TRY(check_said_once(children));
  DOKAZ_TRY(check_said_once(inner));
  SampleEntry entry;
  entry.coding.frame_bytes = frame_bytes(codec, sound);
  if (is_uncompressed(codec) && (entry.coding.frame_bytes == 0 || entry.coding.frame_bytes > 0xffff))
    return bad("uncompressed sound without a size");
  BoxWriter out;
  write_entry(codec, sound, out);
  DOKAZ_LET(record, configuration(codec, wave ? inner : children));
  if (wave) {
    const Child* endian = find(inner, type("enda"));
    if (endian && (endian->payload.size() < 2 || endian->payload[1] != 1)) endian = nullptr;
    write_wave(codec, record, endian, out);
  } else if (record.first != 0) {
    out.begin(record.first).raw(record.second).end();
  }
  if (const Child* layout = find(children, type("chan"))) {
    Fields fields(layout->payload);
    fields.skip(4);
    const std::uint32_t tag = fields.u32(), bitmap = fields.u32(), described = fields.u32();
    if (fields.done() && described == 0) {
      out.begin_full(type("chan")).u32(tag).u32(bitmap).u32(0).end();
    } else {
      warnings.emplace_back("the positions of the loudspeakers are kept in recovery only");
    }
  }
  entry.box = out.end().take();
  return entry;
}

}  // namespace dokaz::intake::mp4
