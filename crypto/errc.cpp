// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/errc.hpp"

namespace dokaz {
namespace {

struct Row {
  Errc code;
  std::string_view name;
  std::string_view words;
};

constexpr Row rows[] = {
#define X(name, number, words) {Errc::name, #name, words},
    DOKAZ_ERRC_LIST(X)
#undef X
};

}  // namespace

std::string_view name_of(Errc code) {
  for (const Row& row : rows)
    if (row.code == code) return row.name;
  return "unknown";
}

std::string_view words_of(Errc code) {
  for (const Row& row : rows)
    if (row.code == code) return row.words;
  return "something failed that has no name";
}

std::optional<Errc> errc_from_number(int number) {
  for (const Row& row : rows)
    if (static_cast<int>(row.code) == number) return row.code;
  return std::nullopt;
}

std::optional<Errc> errc_from_name(std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return row.code;
  return std::nullopt;
}

}  // namespace dokaz
