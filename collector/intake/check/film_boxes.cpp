// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/check/film_boxes.hpp"

namespace dokaz::intake::check {

std::vector<Atom> atoms_in(std::string_view bytes) {
  constexpr std::size_t most = 16'384;
  std::vector<Atom> out;
  while (bytes.size() >= 8 && out.size() < most) {
    std::uint64_t size = number_at(bytes, 0, 4);
    std::size_t head = 8;
    if (size == 1) size = number_at(bytes, 8, 8), head = 16;
    const BoxName name = bytes.substr(4, 4);
    if (name == "uuid") head += 16;
    if (size < head || size > bytes.size()) break;
    const std::string_view whole = bytes.substr(0, static_cast<std::size_t>(size));
    out.push_back({name, whole.substr(head), whole});
    bytes.remove_prefix(whole.size());
  }
  return out;
}

std::optional<std::string_view> body_of(const std::vector<Atom>& atoms, BoxName name) {
  for (const Atom& atom : atoms)
    if (atom.name == name) return atom.body;
  return std::nullopt;
}

std::vector<Atom> atoms_below(std::string_view bytes, std::initializer_list<BoxName> path) {
  for (const BoxName name : path) bytes = body_of(atoms_in(bytes), name).value_or(std::string_view());
  return atoms_in(bytes);
}

std::optional<FileBox> file_box(const Content& file, std::uint64_t at) {
  if (at > file.size() || file.size() - at < 8) return std::nullopt;
  const std::uint64_t left = file.size() - at;
  const auto head = file.bytes(at, std::min<std::uint64_t>(left, 16));
  if (!head) return std::nullopt;
  const std::string_view text = text_of(*head);
  std::uint64_t size = number_at(text, 0, 4), header = 8;
  if (size == 0) size = left;
  else if (size == 1) size = number_at(text, 8, 8), header = 16;
  if (size < header || size > left) return std::nullopt;
  return FileBox{std::string(text.substr(4, 4)), at + header, at + size};
}

}  // namespace dokaz::intake::check
