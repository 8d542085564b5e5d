// SPDX-License-Identifier: GPL-3.0-or-later
// First all frames are found and their data read, for the colours that are in use; then they are written.
#include "collector/intake/gif/gif_walker.hpp"

#include <deque>

#include "collector/intake/gif/gif_data.hpp"

namespace dokaz::intake {
namespace {

using namespace std::string_view_literals;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("GIF: ") + what); }
Error cut() { return fail(Errc::truncated_media, "GIF: ends before its end"); }

constexpr std::size_t most_comments = 64, longest_comment = 4096, no_place = SIZE_MAX;
enum Introducer : Byte { extension = 0x21, image = 0x2c, trailer = 0x3b };
enum Label : Byte { plain_text = 0x01, control = 0xf9, comment = 0xfe, application = 0xff };
enum Flag : Byte { has_table = 0x80, interlaced = 0x40, resolution = 0x70, table_size = 0x07, has_transparent = 0x01 };
constexpr unsigned to_background = 2;
constexpr unsigned usual_slack = 8;  // bytes that encoders leave behind a frame without meaning anything

std::size_t table_bytes(Byte flags) { return flags & has_table ? std::size_t{3} << ((flags & table_size) + 1) : 0; }

struct Frame {
  std::size_t control = no_place;  ///< of the four bytes of its control
  std::size_t at = 0;              ///< of its introducer
  gif::FrameData data;
};

/// What is left out in many small parts, as one element.
struct Gathered {
  std::uint64_t length = 0;
  Sha256Stream hash;
  void add(ByteView bytes) {
    length += bytes.size();
    hash.update(bytes);
  }
};

class GifWalker {
 public:
  explicit GifWalker(ByteView file) : file_(file) { walked_.media = Media::gif; }

  Result<Walked> run() {
    DOKAZ_TRY(read_screen());
    for (bool more = true; more;) {
      if (at_ >= file_.size()) return cut();
      switch (file_[at_]) {
        case extension: DOKAZ_TRY(take_extension()); break;
        case image: DOKAZ_TRY(take_frame()); break;
        case trailer: more = false; break;
        default: return bad("bytes between blocks");
      }
    }
    if (frames_.empty()) return cut();
    drop_control();
    ++at_;
    if (frames_.size() < 2 && loop_ != no_place) set_loop_aside();
    write();
    if (much_slack_) walked_.warnings.emplace_back("bytes behind the coded picture are kept in recovery only");
    gathered("gif.lzw.slack", slack_);
    gathered("gif.colours.unused", unused_);
    if (at_ < file_.size()) {
      walked_.warnings.emplace_back("bytes after the end of the picture are kept in recovery only");
      remove("gif.trailer", at_, file_.size());
    }
    return std::move(walked_);
  }

 private:
  unsigned number16(std::size_t at) const { return static_cast<unsigned>(file_[at] | file_[at + 1] << 8); }

  Status read_screen() {
    if (file_.size() < 13) return cut();
    walked_.width = number16(6);
    walked_.height = number16(8);
    if (walked_.width == 0 || walked_.height == 0) return bad("dimensions");
    at_ = 13 + table_bytes(file_[10]);
    if (at_ > file_.size()) return cut();
    return {};
  }

  Status take_extension() {
    if (file_.size() - at_ < 3) return cut();
    const std::size_t begin = at_, blocks = at_ + 2;
    const Byte label = file_[at_ + 1];
    DOKAZ_LET(end, gif::end_of_blocks(file_, blocks));
    at_ = end;
    if (label == control) {
      if (file_[blocks] != 4 || end - blocks != 6) return bad("frame control");
      drop_control();
      control_ = blocks + 1;
      return {};
    }
    switch (label) {
      case comment:
        if (walked_.values.size() < most_comments)
          walked_.values.push_back({"gif.comment", to_text(gif::content_of_blocks(file_, blocks, 0, longest_comment))});
        remove("gif.comment", begin, end);
        break;
      case plain_text:
        drop_control();  // it was for this
        walked_.warnings.emplace_back("a text that few programs show is kept in recovery only");
        remove("gif.text", begin, end);
        break;
      case application: take_application(begin, blocks, end); break;
      default: remove("gif.extension", begin, end);
    }
    return {};
  }

