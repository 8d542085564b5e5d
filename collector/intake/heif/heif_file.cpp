// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/heif/heif_file.hpp"

#include <unordered_set>

namespace dokaz::intake::heif {
namespace {

using bmff::Box;
using bmff::Fields;
using bmff::type;

Error bad(const char* what) { return fail(Errc::malformed_media, std::string("HEIF: ") + what); }

class Reader {
 public:
  explicit Reader(ByteView file) : file_(file), content_(file) {}

  Result<HeifFile> run() {
    DOKAZ_TRY(read_top());
    DOKAZ_TRY(read_meta());
    return std::move(out_);
  }

 private:
  Status read_top() {
    std::uint64_t at = 0;
    while (at < file_.size()) {
      const auto box = bmff::box_at(content_, at, file_.size(), bmff::OpenEnd::allowed);
      if (!box) {
        if (meta_) break;
        return box.error();
      }
      if (at > 0 && box->type == type("ftyp")) break;  // another file behind this one
      if (at == 0 && box->type != type("ftyp")) return bad("start");
      if (box->type == type("moov") || box->type == type("moof"))
        return fail(Errc::unsupported_media, "HEIF: an image sequence");
      if (box->type == type("meta")) {
        if (meta_) return bad("two meta boxes");
        if (bmff::Fields(file_.subspan(static_cast<std::size_t>(at))).u32() == 0) return bad("meta box");
        meta_ = *box;
      }
      if (out_.boxes.size() == most_boxes) return fail(Errc::too_large, "HEIF: too many boxes");
      out_.boxes.push_back(*box);
      at = box->end();
    }
    out_.end = at;
    if (!meta_) return fail(Errc::truncated_media, "HEIF: no meta box");
    return {};
  }

  ByteView payload(const Box& box) const {
    return file_.subspan(static_cast<std::size_t>(box.payload()), static_cast<std::size_t>(box.payload_size()));
  }
  /// The version; the fields go on behind the flags.
  static unsigned version(Fields& fields) { return fields.u32() >> 24; }

  Status read_meta() {
    if (meta_->payload_size() < 4) return bad("meta box");
    DOKAZ_LET(boxes, bmff::boxes_in(content_, meta_->payload() + 4, meta_->end(), most_boxes));
    out_.in_meta = std::move(boxes);
    std::unordered_map<bmff::Type, const Box*> found;
    for (const Box& box : out_.in_meta)
      for (const bmff::Type once : {type("hdlr"), type("pitm"), type("iloc"), type("iinf"), type("iref"), type("iprp"), type("idat")})
        if (box.type == once && !found.emplace(once, &box).second) return bad("a box of the meta box stands twice");
    for (const bmff::Type needed : {type("hdlr"), type("pitm"), type("iloc"), type("iinf"), type("iprp")})
      if (!found.contains(needed)) return bad("a box is missing in the meta box");
    if (found.contains(type("idat"))) idat_ = *found[type("idat")];
    DOKAZ_TRY(read_handler(*found[type("hdlr")]));
    DOKAZ_TRY(read_item_entries(*found[type("iinf")]));
    DOKAZ_TRY(read_locations(payload(*found[type("iloc")])));
    DOKAZ_TRY(read_primary(payload(*found[type("pitm")])));
    if (found.contains(type("iref"))) DOKAZ_TRY(read_references(*found[type("iref")]));
    return read_properties(*found[type("iprp")]);
  }

  Status read_handler(const Box& box) {
    Fields fields(payload(box));
    fields.skip(8);
    if (fields.u32() != type("pict") || !fields.ok()) return bad("the handler is not for pictures");
    fields.skip(12);
    out_.handler_name = fields.rest().empty() ? 0 : fields.rest().size() - (fields.rest().back() == 0);
    return {};
  }

  Status read_primary(ByteView bytes) {
    Fields fields(bytes);
    const unsigned v = version(fields);
    out_.primary = v == 0 ? fields.u16() : fields.u32();
    if (v > 1 || !fields.ok() || !out_.by_id.contains(out_.primary)) return bad("no main picture");
    return {};
  }

  Status read_item_entries(const Box& box) {
    Fields fields(payload(box));
    const unsigned v = version(fields);
    const std::uint32_t count = v == 0 ? fields.u16() : fields.u32();
    if (!fields.ok()) return bad("item list");
    if (count > most_items) return fail(Errc::too_large, "HEIF: too many items");
    DOKAZ_LET(entries, bmff::boxes_in(content_, box.end() - fields.rest().size(), box.end(), most_items));
    for (const Box& entry : entries) {
      if (entry.type != type("infe")) continue;
      DOKAZ_LET(item, read_item_entry(entry));
      if (!out_.by_id.emplace(item.id, out_.items.size()).second) return bad("two items with one number");
      out_.items.push_back(std::move(item));
    }
    return {};
  }

  Result<Item> read_item_entry(const Box& box) const {
    Fields fields(payload(box));
    Item item;
    item.entry = box;
    const unsigned v = version(fields);
    item.id = v < 3 ? fields.u16() : fields.u32();
    item.is_protected = fields.u16() != 0;
    if (v >= 2) item.type = fields.u32();
    if (!fields.ok() || v > 3) return bad("item entry");
    const std::string_view rest = text_of(fields.rest());
    item.name = fields.rest().first(std::min(rest.find('\0'), rest.size()));
    if (item.type == type("mime") && item.name.size() < rest.size()) {
      const std::string_view kind = rest.substr(item.name.size() + 1);
      item.content_type = std::string(kind.substr(0, std::min<std::size_t>(kind.find('\0'), 256)));
    }
    return item;
  }

