// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/jpeg/jpeg_segments.hpp"

namespace dokaz::intake::jpeg {
namespace {

using namespace std::string_view_literals;

struct Label {
  Byte app;
  std::string_view bytes;
  std::size_t at_least;
  Application::Kind kind;
  std::string_view name;
};

constexpr Label labels[] = {
    {0, "JFIF\0"sv, 14, Application::jfif, "jpeg.app0.jfif"},
    {0, "JFXX\0"sv, 0, Application::other, "jpeg.app0.jfxx"},
    {1, "Exif\0\0"sv, 0, Application::exif, "jpeg.app1.exif"},
    {1, "http://ns.adobe.com/xap/1.0/\0"sv, 0, Application::xmp, "jpeg.app1.xmp"},
    {1, "http://ns.adobe.com/xmp/extension/\0"sv, 0, Application::extended_xmp, "jpeg.app1.xmp-extended"},
    {2, "ICC_PROFILE\0"sv, 0, Application::icc, "jpeg.app2.icc"},
    {2, "MPF\0"sv, 0, Application::other, "jpeg.app2.mpf"},
    {2, "urn:iso:std:iso:ts:21496:-1\0"sv, 0, Application::other, "jpeg.app2.gain-map"},
    {2, "FPXR\0"sv, 0, Application::other, "jpeg.app2.flashpix"},
    {11, "JP"sv, 0, Application::jumbf, "jpeg.app11.jumbf"},
    {12, "Ducky"sv, 0, Application::other, "jpeg.app12.ducky"},
    {13, "Photoshop 3.0\0"sv, 0, Application::photoshop, "jpeg.app13.photoshop"},
    {14, "Adobe"sv, 12, Application::adobe, "jpeg.app14.adobe"},
};

constexpr std::string_view plain_names[] = {
    "jpeg.app0",  "jpeg.app1",  "jpeg.app2",  "jpeg.app3",  "jpeg.app4",  "jpeg.app5",
    "jpeg.app6",  "jpeg.app7",  "jpeg.app8",  "jpeg.app9",  "jpeg.app10", "jpeg.app11",
    "jpeg.app12", "jpeg.app13", "jpeg.app14", "jpeg.app15"};

}  // namespace

std::array<Byte, 16> canonical_adobe(Byte transform) {
  return {0xff, APP0 + 14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform};
}

Application name_application(Byte marker, ByteView payload) {
  if (marker == COM) return {Application::other, 0, "jpeg.com"};
  const Byte app = static_cast<Byte>(marker - APP0);
  for (const Label& label : labels)
    if (label.app == app && payload.size() >= label.at_least && text_of(payload).starts_with(label.bytes))
      return {label.kind, label.bytes.size(), label.name};
  return {Application::other, 0, plain_names[app]};
}

}  // namespace dokaz::intake::jpeg