  void take_application(std::size_t begin, std::size_t blocks, std::size_t end) {
    const std::string_view name = text_of(file_.subspan(blocks + 1, file_[blocks]));
    const std::size_t content = blocks + 1 + name.size();
    if (name == "NETSCAPE2.0" || name == "ANIMEXTS1.0") {
      for (std::size_t at = content; file_[at] != 0; at += 1 + std::size_t{file_[at]}) {
        if (file_[at] != 3 || file_[at + 1] != 1) continue;
        if (loop_ != no_place) set_loop_aside();
        loop_ = at + 2;
        loop_begin_ = begin;
        loop_end_ = end;
        return;
      }
      return remove("gif.application", begin, end);
    }
    if (name == "XMP DataXMP") {
      constexpr std::size_t magic = 258;  // makes the packet, which is not in blocks, look like blocks
      if (end - content > magic) walked_.blocks.xmp.push_back(to_bytes(file_.subspan(content, end - content - magic)));
      return remove("gif.application.xmp", begin, end);
    }
    if (name.starts_with("ICCRGBG1")) {
      walked_.warnings.emplace_back("the colour profile was removed: colours may look a little different");
      return remove("gif.application.icc", begin, end);
    }
    if (name.starts_with("C2PA_GIF")) {
      walked_.c2pa = true;
      return remove("gif.application.c2pa", begin, end);
    }
    remove("gif.application", begin, end);
  }

  void set_loop_aside() { remove("gif.loop", loop_begin_, loop_end_), loop_ = no_place; }
  void drop_control() {
    if (control_ != no_place) remove("gif.control", control_ - 3, control_ + 5);
    control_ = no_place;
  }

  Status take_frame() {
    if (file_.size() - at_ < 11) return cut();
    const std::size_t begin = at_;
    const std::uint64_t width = number16(at_ + 5), height = number16(at_ + 7);
    if (width == 0 || height == 0) return bad("a frame without pixels");
    if (number16(at_ + 1) + width > walked_.width || number16(at_ + 3) + height > walked_.height)
      return bad("a frame outside of the screen");
    const Byte flags = file_[at_ + 9];
    const std::size_t local = table_bytes(flags), entries = (local ? local : table_bytes(file_[10])) / 3;
    if (entries == 0) return fail(Errc::unsupported_media, "GIF: a frame without colours");
    if (local + 1 >= file_.size() - at_ - 10) return cut();
    at_ += 10 + local;
    const unsigned size = file_[at_];
    if (size < 2 || size > 8) return bad("code size");
    if (control_ != no_place && (file_[control_] >> 2 & 7) > 3) return bad("disposal");
    DOKAZ_LET(data, gif::read_data(file_, at_ + 1, size, width * height));
    Frame frame{control_, begin, std::move(data)};
    for (std::size_t index = entries; index < 256; ++index)
      if (frame.data.colours[index] && index != transparent(frame)) return bad("a pixel without colour");
    control_ = no_place;
    if (local == 0) shared_ |= frame.data.colours;
    at_ = frame.data.end;
    frames_.push_back(frame);
    return {};
  }

  /// The index of transparent pixels, if there are any; else 256.
  std::size_t transparent(const Frame& frame) const {
    if (frame.control == no_place || !(file_[frame.control] & has_transparent)) return 256;
    const std::size_t index = file_[frame.control + 3];
    return frame.data.colours[index] ? index : 256;
  }

  bool background_shows() const {
    const Frame& first = frames_.front();
    if (number16(first.at + 5) != walked_.width || number16(first.at + 7) != walked_.height) return true;
    if (transparent(first) != 256) return true;
    return std::any_of(frames_.begin(), frames_.end(), [&](const Frame& frame) {
      return frame.control != no_place && (file_[frame.control] >> 2 & 7) == to_background;
    });
  }