  Status read_locations(ByteView bytes) {
    Fields fields(bytes);
    const unsigned v = version(fields);
    if (v > 2) return bad("item locations");
    const unsigned sizes = fields.u16();
    const unsigned offset_size = sizes >> 12, length_size = sizes >> 8 & 15, base_size = sizes >> 4 & 15;
    const unsigned index_size = v > 0 ? sizes & 15 : 0;
    for (const unsigned size : {offset_size, length_size, base_size, index_size})
      if (size != 0 && size != 4 && size != 8) return bad("item locations");
    const std::uint32_t count = v < 2 ? fields.u16() : fields.u32();
    std::size_t extents = 0;
    std::uint64_t total = 0;
    std::unordered_set<std::uint32_t> seen;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t id = v < 2 ? fields.u16() : fields.u32();
      const unsigned method = v > 0 ? fields.u16() & 15 : 0;
      const unsigned file = fields.u16();
      const std::uint64_t base = fields.number(base_size);
      const unsigned parts = fields.u16();
      if (!fields.ok()) return bad("item locations are cut");
      extents += parts;
      if (extents > most_extents) return fail(Errc::too_large, "HEIF: too many parts of items");
      if (!seen.insert(id).second) return bad("an item is located twice");
      const auto known = out_.by_id.find(id);
      Item unknown;
      Item& item = known == out_.by_id.end() ? unknown : out_.items[known->second];
      item.constructed_of_items = method > 1;
      item.external = file != 0;
      for (unsigned part = 0; part < parts; ++part) {
        fields.skip(index_size);
        const std::uint64_t offset = fields.number(offset_size), length = fields.number(length_size);
        if (!fields.ok()) return bad("item locations are cut");
        add_extent(item, method, base, offset, length);
      }
      for (const Extent& extent : item.extents) total += extent.length;
      if (total > 2 * std::uint64_t{file_.size()} + (1 << 20)) return bad("items overlap");
    }
    return {};
  }

  void add_extent(Item& item, unsigned method, std::uint64_t base, std::uint64_t offset, std::uint64_t length) const {
    if (item.constructed_of_items || item.external) return;
    const std::uint64_t from = method == 1 ? (idat_ ? idat_->payload() : 0) : 0;
    const std::uint64_t room = method == 1 ? (idat_ ? idat_->payload_size() : 0) : file_.size();
    if (length == 0 || base > room || offset > room - base || length > room - base - offset) {
      item.beyond_end = true;
    } else {
      item.extents.push_back({from + base + offset, length});
    }
  }

  Status read_references(const Box& box) {
    Fields head(payload(box));
    const unsigned v = version(head);
    if (v > 1 || !head.ok()) return bad("references");
    DOKAZ_LET(boxes, bmff::boxes_in(content_, box.payload() + 4, box.end(), 4 * most_items));
    std::size_t total = 0;
    for (const Box& one : boxes) {
      Fields fields(payload(one));
      const auto id = [&] { return v == 0 ? fields.u16() : fields.u32(); };
      Reference reference{one.type, id(), {}};
      const unsigned count = fields.u16();
      if (fields.rest().size() < count * (v == 0 ? 2u : 4u)) return bad("references are cut");
      if ((total += count) > most_references) return fail(Errc::too_large, "HEIF: too many references");
      for (unsigned i = 0; i < count; ++i) reference.to.push_back(id());
      if (!fields.ok()) return bad("references are cut");
      out_.references.push_back(std::move(reference));
    }
    return {};
  }

  Status read_properties(const Box& box) {
    DOKAZ_LET(boxes, bmff::boxes_in(content_, box.payload(), box.end()));
    if (boxes.empty() || boxes.front().type != type("ipco")) return bad("properties");
    DOKAZ_LET(properties, bmff::boxes_in(content_, boxes.front().payload(), boxes.front().end(), most_properties));
    out_.properties = std::move(properties);
    std::unordered_set<std::uint32_t> seen;
    for (std::size_t i = 1; i < boxes.size(); ++i) {
      if (boxes[i].type == type("ipco")) return bad("properties");
      if (boxes[i].type == type("ipma")) DOKAZ_TRY(read_associations(payload(boxes[i]), seen));
    }
    return {};
  }

  Status read_associations(ByteView bytes, std::unordered_set<std::uint32_t>& seen) {
    Fields fields(bytes);
    const std::uint32_t head = fields.u32(), count = fields.u32();
    const unsigned v = head >> 24;
    const bool wide = head & 1;
    if (v > 1) return bad("properties of items");
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t id = v == 0 ? fields.u16() : fields.u32();
      const unsigned associations = fields.u8();
      if (!fields.ok()) return bad("properties of items are cut");
      if (!seen.insert(id).second) return bad("the properties of an item stand twice");
      const auto known = out_.by_id.find(id);
      for (unsigned j = 0; j < associations; ++j) {
        const unsigned value = wide ? fields.u16() : fields.u8();
        const std::size_t index = value & (wide ? 0x7fff : 0x7f);
        if (!fields.ok() || index > out_.properties.size()) return bad("properties of items");
        if (index > 0 && known != out_.by_id.end())
          out_.items[known->second].properties.push_back({index - 1, (value & (wide ? 0x8000 : 0x80)) != 0});
      }
    }
    return {};
  }

  static constexpr std::size_t most_boxes = 4096;
  ByteView file_;
  MemoryContent content_;
  HeifFile out_;
  std::optional<Box> meta_, idat_;
};

}  // namespace

Result<HeifFile> read_heif(ByteView file) { return Reader(file).run(); }

}  // namespace dokaz::intake::heif
