// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/cover.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view header = "dokaz/dossier/v1";
constexpr std::size_t max_addressee = 64, max_reason = 32;
constexpr std::array<std::string_view, 7> uses = {"court", "partners", "press", "prosecutor", "publish", "team", "un"};

auto place(const Withheld& one) { return std::tuple(one.chain, one.seq); }

Status check(const Cover& cover) {
  if (!is_addressee(cover.addressee)) return fail(Errc::malformed, "the addressee");
  if (!is_use(cover.use)) return fail(Errc::malformed, "the use");
  if (cover.items < 1 || cover.items > max_dossier_items) return fail(Errc::malformed, "how many items");
  for (std::size_t i = 0; i < cover.withheld.size(); ++i) {
    if (!is_reason(cover.withheld[i].reason)) return fail(Errc::malformed, "a reason");
    if (i > 0 && !(place(cover.withheld[i - 1]) < place(cover.withheld[i])))
      return fail(Errc::malformed, "what is withheld is not ascending");
  }
  return {};
}

}  // namespace

bool is_use(std::string_view word) { return std::find(uses.begin(), uses.end(), word) != uses.end(); }

bool is_reason(std::string_view word) {
  return !word.empty() && word.size() <= max_reason && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_addressee(std::string_view text) {
  return !text.empty() && text.size() <= max_addressee && std::all_of(text.begin(), text.end(), is_printable) &&
         text.front() != ' ' && text.back() != ' ';
}

Result<Cover> read_cover(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_cover, header));
  Cover cover;
  DOKAZ_LET(addressee, lines.value("for"));
  cover.addressee = addressee;
  DOKAZ_LET(use, lines.value("use"));
  cover.use = use;
  DOKAZ_LET(items, lines.value("items"));
  DOKAZ_LET(number, from_decimal(items));
  cover.items = number;
  while (lines.next_is("withheld")) {
    DOKAZ_LET(fields, lines.fields<3>("withheld"));
    DOKAZ_LET(chain, id_from_hex<ChainId>(fields[0]));
    DOKAZ_LET(seq, from_decimal(fields[1]));
    cover.withheld.push_back({chain, seq, std::string(fields[2])});
  }
  DOKAZ_TRY(lines.end());
  DOKAZ_TRY(check(cover));
  return cover;
}

Result<Bytes> write_cover(Cover cover) {
  std::sort(cover.withheld.begin(), cover.withheld.end(),
            [](const Withheld& a, const Withheld& b) { return place(a) < place(b); });
  DOKAZ_TRY(check(cover));
  std::string text = std::string(header) + "\nfor " + cover.addressee + "\nuse " + cover.use + "\nitems " +
                     std::to_string(cover.items) + "\n";
  for (const Withheld& one : cover.withheld)
    text += "withheld " + hex(one.chain) + " " + std::to_string(one.seq) + " " + one.reason + "\n";
  if (text.size() > max_cover) return fail(Errc::too_large, "too much is withheld");
  return to_bytes(text);
}

}  // namespace dokaz