  void write() {
    CleanPlan& out = walked_.plan;
    const Byte flags = file_[10];
    const std::size_t table = table_bytes(flags);
    Byte background = 0;
    if (background_shows() && file_[11] < table / 3) {
      background = file_[11];
      shared_.set(background);
    }
    const Byte square = 49;
    out.put(bytes_of("GIF89a"));
    out.copy(6, 4);
    out.put(Bytes{static_cast<Byte>(resolution | (table ? flags & (has_table | table_size) : 0)), background,
                  file_[12] == square ? Byte{0} : file_[12]});
    write_colours(13, table, shared_);
    if (loop_ != no_place) {
      out.put(bytes_of("\x21\xff\x0bNETSCAPE2.0\x03\x01"sv));
      out.put(file_.subspan(loop_, 2));
      out.put(Bytes{0});
    }
    for (const Frame& frame : frames_) write_frame(frame);
    out.put(Bytes{trailer});
  }

  void write_frame(const Frame& frame) {
    CleanPlan& out = walked_.plan;
    if (frame.control != no_place) {
      const std::size_t index = transparent(frame);
      const Byte disposal = file_[frame.control] & 0x1c;
      const Bytes own = {static_cast<Byte>(index == 256 ? disposal : disposal | has_transparent), file_[frame.control + 1],
                         file_[frame.control + 2], index == 256 ? Byte{0} : static_cast<Byte>(index)};
      if (std::ranges::equal(own, file_.subspan(frame.control, 4))) {
        out.copy(frame.control - 3, 8);
      } else {
        out.put(Bytes{extension, control, 4});
        out.put(own);
        out.put(Bytes{0});
      }
    }
    const Byte flags = file_[frame.at + 9];
    const std::size_t local = table_bytes(flags);
    const auto own = static_cast<Byte>(flags & (local ? has_table | interlaced | table_size : interlaced));
    out.copy(frame.at, 9);
    if (own == flags) out.copy(frame.at + 9, 1);
    else out.put(Bytes{own});
    write_colours(frame.at + 10, local, frame.data.colours);
    out.copy(frame.data.begin - 1, 1);
    gif::write_data(frame.data, file_, out);
    if (frame.data.bytes <= frame.data.wanted()) return;
    slack_.add(gif::content_of_blocks(file_, frame.data.begin, frame.data.wanted()));
    much_slack_ = much_slack_ || frame.data.bytes - frame.data.wanted() > usual_slack;
  }

  /// A table in which the colours of nobody are black.
  void write_colours(std::size_t at, std::size_t size, const gif::Colours& used) {
    Bytes table = to_bytes(file_.subspan(at, size));
    bool changed = false;
    for (std::size_t i = 0; i < size; i += 3) {
      if (used[i / 3] || (table[i] | table[i + 1] | table[i + 2]) == 0) continue;
      unused_.add(file_.subspan(at + i, 3));
      std::fill_n(table.begin() + static_cast<std::ptrdiff_t>(i), 3, Byte{0});
      changed = true;
    }
    if (changed) walked_.plan.put(table);
    else walked_.plan.copy(at, size);
  }

  void remove(const char* kind, std::size_t begin, std::size_t end) {
    walked_.removed.push_back({kind, end - begin, sha256(file_.subspan(begin, end - begin))});
  }
  void gathered(const char* kind, Gathered& parts) {
    if (parts.length > 0) walked_.removed.push_back({kind, parts.length, parts.hash.finish()});
  }

  ByteView file_;
  Walked walked_;
  std::size_t at_ = 0;
  std::size_t control_ = no_place, loop_ = no_place, loop_begin_ = 0, loop_end_ = 0;
  std::deque<Frame> frames_;  // there may be a million
  gif::Colours shared_;  ///< indices into the global table
  Gathered slack_, unused_;
  bool much_slack_ = false;
};

}  // namespace

Result<Walked> walk_gif(ByteView file, const WalkOptions&) { return GifWalker(file).run(); }

}  // namespace dokaz::intake
