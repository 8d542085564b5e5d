// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/heif_pictures.hpp"

#include <map>
#include <set>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/check/coded_units.hpp"
#include "collector/intake/check/heif_properties.hpp"

namespace dokaz::intake::check {
namespace {

struct Entry {
  std::string type;
  bool locked = false, elsewhere = false, lost = false;
  std::vector<ByteView> parts;
  std::vector<std::pair<std::size_t, bool>> properties;  ///< index from 0; essential
};

class Finder {
 public:
  explicit Finder(ByteView file) : file_(file) {}

  Result<HeifPictures> run() {
    if (!read_file() || !read_meta()) return unclean("boxes of the HEIF");
    DOKAZ_TRY(gather());
    DOKAZ_TRY(read_coded());
    for (std::size_t i = 0; i < out_.all.size(); ++i) DOKAZ_TRY(read_properties(i));
    for (std::size_t i = 0; i < out_.all.size(); ++i) DOKAZ_TRY(read_derived(i));
    return std::move(out_);
  }

 private:
  bool read_file() {
    Cursor cursor(file_);
    for (bool first = true; !cursor.rest().empty(); first = false) {
      const auto box = next_box(cursor, true);
      if (!box) break;
      if ((box->type == "ftyp") != first) break;
      if (box->type == "moov" || box->type == "moof") return false;
      if (box->type == "meta") {
        if (!meta_.empty()) return false;
        meta_ = box->body;
      }
    }
    return meta_.size() > 4;
  }

  bool read_meta() {
    std::map<std::string_view, ByteView> found;
    Cursor cursor(meta_.subspan(4));
    while (!cursor.rest().empty()) {
      const auto box = next_box(cursor);
      if (!box) return false;
      const bool once = found.emplace(box->type, box->body).second;
      if (box->type == "idat" && once) data_ = box->body;
    }
    for (const char* needed : {"pitm", "iinf", "iloc", "iprp"})
      if (!found.contains(needed)) return false;
    Cursor main(found["pitm"]);
    main_ = version_of(main) == 0 ? main.u16() : main.u32();
    return main.good() && read_entries(Cursor(found["iinf"])) && read_places(Cursor(found["iloc"])) &&
           (!found.contains("iref") || read_references(Cursor(found["iref"]))) && read_property_lists(Cursor(found["iprp"]));
  }

  static unsigned version_of(Cursor& cursor) { return cursor.u32() >> 24; }

  bool read_entries(Cursor cursor) {
    if (version_of(cursor) == 0) {
      cursor.u16();
    } else {
      cursor.u32();
    }
    while (!cursor.rest().empty()) {
      const auto box = next_box(cursor);
      if (!box) return false;
      if (box->type != "infe") continue;
      Cursor body(box->body);
      const unsigned version = version_of(body);
      const std::uint32_t id = version < 3 ? body.u16() : body.u32();
      Entry entry;
      entry.locked = body.u16() != 0;
      if (version > 1) entry.type = to_text(body.take(4));
      if (!body.good() || !entries_.emplace(id, std::move(entry)).second) return false;
    }
    return cursor.good();
  }

  bool read_places(Cursor cursor) {
    const unsigned version = version_of(cursor), sizes = cursor.u16();
    const std::uint32_t count = version < 2 ? cursor.u16() : cursor.u32();
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t id = version < 2 ? cursor.u16() : cursor.u32();
      const unsigned method = version ? cursor.u16() & 15 : 0, source = cursor.u16();
      const std::uint64_t base = cursor.number(sizes >> 4 & 15);
      if (!cursor.good()) return false;
      Entry ignored;
      const auto known = entries_.find(id);
      Entry& entry = known == entries_.end() ? ignored : known->second;
      entry.elsewhere = source != 0 || method > 1;
      const ByteView room = method == 1 ? data_ : file_;
      for (std::uint32_t parts = cursor.u16(); parts > 0 && cursor.good(); --parts) {
        if (version) cursor.take(sizes & 15);
        const std::uint64_t offset = cursor.number(sizes >> 12), length = cursor.number(sizes >> 8 & 15);
        const bool inside = length > 0 && base <= room.size() && offset <= room.size() - base && length <= room.size() - base - offset;
        if (!inside) {
          entry.lost = true;
        } else if (known != entries_.end()) {
          entry.parts.push_back(room.subspan(static_cast<std::size_t>(base + offset), static_cast<std::size_t>(length)));
        }
      }
    }
    return cursor.good();
  }

