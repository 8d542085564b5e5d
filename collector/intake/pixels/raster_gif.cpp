// SPDX-License-Identifier: GPL-3.0-or-later
// giflib: the first frame of a GIF in its place on the screen.
#include <optional>

#include "collector/intake/pixels/gif_source.hpp"
#include "collector/intake/pixels/raster.hpp"

namespace dokaz::intake::pixels {
namespace {

Error complaint() { return fail(Errc::malformed_media, "GIF: the decoder complains"); }

class FirstFrame {
 public:
  explicit FirstFrame(ByteView file) : rest_(file), gif_(DGifOpen(&rest_, read_gif, nullptr)) {}
  ~FirstFrame() {
    if (gif_) DGifCloseFile(gif_, nullptr);
  }
  FirstFrame(const FirstFrame&) = delete;
  FirstFrame& operator=(const FirstFrame&) = delete;

  Result<Painted> draw() {
    if (!gif_ || gif_->SWidth < 1 || gif_->SHeight < 1) return complaint();
    DOKAZ_TRY(may_be_drawn(static_cast<std::uint64_t>(gif_->SWidth), static_cast<std::uint64_t>(gif_->SHeight)));
    std::optional<Raster> first;
    for (GifRecordType type = UNDEFINED_RECORD_TYPE;;) {
      if (DGifGetRecordType(gif_, &type) == GIF_ERROR) return complaint();
      if (type == TERMINATE_RECORD_TYPE && first) return Painted{std::move(*first)};
      if (type == IMAGE_DESC_RECORD_TYPE && first) return Painted{std::move(*first), true};
      if (type == IMAGE_DESC_RECORD_TYPE) {
        DOKAZ_LET(drawn, image());
        first = std::move(drawn);
      } else if (type != EXTENSION_RECORD_TYPE || !pass_extension()) {
        return complaint();
      }
    }
  }

 private:
  bool pass_extension() {
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif_, &code, &block) == GIF_ERROR) return false;
    if (code == GRAPHICS_EXT_FUNC_CODE && block && DGifExtensionToGCB(block[0], block + 1, &control_) == GIF_ERROR) return false;
    while (block)
      if (DGifGetExtensionNext(gif_, &block) == GIF_ERROR) return false;
    return true;
  }

  Result<Raster> image() {
    if (DGifGetImageDesc(gif_) == GIF_ERROR) return complaint();
    const GifImageDesc& place = gif_->Image;
    const ColorMapObject* map = place.ColorMap ? place.ColorMap : gif_->SColorMap;
    if (!map || place.Width < 1 || place.Height < 1) return complaint();
    Raster raster = Raster::white(static_cast<std::uint32_t>(gif_->SWidth), static_cast<std::uint32_t>(gif_->SHeight));
    Bytes row(static_cast<std::size_t>(place.Width));
    // Every eighth row, those between, and so on, where they are interlaced.
    constexpr int starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
    for (int pass = 0; pass < (place.Interlace ? 4 : 1); ++pass)
      for (int y = place.Interlace ? starts[pass] : 0; y < place.Height; y += place.Interlace ? steps[pass] : 1) {
        if (DGifGetLine(gif_, row.data(), place.Width) == GIF_ERROR) return complaint();
        for (int x = 0; x < place.Width; ++x) put(raster, place.Left + x, place.Top + y, row[static_cast<std::size_t>(x)], *map);
      }
    return raster;
  }

  void put(Raster& raster, int x, int y, int index, const ColorMapObject& map) const {
    if (x < 0 || y < 0 || x >= gif_->SWidth || y >= gif_->SHeight || index == control_.TransparentColor || index >= map.ColorCount) return;
    const GifColorType colour = map.Colors[index];
    Byte* const pixel = raster.at(static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y));
    pixel[0] = colour.Red, pixel[1] = colour.Green, pixel[2] = colour.Blue;
  }

  ByteView rest_;
  GifFileType* gif_ = nullptr;
  GraphicsControlBlock control_{DISPOSAL_UNSPECIFIED, false, 0, NO_TRANSPARENT_COLOR};
};

}  // namespace

Result<Painted> paint_gif(ByteView file) { return FirstFrame(file).draw(); }

}  // namespace dokaz::intake::pixels
