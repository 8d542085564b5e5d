// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/fact.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

using nlohmann::json;

constexpr std::string_view registry[] = {
    "acquisition", "acquisition.from", "acquisition.signs", "set", "testimony", "testimony.form", "object", "media.type", "clean.sha256", "clean.size", "coded.sha256", "image.width", "image.height", "note",
    "media.duration", "clean.checks", "original.sha256", "original.sha512", "original.size", "original.name",
    "recovery.sha256", "cleaned", "uncleaned.reason", "uncleaned.detail", "sidecar", "capture.time",
    "capture.time.source", "capture.time.gps", "capture.place",
    "capture.place.source", "device.make", "device.model", "device.serial", "device.lens", "software",
    "image.orientation", "provenance.c2pa", "contradiction", "removed", "warning", "statement", "fork", "pseudonym",
    "decoy", "about", "consent.by", "consent.uses", "continues",
    "consent.capacity", "consent.for", "consent.date", "consent.until", "consent.language", "consent.interpreter",
    "consent.form", "consent.witness", "consent.told", "consent.identity", "consent.face", "consent.refused",
    "consent.conditions", "shown", "shown.facts", "reason", "tool", "addressee", "use", "necessity",
    "consent.relied", "consent.withdrawn", "consent.lifts", "export.profile", "export.items", "export.bag", "verify.outcome",
    "verify.items", "verify.failed", "verify.size"};

constexpr std::int64_t largest_integer = (std::int64_t{1} << 53) - 1;
constexpr int deepest_value = 8;
constexpr std::size_t salt_size = 16;

/// Recursion ends with the depth that was checked before.
bool numbers_are_integers(const json& value) {
  if (value.is_number_float()) return false;
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(largest_integer);
  if (value.is_number_integer()) return value.get<std::int64_t>() >= -largest_integer;
  if (!value.is_structured()) return true;
  return std::all_of(value.begin(), value.end(), numbers_are_integers);
}

/// Section 4's JSON: what we would write from the value read is what was read. That also refuses
/// white space, duplicate and unsorted keys and other spellings of a string or a number.
Result<json> read_json(std::string_view text, int deepest) {
  bool too_deep = false;
  const auto watch_depth = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > deepest;
    return true;
  };
  const json value = json::parse(text.begin(), text.end(), watch_depth, false);
  if (value.is_discarded() || too_deep || !numbers_are_integers(value)) return fail(Errc::malformed, "json");
  if (value.dump() != text) return fail(Errc::malformed, "json is not canonical");
  return value;
}

bool is_fact_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
  });
}

std::string salt_text() {
  return base64url(random_id<FixedBytes<struct SaltTag, salt_size>>().view());
}

std::string quoted(std::string_view text) { return json(text).dump(); }

}  // namespace

bool is_registered_fact(std::string_view name) {
  return std::find(std::begin(registry), std::end(registry), name) != std::end(registry);
}

bool may_repeat(std::string_view name) {
  return name == "removed" || name == "warning" || name == "contradiction" || name == "testimony" ||
         name == "export.items" || name == "consent.relied" || name == "consent.withdrawn" || name == "decoy";
}

bool is_uncleaned_reason(Errc failure) {
  return failure == Errc::too_large || failure == Errc::unknown_media || failure == Errc::unsupported_media ||
         failure == Errc::truncated_media || failure == Errc::malformed_media || failure == Errc::parser_died ||
         failure == Errc::not_clean || failure == Errc::not_recoverable;
}

bool is_utf8(std::string_view text) {
  // The only text that the parser refuses inside quotes, once these are taken out, is not UTF-8.
  std::string inside = "\"";
  for (char c : text) inside += c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return json::accept(inside + '"');
}

Fact Fact::text(std::string_view name, std::string_view value) {
  DOKAZ_CHECK(is_utf8(value));
  return json(name, quoted(value)).value();
}

Fact Fact::number(std::string_view name, std::uint64_t value) { return json(name, std::to_string(value)).value(); }

Result<Fact> Fact::json(std::string_view name, std::string_view value) {
  DOKAZ_CHECK(is_registered_fact(name));
  std::string array = "[\"" + salt_text() + "\"," + quoted(name) + ',';
  array.append(value).append("]");
  return parse(base64url(bytes_of(array)));
}

Result<Fact> Fact::parse(std::string_view disclosure) {
  if (disclosure.size() > max_disclosure_size) return fail(Errc::malformed, "disclosure too long");
  DOKAZ_LET(bytes, from_base64url(disclosure));
  DOKAZ_LET(array, read_json(text_of(bytes), 1 + deepest_value));
  if (!array.is_array() || array.size() != 3 || !array[0].is_string() || !array[1].is_string())
    return fail(Errc::malformed, "disclosure");
  DOKAZ_LET(salt, from_base64url(array[0].get_ref<const std::string&>()));
  if (salt.size() != salt_size) return fail(Errc::malformed, "salt");
  Fact out;
  out.name_ = array[1].get<std::string>();
  if (!is_fact_name(out.name_)) return fail(Errc::malformed, "fact name");
  out.disclosure_ = disclosure;
  out.value_json_ = array[2].dump();
  return out;
}

std::optional<std::string> Fact::as_text() const {
  const nlohmann::json value = nlohmann::json::parse(value_json_);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

std::optional<std::uint64_t> Fact::as_number() const {
  auto number = from_decimal(value_json_);
  if (!number) return std::nullopt;
  return *number;
}

FactDigest Fact::digest() const { return FactDigest(sha256(disclosure_).raw()); }

Bytes write_facts(std::vector<Fact> facts) {
  std::vector<std::string_view> lines;
  for (const Fact& fact : facts) lines.push_back(fact.disclosure());
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  Bytes out;
  for (std::string_view line : lines) {
    append(out, bytes_of(line));
    out.push_back('\n');
  }
  return out;
}

Result<std::vector<Fact>> read_facts(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, bytes.size()));
  std::vector<Fact> out;
  while (!lines.end().has_value()) {
    DOKAZ_LET(line, lines.line());
    DOKAZ_LET(fact, Fact::parse(line));
    if (!out.empty() && out.back().disclosure() >= fact.disclosure()) return fail(Errc::malformed, "order of facts");
    out.push_back(std::move(fact));
  }
  return out;
}

const Fact* find_fact(const std::vector<Fact>& facts, std::string_view name) {
  const auto found = std::find_if(facts.begin(), facts.end(), [&](const Fact& fact) { return fact.name() == name; });
  return found == facts.end() ? nullptr : &*found;
}

}  // namespace dokaz