  bool read_references(Cursor cursor) {
    const std::size_t size = version_of(cursor) == 0 ? 2 : 4;
    while (!cursor.rest().empty()) {
      const auto box = next_box(cursor);
      if (!box) return false;
      Cursor body(box->body);
      const auto from = static_cast<std::uint32_t>(body.number(size));
      std::vector<std::uint32_t> to;
      for (std::uint32_t count = body.u16(); count > 0 && body.good(); --count)
        to.push_back(static_cast<std::uint32_t>(body.number(size)));
      if (!body.good()) return false;
      if (box->type == "dimg" && !inputs_.emplace(from, to).second) inputs_[from].clear();  // two lists are none
      for (const std::uint32_t one : to) {
        if (box->type == "auxl") helpers_[one].push_back(from);
        if (box->type == "prem") premultiplied_.emplace(from, one);
      }
    }
    return true;
  }

  bool read_property_lists(Cursor cursor) {
    const auto container = next_box(cursor);
    if (!container || container->type != "ipco") return false;
    for (Cursor inside(container->body); !inside.rest().empty();) {
      const auto box = next_box(inside);
      if (!box) return false;
      property_boxes_.push_back(*box);
    }
    formed_.resize(property_boxes_.size());
    while (!cursor.rest().empty()) {
      const auto box = next_box(cursor);
      if (!box) return false;
      if (box->type != "ipma") continue;
      Cursor body(box->body);
      const std::uint32_t head = body.u32();
      const std::size_t id_size = head >> 24 ? 4 : 2, index_size = head & 1 ? 2 : 1;
      for (std::uint32_t count = body.u32(); count > 0 && body.good(); --count) {
        const auto known = entries_.find(static_cast<std::uint32_t>(body.number(id_size)));
        for (std::uint32_t links = body.u8(); links > 0 && body.good(); --links) {
          const auto value = static_cast<std::size_t>(body.number(index_size));
          const std::size_t mark = std::size_t{1} << (8 * index_size - 1), index = value & (mark - 1);
          if (index > property_boxes_.size()) return false;
          if (index > 0 && known != entries_.end()) known->second.properties.emplace_back(index - 1, value & mark);
        }
      }
      if (!body.good()) return false;
    }
    return true;
  }

  // ---- the pictures that the main one is made of

  static bool is_coded(std::string_view type) { return type == "hvc1" || type == "av01"; }
  const Entry& entry_of(std::size_t place) const { return *chosen_[place].entry; }

  Status choose(std::uint32_t id, unsigned level) {
    const auto known = entries_.find(id);
    if (known == entries_.end() || !taken_.insert(id).second || level > 8) return unclean("what the picture is made of");
    const Entry& entry = known->second;
    if (!is_coded(entry.type) && entry.type != "grid" && entry.type != "iovl" && entry.type != "iden")
      return unclean("a picture of another kind");
    const bool empty = entry.type == "iden";
    if (entry.locked || entry.elsewhere || (!empty && (entry.lost || entry.parts.empty())))
      return unclean("where a picture lies");
    chosen_.push_back({&entry, id, level, false, false});
    out_.all.push_back({});
    out_.all.back().type = entry.type;
    return {};
  }

  Status gather() {
    DOKAZ_TRY(choose(main_, 0));
    chosen_[0].may_have_alpha = true;
    for (std::size_t at = 0; at < chosen_.size(); ++at) {
      const Chosen self = chosen_[at];
      if (!is_coded(self.entry->type)) {
        const auto inputs = inputs_.find(self.id);
        if (inputs == inputs_.end() || inputs->second.empty()) return unclean("what the picture is made of");
        for (const std::uint32_t id : inputs->second) {
          DOKAZ_TRY(choose(id, self.level + 1));
          chosen_.back().may_have_alpha = self.may_have_alpha && self.entry->type != "grid";
          chosen_.back().alpha = self.alpha;
          out_.all[at].inputs.push_back(chosen_.size() - 1);
          if (self.entry->type == "grid" && !is_coded(chosen_.back().entry->type)) return unclean("grid");
        }
        if (self.entry->type == "iden" && inputs->second.size() != 1) return unclean("what the picture is made of");
      }
      std::size_t alphas = 0;
      for (const std::uint32_t id : self.may_have_alpha ? helpers_[self.id] : std::vector<std::uint32_t>()) {
        if (!is_alpha(id)) continue;
        if (++alphas > 1) return unclean("two alpha pictures");
        DOKAZ_TRY(choose(id, self.level + 1));
        chosen_.back().alpha = true;
        HeifPicture& picture = out_.all.back();
        picture.is_alpha = true;
        picture.alpha_of = at;
        picture.premultiplied = premultiplied_.contains({self.id, id});
      }
    }
    return {};
  }

