// SPDX-License-Identifier: GPL-3.0-or-later
// giflib, row by row: each frame's colours with its place, time and disposal, as the screen is made of them.
#include "collector/intake/pixels/gif_source.hpp"
#include "collector/intake/pixels/pixels.hpp"

namespace dokaz::intake::pixels {
namespace {

class Frames {
 public:
  explicit Frames(ByteView file) : rest_(file) {
    int error = 0;
    gif_ = DGifOpen(&rest_, read_gif, &error);
  }
  ~Frames() {
    if (gif_) DGifCloseFile(gif_, nullptr);
  }
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;

  bool run() {
    if (!gif_) return false;
    add(gif_->SWidth), add(gif_->SHeight);
    for (;;) {
      GifRecordType type = UNDEFINED_RECORD_TYPE;
      if (DGifGetRecordType(gif_, &type) == GIF_ERROR) return false;
      if (type == TERMINATE_RECORD_TYPE) return true;
      if (type == EXTENSION_RECORD_TYPE ? !extension() : !image()) return false;
    }
  }
  bool too_large() const { return samples_ > most_samples; }
  Sha256 finish() { return hash_.finish(); }

 private:
  void add(int value) {
    hash_.update(ByteView(std::array<Byte, 2>{static_cast<Byte>(value >> 8), static_cast<Byte>(value)}));
  }
  bool extension() {
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif_, &code, &block) == GIF_ERROR) return false;
    if (code == PLAINTEXT_EXT_FUNC_CODE) control_ = none();
    if (code == GRAPHICS_EXT_FUNC_CODE && block && DGifExtensionToGCB(block[0], block + 1, &control_) == GIF_ERROR)
      return false;
    while (block)
      if (DGifGetExtensionNext(gif_, &block) == GIF_ERROR) return false;
    return true;
  }
  bool image() {
    if (DGifGetImageDesc(gif_) == GIF_ERROR) return false;
    const GifImageDesc& place = gif_->Image;
    samples_ += std::uint64_t{3} * static_cast<unsigned>(place.Width) * static_cast<unsigned>(place.Height);
    if (too_large()) return false;
    for (const int value : {place.Left, place.Top, place.Width, place.Height, int{place.Interlace}, control_.DisposalMode,
                            control_.DelayTime})
      add(value);
    const ColorMapObject* map = place.ColorMap ? place.ColorMap : gif_->SColorMap;
    if (!map) return false;
    Bytes indices(static_cast<std::size_t>(place.Width)), colours;
    for (int y = 0; y < place.Height; ++y) {
      if (DGifGetLine(gif_, indices.data(), place.Width) == GIF_ERROR) return false;
      colours.clear();
      for (const int index : indices) {
        // Transparent and unknown colours are told apart from all others by a fourth byte.
        const bool seen = index != control_.TransparentColor && index < map->ColorCount;
        const GifColorType colour = seen ? map->Colors[index] : GifColorType{0, 0, 0};
        append(colours, std::array<Byte, 4>{colour.Red, colour.Green, colour.Blue, static_cast<Byte>(seen)});
      }
      hash_.update(colours);
    }
    control_ = none();
    return true;
  }
  static GraphicsControlBlock none() { return {DISPOSAL_UNSPECIFIED, false, 0, NO_TRANSPARENT_COLOR}; }

  ByteView rest_;
  GifFileType* gif_ = nullptr;
  GraphicsControlBlock control_ = none();
  Sha256Stream hash_;
  std::uint64_t samples_ = 0;
};

}  // namespace

Result<Sha256> gif(ByteView file) {
  Frames frames(file);
  const bool good = frames.run();
  if (frames.too_large()) return fail(Errc::too_large, "GIF: more samples than can be compared");
  if (!good) return fail(Errc::malformed_media, "GIF: the decoder complains");
  return frames.finish();
}

}  // namespace dokaz::intake::pixels
