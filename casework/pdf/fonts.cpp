// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/pdf/fonts.hpp"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include "crypto/files.hpp"

namespace dokaz::pdf {
namespace {

constexpr const char* usual_folder = "/usr/share/fonts/truetype/dejavu";
constexpr const char* font_files[] = {"DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"};
constexpr std::uint64_t max_font_file = std::uint64_t{8} << 20;
constexpr const char* absent = "the font DejaVu Sans, which the PDFs are set in: Debian package fonts-dejavu-core";

}  // namespace

Result<Fonts> Fonts::load() { return load_from(usual_folder); }

Result<Fonts> Fonts::load_from(const std::string& folder) {
  Fonts fonts;
  const std::shared_ptr<FcConfig> config(FcConfigCreate(), FcConfigDestroy);
  for (const char* name : font_files) {
    const Path path = Path(folder) / name;
    const auto content = read_file(path, max_font_file, Links::follow);
    if (!content) return fail(Errc::not_found, absent);
    fonts.files_.emplace_back(name, sha256(*content));
    if (FcConfigAppFontAddFile(config.get(), reinterpret_cast<const FcChar8*>(path.c_str())) != FcTrue)
      return fail(Errc::not_found, absent);
  }
  fonts.map_ = std::shared_ptr<PangoFontMap>(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT),
                                             [](PangoFontMap* map) { g_object_unref(map); });
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts.map_.get()), config.get());
  return fonts;
}

}  // namespace dokaz::pdf
