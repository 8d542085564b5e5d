// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/worker_answer.hpp"

#include <algorithm>
#include <array>

#include "collector/intake/fact_forms.hpp"

namespace dokaz::intake {
namespace {

constexpr std::string_view mark = "dokaz-in";
enum class Kind : std::uint32_t { take = 1, check = 2, failure = 3, pixels = 4, plan = 5, residue = 6 };

constexpr Errc failures[] = {Errc::empty_file,      Errc::unknown_media,   Errc::unsupported_media,
                             Errc::truncated_media, Errc::malformed_media, Errc::too_large, Errc::not_clean,
                             Errc::io_error};

template <class List, class Value>
bool is_one_of(const List& list, const Value& value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

class Writer {
 public:
  explicit Writer(Kind kind) {
    append(out_, bytes_of(mark));
    number(static_cast<std::uint32_t>(kind));
  }
  void number(std::uint32_t value) { big_endian(value, 4); }
  void wide(std::uint64_t value) { big_endian(value, 8); }
  void raw(ByteView bytes) { append(out_, bytes); }
  void bytes(ByteView bytes) {
    wide(bytes.size());
    raw(bytes);
  }
  void text(std::string_view value) { bytes(bytes_of(value)); }
  Bytes take() { return std::move(out_); }

 private:
  void big_endian(std::uint64_t value, int size) {
    while (size-- > 0) out_.push_back(static_cast<Byte>(value >> (8 * size)));
  }
  Bytes out_;
};

Error lie() { return fail(Errc::parser_died, "answer not understood"); }

class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  Result<ByteView> raw(std::uint64_t size) {
    if (size > rest_.size()) return lie();
    const ByteView out = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(out.size());
    return out;
  }
  Result<std::uint64_t> big_endian(std::size_t size) {
    DOKAZ_LET(digits, raw(size));
    std::uint64_t value = 0;
    for (const Byte digit : digits) value = value << 8 | digit;
    return value;
  }
  Result<std::uint32_t> number() {
    DOKAZ_LET(value, big_endian(4));
    return static_cast<std::uint32_t>(value);
  }
  Result<std::uint64_t> wide() { return big_endian(8); }
  Result<ByteView> bytes() {
    DOKAZ_LET(size, wide());
    return raw(size);
  }
  Result<std::string> text() {
    DOKAZ_LET(value, bytes());
    return to_text(value);
  }
  Result<Sha256> digest() {
    DOKAZ_LET(value, raw(Sha256::size));
    return *Sha256::from(value);
  }
  Result<Media> media() {
    DOKAZ_LET(value, number());
    if (value == 0 || value > last_media) return lie();
    return static_cast<Media>(value);
  }
  Result<std::uint32_t> count(std::size_t cap) {
    DOKAZ_LET(value, number());
    if (value > cap) return lie();
    return value;
  }

 private:
  ByteView rest_;
};

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}
bool is_kind_name(std::string_view text) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
}

/// Reads the head; where it is a failure, that failure.
Status expect(Reader& in, Kind expected) {
  DOKAZ_LET(front, in.raw(mark.size()));
  if (text_of(front) != mark) return lie();
  DOKAZ_LET(kind, in.number());
  if (kind == static_cast<std::uint32_t>(expected)) return {};
  if (kind != static_cast<std::uint32_t>(Kind::failure)) return lie();
  DOKAZ_LET(number, in.number());
  DOKAZ_LET(detail, in.text());
  const auto code = errc_from_number(static_cast<int>(number));
  if (!in.done() || !code || !is_one_of(failures, *code) || detail.size() > 100 || !is_printable_ascii(detail))
    return lie();
  return fail(*code, detail);
}

Result<MetadataFact> read_fact(Reader& in) {
  DOKAZ_LET(name, in.text());
  DOKAZ_LET(is_number, in.number());
  if (is_number > 1) return lie();
  MetadataFact fact{std::move(name), {}};
  if (is_number == 1) {
    DOKAZ_LET(value, in.wide());
    fact.value = value;
  } else {
    DOKAZ_LET(value, in.text());
    fact.value = std::move(value);
  }
  if (!is_metadata_fact(fact)) return lie();
  return fact;
}

