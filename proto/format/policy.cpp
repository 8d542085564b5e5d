// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/policy.hpp"

#include <algorithm>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view nobody = "none";

bool is_item_name(std::string_view name) { return is_note_name(name) && name != nobody; }

bool knows(const std::vector<Witness>& witnesses, std::string_view name) {
  return std::any_of(witnesses.begin(), witnesses.end(), [&](const Witness& known) { return known.name == name; });
}

struct WitnessGroup {
  std::string name;
  std::size_t required = 0;
  std::vector<std::string> members;
};

Result<Witness> read_witness(LineReader& lines, const PublicKey& log, const std::vector<Witness>& before) {
  DOKAZ_LET(fields, lines.fields<2>("witness"));
  if (!is_item_name(fields[0]) || knows(before, fields[0])) return fail(Errc::malformed, "witness name");
  DOKAZ_LET(key, key_from_hex(fields[1]));
  if (key == log || std::any_of(before.begin(), before.end(), [&](const Witness& other) { return other.key == key; }))
    return fail(Errc::malformed, "one key twice");
  return Witness{std::string(fields[0]), key};
}

Result<WitnessGroup> read_group(LineReader& lines, const std::vector<Witness>& witnesses) {
  DOKAZ_LET(text, lines.value("group"));
  DOKAZ_LET(fields, split_fields(text));
  if (fields.size() < 3) return fail(Errc::malformed, "group");
  if (!is_item_name(fields[0]) || knows(witnesses, fields[0])) return fail(Errc::malformed, "group name");
  WitnessGroup out{std::string(fields[0]), 0, {fields.begin() + 2, fields.end()}};
  DOKAZ_LET(required, from_decimal(fields[1]));
  if (required == 0 || required > out.members.size()) return fail(Errc::malformed, "size of the quorum");
  out.required = static_cast<std::size_t>(required);
  for (auto name = out.members.begin(); name != out.members.end(); ++name)
    if (!knows(witnesses, *name) || std::find(out.members.begin(), name, *name) != name)
      return fail(Errc::malformed, "group member");
  return out;
}

}  // namespace

Result<Policy> Policy::parse(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_policy_size));
  DOKAZ_LET(log_text, lines.value("log"));
  DOKAZ_LET(log, key_from_hex(log_text));
  Policy out(to_bytes(bytes), log);
  while (lines.next_is("witness")) {
    DOKAZ_LET(witness, read_witness(lines, log, out.witnesses_));
    out.witnesses_.push_back(std::move(witness));
  }
  std::optional<WitnessGroup> group;
  if (lines.next_is("group")) {
    DOKAZ_LET(read, read_group(lines, out.witnesses_));
    group = std::move(read);
  }
  DOKAZ_LET(quorum, lines.value("quorum"));
  DOKAZ_TRY(lines.end());
  if (group && quorum == group->name) {
    out.quorum_ = std::move(group->members);
    out.required_ = group->required;
  } else if (knows(out.witnesses_, quorum)) {
    out.quorum_ = {std::string(quorum)};
    out.required_ = 1;
  } else if (quorum != nobody) {
    return fail(Errc::malformed, "quorum");
  }
  return out;
}

Policy Policy::log_only(const PublicKey& log) {
  return parse(bytes_of("log " + hex(log) + "\nquorum none\n")).value();
}

Result<Verified<LogCheckpoint>> Policy::check_log(const Note& note) const {
  DOKAZ_LET(checkpoint, parse_checkpoint(note));
  if (checkpoint.origin != log_origin(log_)) return fail(Errc::policy_unmet, "another log");
  const auto log_line = note_key_id(checkpoint.origin, NoteKeyType::ed25519, log_);
  if (note.signatures()[0].key_id != log_line) return Errc::bad_signature;
  DOKAZ_TRY(note.verify(checkpoint.origin, log_));
  LogCheckpoint out{std::move(checkpoint), {}};
  for (const Witness& witness : witnesses_) {
    const auto id = note_key_id(witness.name, NoteKeyType::cosignature, witness.key);
    const NoteSignature* line = note.find_line(witness.name, id);
    if (line == nullptr) continue;
    DOKAZ_LET(time, verify_cosignature(note, *line, witness.key));
    out.witnesses.push_back({witness.name, time});
  }
  return Verified<LogCheckpoint>(std::move(out));
}

bool Policy::is_quorum(const std::vector<Cosignature>& witnesses) const {
  const auto counts = [&](const Cosignature& line) {
    return std::find(quorum_.begin(), quorum_.end(), line.witness) != quorum_.end();
  };
  return static_cast<std::size_t>(std::count_if(witnesses.begin(), witnesses.end(), counts)) >= required_;
}

Result<Verified<TrustedCheckpoint>> Policy::check(const Note& note) const {
  DOKAZ_LET(signed_by_log, check_log(note));
  if (!is_quorum(signed_by_log->witnesses)) return fail(Errc::policy_unmet, "too few witnesses");
  return Verified<TrustedCheckpoint>({signed_by_log->checkpoint, signed_by_log->witnesses});
}

}  // namespace dokaz
