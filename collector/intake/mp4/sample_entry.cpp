// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/mp4/sample_entry.hpp"

#include <map>

#include "collector/intake/bmff/obus.hpp"
#include "collector/intake/colour/icc_profile.hpp"
#include "collector/intake/mp4/descriptors.hpp"

namespace dokaz::intake::mp4 {
namespace {

using bmff::BoxWriter;
using bmff::Fields;
using bmff::Type;
using bmff::type;

constexpr std::size_t most_children = 4096;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("MP4: ") + what); }

bool is_prores(Type codec) {
  switch (codec) {
    case type("apch"):
    case type("apcn"):
    case type("apcs"):
    case type("apco"):
    case type("ap4h"):
    case type("ap4x"): return true;
    default: return false;
  }
}

void put(BoxWriter& out, Type type, ByteView payload) { out.begin(type).raw(payload).end(); }

/// av1C with its sequence header, if it has one.
Result<Bytes> clean_av1_configuration(ByteView record) {
  if (record.size() < 4 || record[0] != 0x81) return bad("an AV1 configuration");
  Bytes out = {0x81, record[1], record[2], 0};
  DOKAZ_LET(units, bmff::filter_obus(record.subspan(4)));
  if (units.sequence_headers.empty()) return out;
  const ByteView header = units.sequence_headers.front();
  DOKAZ_TRY(bmff::read_sequence_header(header));
  if (header.size() > 127) return bad("an AV1 configuration");
  out.insert(out.end(), {0x0a, static_cast<Byte>(header.size())});
  append(out, header);
  return out;
}

Result<Bytes> clean_vp9_configuration(ByteView record) {
  if (record.size() < 12 || record[0] != 1) return bad("a VP9 configuration");
  return BoxWriter().u32(0x01000000).raw(record.subspan(4, 6)).u16(0).take();
}

/// The configuration box of a codec and what it says about the samples.
Status put_configuration(Type codec, const std::vector<Child>& children, BoxWriter& out, Coding& coding) {
  const auto child = [&](Type name) { return find(children, name); };
  switch (codec) {
    case type("avc1"):
    case type("avc3"): {
      const Child* record = child(type("avcC"));
      if (!record) return missing_configuration(codec);
      DOKAZ_LET(clean, bmff::clean_avc_configuration(record->payload));
      put(out, type("avcC"), clean.record);
      coding = {Filter::nal, bmff::NalCodec::avc, clean.length_size, 0};
      return {};
    }
    case type("hvc1"):
    case type("hev1"): {
      const Child* record = child(type("hvcC"));
      if (!record) return missing_configuration(codec);
      DOKAZ_LET(clean, bmff::clean_hevc_configuration(record->payload));
      put(out, type("hvcC"), clean.record);
      coding = {Filter::nal, bmff::NalCodec::hevc, clean.length_size, 0};
      return {};
    }
    case type("av01"): {
      const Child* record = child(type("av1C"));
      if (!record) return missing_configuration(codec);
      DOKAZ_LET(clean, clean_av1_configuration(record->payload));
      put(out, type("av1C"), clean);
      coding.filter = Filter::obu;
      return {};
    }
    case type("vp09"): {
      const Child* record = child(type("vpcC"));
      if (!record) return missing_configuration(codec);
      DOKAZ_LET(clean, clean_vp9_configuration(record->payload));
      put(out, type("vpcC"), clean);
      return {};
    }
    case type("mp4v"): {
      const Child* record = child(type("esds"));
      if (!record) return missing_configuration(codec);
      DOKAZ_LET(clean, clean_esds(record->payload, true));
      put(out, type("esds"), clean);
      coding.filter = Filter::start_codes;
      return {};
    }
    default: return {};  // ProRes has none
  }
}