  bool is_alpha(std::uint32_t id) const {
    const auto known = entries_.find(id);
    if (known == entries_.end()) return false;
    for (const auto& [index, essential] : known->second.properties)
      if (property_boxes_[index].type == "auxC" && means_alpha(auxiliary_type(property_boxes_[index].body))) return true;
    return false;
  }

  static Bytes joined(const Entry& entry) {
    Bytes out;
    for (const ByteView part : entry.parts) append(out, part);
    return out;
  }

  Status read_coded() {
    bool all_main = true, seen = false;
    std::string coder;
    units_.resize(chosen_.size());
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const Entry& entry = entry_of(i);
      if (!is_coded(entry.type)) continue;
      if (!coder.empty() && coder != entry.type) return unclean("two codecs");
      coder = entry.type;
      CodedUnits& units = units_[i];
      bool good = true;
      if (coder == "hvc1") {
        good = false;
        for (const auto& [index, essential] : entry.properties)
          if (property_boxes_[index].type == "hvcC") good = read_hevc_configuration(property_boxes_[index].body, units);
        good = good && read_hevc_picture(joined(entry), units);
      } else {
        good = read_av1_picture(joined(entry), units);
      }
      if (!good) return unclean("coded picture");
      out_.all[i].data = std::move(units.bytes);
      all_main = all_main && units.is_main_profile;
      if (!chosen_[i].alpha && !seen) out_.monochrome = units.monochrome;
      seen = seen || !chosen_[i].alpha;
    }
    if (!seen) return unclean("no coded picture");
    out_.brand = coder == "av01" ? "avif" : all_main ? "heic" : "heix";
    return {};
  }

  const FormedProperty& formed(std::size_t index) {
    if (!formed_[index]) formed_[index] = form_property(property_boxes_[index]);
    return *formed_[index];
  }

  Status read_properties(std::size_t at) {
    const Entry& entry = entry_of(at);
    HeifPicture& picture = out_.all[at];
    std::map<int, HeifProperty> described;
    std::vector<HeifProperty> transforms;
    std::set<int> places;
    for (const auto& [index, essential] : entry.properties)
      if (formed(index).place == size_place) picture.width = formed(index).width, picture.height = formed(index).height;
    if (picture.width == 0 || picture.height == 0) return unclean("size of a picture");
    std::uint32_t width = picture.width, height = picture.height;
    for (const auto& [index, essential] : entry.properties) {
      const FormedProperty& one = formed(index);
      const std::string_view type = property_boxes_[index].type;
      if (one.broken) return unclean("a property that cannot be read");
      if (one.silent) continue;
      const bool misplaced = (type == "hvcC" && entry.type != "hvc1") || ((type == "av1C" || type == "a1op") && entry.type != "av01") ||
                             (type == "auxC" && !(picture.is_alpha && means_alpha(auxiliary_type(property_boxes_[index].body))));
      if (misplaced || one.place == no_place) {
        if (essential) return unclean("a property that must be understood");
        continue;
      }
      if (!places.insert(one.place).second) return unclean("a property twice");
      HeifProperty property = one.property;
      if (one.place == coder_place) property.box = box_of(type, {units_[at].configuration});
      if (one.place == alpha_place) {
        const std::string_view name = out_.brand == "avif" ? "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha" : "urn:mpeg:hevc:2015:auxid:1";
        property.box = box_of(type, {number_of(0, 4), bytes_of(name), number_of(0, 1)});
      }
      if (one.turns) std::swap(width, height);
      if (one.place == crop_place) {
        const std::int64_t left = one.twice_x + width - one.width, top = one.twice_y + height - one.height;
        if (left < 0 || top < 0 || left & 1 || top & 1 || left / 2 > std::int64_t{width} - one.width || top / 2 > std::int64_t{height} - one.height)
          return unclean("crop");
        width = one.width;
        height = one.height;
      }
      if (one.place >= first_transform) {
        transforms.push_back(std::move(property));
      } else if (!property.box.empty() || !property.profile.empty()) {
        described[one.place] = std::move(property);
      }
    }
    shown_.emplace_back(width, height);
    if (is_coded(entry.type)) {
      const CodedUnits& units = units_[at];
      if (!described.contains(coder_place)) return unclean("a picture without its configuration");
      if (units.width < picture.width || units.height < picture.height || units.width - picture.width >= 64 || units.height - picture.height >= 64)
        return unclean("size of a picture");
    }
    for (auto& [place, property] : described) picture.properties.push_back(std::move(property));
    for (HeifProperty& property : transforms) picture.properties.push_back(std::move(property));
    return {};
  }

