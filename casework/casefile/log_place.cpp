// SPDX-License-Identifier: GPL-3.0-or-later
// A date as a place in the log. Whoever has a stolen key chooses the times that its statements claim: only what witnesses
// and the server say counts here.
#include <algorithm>
#include <map>

#include "casework/casefile/people.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view forms = "--suspect-since takes a place in the log, a day as 2026-11-27, "
                                   "a second as 2026-11-27T09:30:00Z, or now";

/// The largest size of a checkpoint that every witness on it had seen by then.
Result<std::uint64_t> size_by_witnesses(const std::vector<CaseEntry>& entries, const Policy& policy, std::int64_t by) {
  std::uint64_t size = 0;
  Bytes judged;  // many receipts in a row have one checkpoint
  for (const CaseEntry& entry : entries) {
    const Note& note = entry.receipt.checkpoint;
    if (judged == note.bytes()) continue;
    judged = note.bytes();
    DOKAZ_LET(trusted, policy.check(note));
    const auto late = [by](const Cosignature& one) { return one.unix_time > static_cast<std::uint64_t>(by); };
    if (trusted->witnesses.empty() || std::ranges::any_of(trusted->witnesses, late)) continue;
    size = std::max(size, trusted->checkpoint.head.size);
  }
  return size;
}

/// Behind the last of the server's own statements before the first that it dates later: a clock that jumped back later
/// makes nothing good again.
std::uint64_t size_by_server(const std::vector<CaseEntry>& entries, const Membership& members, std::int64_t by) {
  std::uint64_t size = 0;
  for (const CaseEntry& entry : entries) {
    const Member* signer = members.find(entry.receipt.member);
    if (signer == nullptr || signer->role != Role::server) continue;
    if (entry.statement.fields().time.unix_seconds > by) break;
    size = entry.index + 1;
  }
  return size;
}

Result<LogPlace> place_at(CaseFile& file, std::int64_t by) {
  if (by < 0) return LogPlace{0, LogPlace::Basis::nothing, {}};
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(members, file.membership());
  const std::uint64_t by_server = size_by_server(entries, members, by);
  if (!file.policy().needs_witnesses())
    return LogPlace{by_server, by_server == 0 ? LogPlace::Basis::nothing : LogPlace::Basis::servers_clock, {}};
  DOKAZ_LET(witnessed, size_by_witnesses(entries, file.policy(), by));
  return LogPlace{witnessed, witnessed == 0 ? LogPlace::Basis::nothing : LogPlace::Basis::witnesses, by_server};
}

}  // namespace

Result<SuspectSince> read_suspect_since(std::string_view text) {
  if (text == "now") return SuspectSince(Now{});
  if (const auto index = from_decimal(text)) return SuspectSince(AtIndex{*index});
  // A day begins first where clocks are 14 hours ahead of UTC: whoever named it may mean that one.
  constexpr std::int64_t earliest_zone = 14 * 60 * 60;
  if (const auto time = parse_time(text))
    return SuspectSince(AtTime{time->unix_seconds - (time->day_only ? earliest_zone : 0)});
  return fail(Errc::usage, std::string(forms));
}

Result<LogPlace> place_of(CaseFile& file, const SuspectSince& since) {
  DOKAZ_LET(head, file.trusted_head());
  if (const auto* index = std::get_if<AtIndex>(&since)) {
    if (index->index > head.size)
      return fail(Errc::usage, "the log has " + std::to_string(head.size) + " entries as far as is known here; a day is written 2026-11-27");
    return LogPlace{index->index, LogPlace::Basis::said, {}};
  }
  // What is stated to the second was still good before it.
  if (const auto* time = std::get_if<AtTime>(&since)) return place_at(file, time->unix_seconds - 1);
  return LogPlace{head.size, LogPlace::Basis::newest, {}};
}

std::string words_of(const LogPlace& place) {
  std::string words = "place " + std::to_string(place.index) + " of the log";
  switch (place.basis) {
    case LogPlace::Basis::said: break;
    case LogPlace::Basis::newest: words += ", behind all that was pulled"; break;
    case LogPlace::Basis::witnesses: words += ": what is before it, witnesses had seen by then"; break;
    case LogPlace::Basis::servers_clock: words += ": what is before it was there by then, by the server's clock"; break;
    case LogPlace::Basis::nothing: words += ": nothing that was pulled shows that more was there by then"; break;
  }
  if (place.by_server && *place.by_server != place.index)
    words += "; by the server's clock alone it would be " + std::to_string(*place.by_server);
  return words;
}

}  // namespace dokaz