bool is_colour_code(bmff::Type kind, ByteView payload) {
  const bool nclx = kind == type("nclx");
  if (payload.size() != (nclx ? 11u : 10u)) return false;
  Fields in(payload);
  in.skip(4);
  const unsigned primaries = in.u16(), transfer = in.u16(), matrix = in.u16();
  const bool known_primaries = (primaries >= 1 && primaries <= 12 && primaries != 3) || primaries == 22;
  return known_primaries && transfer >= 1 && transfer <= 18 && transfer != 3 && matrix <= 14 && matrix != 3 &&
         (!nclx || (in.u8() & 0x7f) == 0);
}

/// colr, of code points and of a profile, at most once each.
Status put_colour(const std::vector<Child>& children, const WalkOptions& options, std::vector<std::string>& warnings,
                  BoxWriter& out) {
  const Child *codes = nullptr, *profile = nullptr;
  for (const Child& child : children) {
    if (child.type != type("colr") || child.payload.size() < 4) continue;
    const Type kind = Fields(child.payload).u32();
    if (!codes && is_colour_code(kind, child.payload) && (kind == type("nclx") || kind == type("nclc"))) codes = &child;
    if (!profile && (kind == type("prof") || kind == type("rICC"))) profile = &child;
  }
  if (codes) put(out, type("colr"), codes->payload);
  if (profile) {
    DOKAZ_LET(icc, colour::settled(profile->payload.subspan(4), colour::Samples::rgb, options.colour_profile, warnings));
    if (!icc.empty()) out.begin(type("colr")).u32(type("prof")).raw(icc).end();
  }
  return {};
}

bool is_aperture(ByteView payload, std::uint32_t width, std::uint32_t height) {
  if (payload.size() != 32) return false;
  Fields in(payload);
  const auto ratio_within = [&](std::uint64_t most, bool with_sign) {
    const std::uint32_t over = in.u32(), under = in.u32();
    const std::uint32_t size = with_sign && over > INT32_MAX ? 0 - over : over;
    return under > 0 && under <= 65535 && size <= most * under;
  };
  return ratio_within(width, false) && ratio_within(height, false) && ratio_within(width, true) && ratio_within(height, true);
}

bool is_mastering_display(ByteView payload) {
  if (payload.size() != 24) return false;
  Fields in(payload);
  for (int i = 0; i < 8; ++i)
    if (in.u16() > 50'000) return false;
  const std::uint32_t brightest = in.u32(), darkest = in.u32();
  return brightest <= 100'000'000 && darkest < brightest;
}

/// pasp clap fiel mdcv clli, each where it is plausible.
void put_display(const std::vector<Child>& children, std::uint32_t width, std::uint32_t height,
                 std::vector<std::string>& warnings, BoxWriter& out) {
  const auto put_if = [&](Type name, auto&& plausible) {
    if (const Child* child = find(children, name); child && plausible(child->payload)) put(out, name, child->payload);
  };
  put_if(type("pasp"), [](ByteView p) {
    Fields in(p);
    const std::uint32_t across = in.u32(), down = in.u32();
    return in.done() && across > 0 && across <= 65535 && down > 0 && down <= 65535;
  });
  put_if(type("clap"), [&](ByteView p) {
    if (!is_aperture(p, width, height)) return false;
    Fields in(p);
    const auto is_whole = [&in](std::uint64_t side) { const std::uint64_t over = in.u32(); return over == side * in.u32(); };
    if (!is_whole(width) || !is_whole(height))
      warnings.emplace_back("the film is shown cropped: what is cut off stays in the clean copy");
    return true;
  });
  put_if(type("fiel"), [](ByteView p) {
    if (p.size() != 2) return false;
    return p[0] == 1 ? p[1] == 0 : p[0] == 2 && (p[1] == 0 || p[1] == 1 || p[1] == 6 || p[1] == 9 || p[1] == 14);
  });
  put_if(type("mdcv"), is_mastering_display);
  put_if(type("clli"), [](ByteView p) {
    Fields in(p);
    const std::uint32_t most = in.u16(), average = in.u16();
    return in.done() && most <= 10'000 && average <= most;
  });
}

}  // namespace