  Status read_derived(std::size_t at) {
    HeifPicture& picture = out_.all[at];
    const bool grid = picture.type == "grid";
    if (picture.type == "iden" && shown_[picture.inputs[0]] != std::pair(picture.width, picture.height)) return unclean("size of a picture");
    if (!grid && picture.type != "iovl") return {};
    const Bytes data = joined(entry_of(at));
    Cursor cursor(data);
    const unsigned version = cursor.u8();
    const std::size_t size = cursor.u8() & 1 ? 4 : 2;
    const ByteView front = cursor.take(grid ? 2 : 8);
    std::vector<std::uint64_t> numbers = {cursor.number(size), cursor.number(size)};
    const bool stated = version == 0 && cursor.good() && numbers[0] == picture.width && numbers[1] == picture.height;
    if (!stated) return unclean("what is said of a derived picture");
    bool wide = numbers[0] > 65535 || numbers[1] > 65535;
    if (grid) {
      const std::uint64_t rows = front[0] + 1u, columns = front[1] + 1u;
      if (rows * columns != picture.inputs.size()) return unclean("grid");
      const HeifPicture& tile = out_.all[picture.inputs[0]];
      for (const std::size_t input : picture.inputs)
        if (out_.all[input].width != tile.width || out_.all[input].height != tile.height) return unclean("grid");
      // As many tiles as are needed, and no more.
      if ((picture.width - 1) / tile.width + 1 != columns || (picture.height - 1) / tile.height + 1 != rows) return unclean("grid");
    } else {
      for (std::size_t i = 0; i < 2 * picture.inputs.size(); ++i) {
        std::uint64_t offset = cursor.number(size);
        if (size == 2 && offset & 0x8000) offset |= 0xffff0000;
        numbers.push_back(offset);
        // An input must cover some of the canvas.
        const auto [width, height] = shown_[picture.inputs[i / 2]];
        const std::int64_t from = static_cast<std::int32_t>(offset), to = from + (i % 2 ? height : width);
        if (from >= static_cast<std::int64_t>(numbers[i % 2]) || to <= 0) return unclean("a picture outside of the one it is for");
        wide = wide || (offset > 0x7fff && offset < 0xffff8000);
      }
      if (!cursor.good()) return unclean("what is said of a derived picture");
    }
    picture.data = {0, static_cast<Byte>(wide)};
    append(picture.data, front);
    for (const std::uint64_t number : numbers) append(picture.data, number_of(number, wide ? 4 : 2));
    return {};
  }

  struct Chosen {
    const Entry* entry = nullptr;
    std::uint32_t id = 0;
    unsigned level = 0;
    bool may_have_alpha = false, alpha = false;
  };
  ByteView file_, meta_, data_;
  std::uint32_t main_ = 0;
  std::map<std::uint32_t, Entry> entries_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> inputs_, helpers_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> premultiplied_;
  std::vector<BoxView> property_boxes_;
  std::vector<std::optional<FormedProperty>> formed_;
  std::vector<Chosen> chosen_;
  std::set<std::uint32_t> taken_;
  std::vector<CodedUnits> units_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> shown_;  ///< sizes after turns and crops
  HeifPictures out_;
};

}  // namespace

Result<HeifPictures> heif_pictures(ByteView file) { return Finder(file).run(); }

}  // namespace dokaz::intake::check