void write_fact(Writer& out, const MetadataFact& fact) {
  out.text(fact.name);
  const auto* number = std::get_if<std::uint64_t>(&fact.value);
  out.number(number ? 1 : 0);
  if (number) out.wide(*number);
  else out.text(std::get<std::string>(fact.value));
}

Result<Contradiction> read_contradiction(Reader& in) {
  Contradiction out;
  DOKAZ_LET(fact, in.text());
  out.fact = std::move(fact);
  DOKAZ_LET(count, in.count(contradiction_values_cap));
  for (std::uint32_t i = 0; i < count; ++i) {
    DOKAZ_LET(source, in.text());
    DOKAZ_LET(value, in.text());
    out.values.push_back({std::move(source), std::move(value)});
  }
  if (!is_contradiction(out)) return lie();
  return out;
}

void write_contradiction(Writer& out, const Contradiction& contradiction) {
  out.text(contradiction.fact);
  out.number(static_cast<std::uint32_t>(contradiction.values.size()));
  for (const Contradiction::Value& one : contradiction.values) {
    out.text(one.source);
    out.text(one.value);
  }
}

void write_plan(Writer& out, const CleanPlan& plan) {
  out.bytes(plan.literals());
  out.number(static_cast<std::uint32_t>(plan.steps().size()));
  for (const CleanPlan::Step& step : plan.steps()) {
    out.raw(ByteView(std::array<Byte, 1>{step.copies}));
    out.wide(step.length);
    if (step.copies) out.wide(step.at);
  }
}

/// Literals are used once, from the first to the last; so a plan has one encoding.
Result<CleanPlan> read_plan(Reader& in, std::uint64_t original_size) {
  CleanPlan plan;
  DOKAZ_LET(literals, in.bytes());
  DOKAZ_LET(count, in.count(plan_steps_cap));
  for (std::uint32_t i = 0; i < count; ++i) {
    DOKAZ_LET(copies, in.raw(1));
    DOKAZ_LET(length, in.wide());
    if (copies[0] == 0) {
      if (length == 0 || length > literals.size()) return lie();
      plan.put(literals.first(static_cast<std::size_t>(length)));
      literals = literals.subspan(static_cast<std::size_t>(length));
    } else {
      DOKAZ_LET(from, in.wide());
      if (copies[0] != 1 || length == 0 || from > original_size || length > original_size - from) return lie();
      plan.copy(from, length);
    }
    if (plan.steps().size() != i + 1 || plan.size() > original_size + clean_growth_cap) return lie();
  }
  if (!literals.empty()) return lie();
  return plan;
}

}  // namespace

Bytes encode(const TakeAnswer& answer) {
  Writer out(Kind::take);
  out.number(static_cast<std::uint32_t>(answer.media));
  out.number(answer.width);
  out.number(answer.height);
  out.number(static_cast<std::uint32_t>(answer.facts.size()));
  for (const MetadataFact& fact : answer.facts) write_fact(out, fact);
  out.number(static_cast<std::uint32_t>(answer.contradictions.size()));
  for (const Contradiction& one : answer.contradictions) write_contradiction(out, one);
  out.number(static_cast<std::uint32_t>(answer.removed.size()));
  for (const RemovedElement& element : answer.removed) {
    out.text(element.kind);
    out.wide(element.length);
    out.raw(element.digest.view());
  }
  out.number(static_cast<std::uint32_t>(answer.warnings.size()));
  for (const std::string& warning : answer.warnings) out.text(warning);
  write_plan(out, answer.plan);
  return out.take();
}

Bytes encode(const CheckAnswer& answer) {
  Writer out(Kind::check);
  out.number(static_cast<std::uint32_t>(answer.media));
  out.number(answer.width);
  out.number(answer.height);
  out.raw(answer.coded.view());
  out.raw(answer.clean.view());
  return out.take();
}