bool is_picture_codec(Type codec) {
  switch (codec) {
    case type("avc1"):
    case type("avc3"):
    case type("hvc1"):
    case type("hev1"):
    case type("av01"):
    case type("vp09"):
    case type("mp4v"): return true;
    default: return is_prores(codec);
  }
}

bool is_still_codec(Type codec) {
  return codec == type("jpeg") || codec == type("png ") || codec == type("gif ") || codec == type("tiff");
}

std::vector<Child> children_of(ByteView bytes) {
  std::vector<Child> out;
  const MemoryContent content(bytes);
  std::uint64_t at = 0;
  while (at < content.size() && out.size() < most_children) {
    const auto box = bmff::box_at(content, at, content.size());
    if (!box) break;
    out.push_back({box->type, bytes.subspan(static_cast<std::size_t>(box->payload()), static_cast<std::size_t>(box->payload_size()))});
    at = box->end();
  }
  return out;
}

const Child* find(const std::vector<Child>& children, Type name) {
  for (const Child& child : children)
    if (child.type == name) return &child;
  return nullptr;
}

Status check_said_once(const std::vector<Child>& children) {
  static constexpr Type decisive[] = {type("avcC"), type("hvcC"), type("av1C"), type("vpcC"), type("esds"), type("alac"), type("dOps"),
                                      type("dfLa"), type("damr"), type("dac3"), type("wave"), type("chan"), type("enda"), type("pasp"),
                                      type("clap"), type("fiel"), type("mdcv"), type("clli"), type("colr")};
  std::map<std::pair<Type, Type>, ByteView> said;
  for (const Child& child : children) {
    if (std::find(std::begin(decisive), std::end(decisive), child.type) == std::end(decisive)) continue;
    // Code points of both forms and a profile may stand beside each other.
    Type kind = child.type == type("colr") ? Fields(child.payload).u32() : 0;
    if (kind == type("rICC")) kind = type("prof");
    const auto [before, first] = said.emplace(std::pair(child.type, kind), child.payload);
    if (!first && text_of(before->second) != text_of(child.payload)) return bad("a sample entry that says two things");
  }
  return {};
}

Error missing_configuration(Type codec) {
  return fail(Errc::malformed_media, "MP4: " + bmff::plain_name(codec) + " without its configuration");
}

Result<SampleEntry> clean_picture_entry(Type codec, ByteView payload, const WalkOptions& options,
                                        std::vector<std::string>& warnings) {
  Fields in(payload);
  in.skip(24);  // reserved, data reference, version, vendor, qualities
  SampleEntry entry;
  entry.width = in.u16();
  entry.height = in.u16();
  in.skip(4 + 4 + 4 + 2 + 32);  // resolution, size, frame count, compressor name
  const std::uint16_t depth = in.u16();
  in.skip(2);
  if (!in.ok()) return bad("a sample entry is cut");
  if (entry.width == 0 || entry.height == 0) return bad("pictures without a size");
  const std::vector<Child> children = children_of(in.rest());
  DOKAZ_TRY(check_said_once(children));
  BoxWriter out;
  out.begin(codec).zeros(6).u16(1).zeros(16).u16(entry.width).u16(entry.height);
  out.u32(0x00480000).u32(0x00480000).u32(0).u16(1).zeros(32).u16(depth == 32 ? 32 : 24).u16(0xffff);
  DOKAZ_TRY(put_configuration(codec, children, out, entry.coding));
  DOKAZ_TRY(put_colour(children, options, warnings, out));
  put_display(children, entry.width, entry.height, warnings, out);
  if (find(children, type("dvcC")) || find(children, type("dvvC")))
    warnings.emplace_back("the Dolby Vision part was removed: the film shows without that extra");
  entry.box = out.end().take();
  return entry;
}

}  // namespace dokaz::intake::mp4
