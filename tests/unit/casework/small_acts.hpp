// SPDX-License-Identifier: GPL-3.0-or-later
// Acts of a case file's own chain, and a server that logs them.
#pragma once

#include "casework/casefile/act_facts.hpp"
#include "casework/casefile/own_chain.hpp"
#include "casework/casefile/seal_act.hpp"
#include "tests/unit/casework/small_server.hpp"

namespace dokaz::small {

inline constexpr std::int64_t noon = 1'777'636'800;  // 2026-05-01T12:00:00Z

/// What a pull does with the own chain: logged, answered, and the object kept.
inline void bring(CaseFile& file, Server& server) {
  OwnChain chain(file);
  const Membership members = must(file.membership());
  for (const OwnStatement& own : must(chain.waiting())) {
    const std::uint64_t index = server.log.add(own.signed_statement);
    must(chain.keep_receipt(own, server.log.receipt(index), members));
  }
  for (const OwnStatement& own : must(chain.without_object())) {
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects)
      server.objects[object.id] = must(read_file(file.object_path(object.id), object.size));
    must(chain.keep_object(own));
  }
}

/// How the server's log has that member's chain: what Welcome says.
inline std::vector<ChainHead> heads_of(const CaseFile& file, const Server& server) {
  std::map<ChainId, ChainHead> heads;
  for (const SignedStatement& one : server.log.entries()) {
    if (one.member != file.member().public_key()) continue;
    const StatementFields& fields = one.statement.fields();
    heads[fields.chain] = {fields.chain, fields.seq + 1, one.statement.hash()};
  }
  std::vector<ChainHead> out;
  for (const auto& [id, head] : heads) out.push_back(head);
  return out;
}

inline std::vector<Fact> note_facts(std::string_view text) { return {Fact::text("note", text)}; }

inline StatementHash state_note(CaseFile& file, std::string_view text) {
  return must(OwnChain(file).state(Act::note, note_facts(text), ClaimedTime{noon, false}));
}

struct Said {
  std::vector<std::string> uses = {}, refused = {};
  std::string by = {}, until = {};
  std::optional<StatementHash> item = {};
  std::string date = {}, of = {};
  std::vector<std::string> lifts = {};
  std::int64_t at = noon;
  std::string face = {}, identity = {}, conditions = {};
};
inline std::vector<Fact> facts_of(const Said& said) {
  std::vector<Fact> facts;
  if (!said.face.empty()) facts.push_back(Fact::text("consent.face", said.face));
  if (!said.identity.empty()) facts.push_back(Fact::text("consent.identity", said.identity));
  if (!said.conditions.empty()) facts.push_back(Fact::text("consent.conditions", said.conditions));
  if (said.item) facts.push_back(Fact::text("about", hex(*said.item)));
  if (!said.by.empty()) facts.push_back(Fact::text("consent.by", said.by));
  if (!said.until.empty()) facts.push_back(Fact::text("consent.until", said.until));
  if (!said.date.empty()) facts.push_back(Fact::text("consent.date", said.date));
  if (!said.of.empty()) facts.push_back(Fact::text("consent.for", said.of));
  if (auto fact = words_fact("consent.lifts", {said.lifts.begin(), said.lifts.end()})) facts.push_back(std::move(*fact));
  if (auto fact = words_fact("consent.uses", {said.uses.begin(), said.uses.end()})) facts.push_back(std::move(*fact));
  if (auto fact = words_fact("consent.refused", {said.refused.begin(), said.refused.end()})) facts.push_back(std::move(*fact));
  return facts;
}
inline StatementHash state_consent(CaseFile& file, Act act, const Said& said) {
  return must(OwnChain(file).state(act, facts_of(said), ClaimedTime{said.at, false}));
}

/// An act of anna's that the case file can open, as her device signed it.
inline SignedStatement by_anna(CaseFile& file, Server& server, Act act, std::vector<Fact> facts) {
  const SealedAct sealed = must(seal_act(file, act, std::move(facts)));
  return server.anna.next(act, {sealed.object}, sealed.digests());
}
/// The same, in the log; its place there.
inline std::uint64_t log_by_anna(CaseFile& file, Server& server, Act act, const Said& said) {
  return server.log.add(by_anna(file, server, act, facts_of(said)));
}

}  // namespace dokaz::small