Bytes encode(const PixelsAnswer&) { return Writer(Kind::pixels).take(); }
Bytes encode(const ResidueAnswer&) { return Writer(Kind::residue).take(); }

Bytes encode(const CleanPlan& plan) {
  Writer out(Kind::plan);
  write_plan(out, plan);
  return out.take();
}

Bytes encode(const Error& failure) {
  Writer out(Kind::failure);
  out.number(static_cast<std::uint32_t>(failure.code));
  out.text(failure.detail);
  return out.take();
}

Result<TakeAnswer> decode_take(ByteView bytes, std::uint64_t original_size) {
  Reader in(bytes);
  DOKAZ_TRY(expect(in, Kind::take));
  TakeAnswer out;
  DOKAZ_LET(media, in.media());
  DOKAZ_LET(width, in.number());
  DOKAZ_LET(height, in.number());
  out.media = media;
  out.width = width;
  out.height = height;
  DOKAZ_LET(facts, in.count(facts_cap));
  for (std::uint32_t i = 0; i < facts; ++i) {
    DOKAZ_LET(fact, read_fact(in));
    for (const MetadataFact& other : out.facts)
      if (other.name == fact.name) return lie();
    out.facts.push_back(std::move(fact));
  }
  DOKAZ_LET(contradictions, in.count(contradictions_cap));
  for (std::uint32_t i = 0; i < contradictions; ++i) {
    DOKAZ_LET(one, read_contradiction(in));
    out.contradictions.push_back(std::move(one));
  }
  DOKAZ_LET(removed, in.count(removed_cap));
  for (std::uint32_t i = 0; i < removed; ++i) {
    DOKAZ_LET(kind, in.text());
    DOKAZ_LET(length, in.wide());
    DOKAZ_LET(digest, in.digest());
    if (!is_kind_name(kind)) return lie();
    out.removed.push_back({kind, length, digest});
  }
  DOKAZ_LET(warnings, in.count(warnings_cap));
  for (std::uint32_t i = 0; i < warnings; ++i) {
    DOKAZ_LET(warning, in.text());
    if (warning.empty() || warning.size() > 200 || !is_printable_ascii(warning)) return lie();
    out.warnings.push_back(std::move(warning));
  }
  DOKAZ_LET(plan, read_plan(in, original_size));
  out.plan = std::move(plan);
  const bool sized = width > 0 && height > 0;
  if (!in.done() || out.plan.size() == 0 || sized != has_picture(media)) return lie();
  return out;
}

Result<CheckAnswer> decode_check(ByteView bytes) {
  Reader in(bytes);
  DOKAZ_TRY(expect(in, Kind::check));
  DOKAZ_LET(media, in.media());
  DOKAZ_LET(width, in.number());
  DOKAZ_LET(height, in.number());
  DOKAZ_LET(coded, in.digest());
  DOKAZ_LET(clean, in.digest());
  if (!in.done()) return lie();
  return CheckAnswer{media, width, height, coded, clean};
}

Result<PixelsAnswer> decode_pixels(ByteView bytes) {
  Reader in(bytes);
  DOKAZ_TRY(expect(in, Kind::pixels));
  if (!in.done()) return lie();
  return PixelsAnswer{};
}

Result<ResidueAnswer> decode_residue(ByteView bytes) {
  Reader in(bytes);
  DOKAZ_TRY(expect(in, Kind::residue));
  if (!in.done()) return lie();
  return ResidueAnswer{};
}

Result<CleanPlan> decode_plan(ByteView bytes, std::uint64_t original_size) {
  Reader in(bytes);
  DOKAZ_TRY(expect(in, Kind::plan));
  DOKAZ_LET(plan, read_plan(in, original_size));
  if (!in.done()) return lie();
  return plan;
}

}  // namespace dokaz::intake
