// SPDX-License-Identifier: GPL-3.0-or-later
// The one file that holds certain pictures, written a second time.
#include <map>

#include "collector/intake/check/heif_pictures.hpp"
#include "collector/intake/check/heif_properties.hpp"

namespace dokaz::intake::check {
namespace {

void add(Bytes& to, std::uint64_t value, std::size_t size) { append(to, number_of(value, size)); }

Bytes references(const HeifPictures& pictures) {
  std::map<std::size_t, std::size_t> alpha_of;
  for (std::size_t i = 0; i < pictures.all.size(); ++i)
    if (pictures.all[i].is_alpha) alpha_of[pictures.all[i].alpha_of] = i;
  Bytes out(4, 0);
  for (std::size_t i = 0; i < pictures.all.size(); ++i) {
    const HeifPicture& picture = pictures.all[i];
    const auto refer = [&](std::string_view type, const std::vector<std::size_t>& to) {
      Bytes body;
      add(body, i + 1, 2);
      add(body, to.size(), 2);
      for (const std::size_t one : to) add(body, one + 1, 2);
      append(out, box_of(type, {body}));
    };
    if (!picture.inputs.empty()) refer("dimg", picture.inputs);
    if (const auto own = alpha_of.find(i); own != alpha_of.end() && pictures.all[own->second].premultiplied)
      refer("prem", {own->second});
    if (picture.is_alpha) refer("auxl", {picture.alpha_of});
  }
  return out.size() == 4 ? Bytes() : box_of("iref", {out});
}

Bytes properties(const HeifPictures& pictures) {
  std::map<std::string, std::size_t> known;
  std::vector<std::vector<std::size_t>> links;  // with 0x8000 where essential
  Bytes container;
  for (const HeifPicture& picture : pictures.all) {
    links.emplace_back();
    for (const HeifProperty& property : picture.properties) {
      const Bytes box = property.box.empty() ? box_of("colr", {bytes_of("prof"), property.profile}) : property.box;
      const auto [place, is_new] = known.emplace(to_text(box), known.size() + 1);
      if (is_new) append(container, box);
      links.back().push_back(place->second | (property.essential ? 0x8000u : 0u));
    }
  }
  const bool wide = known.size() > 127;
  Bytes map = number_of(wide, 4);
  add(map, links.size(), 4);
  for (std::size_t i = 0; i < links.size(); ++i) {
    add(map, i + 1, 2);
    add(map, links[i].size(), 1);
    for (const std::size_t link : links[i]) add(map, wide ? link : (link & 0x7f) | (link & 0x8000) >> 8, wide ? 2 : 1);
  }
  return box_of("iprp", {box_of("ipco", {container}), box_of("ipma", {map})});
}

Bytes head_of(const HeifPictures& pictures, std::uint64_t data_at) {
  const std::size_t count = pictures.all.size();
  Bytes list(4, 0), places(4, 0), data_head;
  add(list, count, 2);
  add(places, 0x4400, 2);
  add(places, count, 2);
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const HeifPicture& picture = pictures.all[i];
    Bytes entry = {2, 0, 0, static_cast<Byte>(i > 0)};
    add(entry, i + 1, 2);
    add(entry, 0, 2);
    append(entry, bytes_of(picture.type));
    entry.push_back(0);
    append(list, box_of("infe", {entry}));
    add(places, i + 1, 2);
    add(places, 0, 2);
    add(places, !picture.data.empty(), 2);
    if (picture.data.empty()) continue;
    add(places, data_at + total, 4);
    add(places, picture.data.size(), 4);
    total += picture.data.size();
  }
  Bytes handler(25, 0);
  const std::string_view pict = "pict";
  std::copy(pict.begin(), pict.end(), handler.begin() + 8);
  Bytes out = box_of("ftyp", {bytes_of(pictures.brand), number_of(0, 4), bytes_of("mif1"), bytes_of(pictures.brand)});
  append(out, box_of("meta", {number_of(0, 4), box_of("hdlr", {handler}), box_of("pitm", {number_of(1, 6)}),
                              box_of("iloc", {places}), box_of("iinf", {list}), references(pictures), properties(pictures)}));
  add(out, total + 8, 4);
  append(out, bytes_of("mdat"));
  return out;
}

}  // namespace

Bytes heif_file_of(const HeifPictures& pictures) {
  Bytes out = head_of(pictures, head_of(pictures, 0).size());
  for (const HeifPicture& picture : pictures.all) append(out, picture.data);
  return out;
}

}  // namespace dokaz::intake::check
