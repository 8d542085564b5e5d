// SPDX-License-Identifier: GPL-3.0-or-later
// The consent gate: whether something of an item may leave the case for a use, and by whose word: format.md section 4.
// Whatever leaves the case asks it. Nothing here is a legal opinion.
#pragma once

#include <map>

#include "casework/casefile/acts.hpp"

namespace dokaz {

enum class ConsentState { allowed, none, expired, refused, withdrawn };
std::string_view name_of(ConsentState state);

/// What one subject said of one use: their last yes, or a no that stands.
struct SubjectSays {
  std::string subject;  // "birch"; "kid, by birch" where somebody spoke for somebody; empty for those who are not named
  ConsentState state = ConsentState::none;
  StatementHash statement;             // by which
  std::string signer, claimed, until;  // who recorded it, when by their clock; the last day of it, if one is named
  std::vector<std::string> conditions; // how the person may be shown, in words for people
  bool unread = false;                 // it cannot be read here, and so may be anybody's, about anything
};

struct ConsentJudgement {
  Use use = Use::team;
  ConsentState state = ConsentState::none;
  std::vector<SubjectSays> subjects;  // those who said anything of this use

  bool is_allowed() const { return state == ConsentState::allowed; }
  /// "allowed by birch (statement 1a2b3c4d, recorded by anna)". Names pseudonyms: for those who have the case file.
  std::string words() const;
};

/// What members said of consent in this case, read once for any number of judgements.
class ConsentBook {
 public:
  static Result<ConsentBook> read(CaseFile& file);
  /// Of acts in the order of acts_of.
  explicit ConsentBook(const std::vector<ShownAct>& acts);

  /// `now`: seconds since 1970 UTC, for consents that end.
  ConsentJudgement judge(const StatementHash& item, Use use, std::int64_t now) const;

 private:
  /// A consent or a withdrawal, with what the gate asks of it.
  struct Said {
    SubjectSays as;
    std::string by, of;
    bool is_withdrawal = false;
    std::set<Use> yes, no;                // a withdrawal without uses has all of them in `no`
    std::set<StatementHash> lifts;
    std::int64_t time = 0;                // when it was said, as far as anybody claims
    bool day_only = false;
  };
  static Said read(const ShownAct& act);
  static bool lifts(const Said& yes, const Said& no);

  std::vector<Said> said_;  // in order
  std::map<StatementHash, std::vector<std::size_t>> of_item_;
  std::vector<std::size_t> of_case_;  // of the whole case, or not to be read
};

/// Of one item; for several, read the book once.
Result<ConsentJudgement> judge_consent(CaseFile& file, const StatementHash& item, Use use, std::int64_t now);

struct GateRequest {
  Use use = Use::team;
  std::string necessity = {};       // why, where nobody can be asked; empty: there is none
  bool despite_withdrawal = false;  // in spite of a withdrawal or a refusal; needs `necessity`
};

/// What let something through, for the statement of what leaves.
struct GatePass {
  Use use = Use::team;
  std::string necessity = {};
  std::set<StatementHash> relied = {}, withdrawn = {};
  std::vector<std::string> conditions = {};  // to be heeded by whoever hands it on: "item 90ab1c7c: face: blur"
};

/// no_consent, saying which item, why, and what to do; usage for a necessity that is no line, and for one that the
/// program cannot take: none besides `despite_withdrawal`. One item that is not allowed stops all.
Result<GatePass> pass_gate(const ConsentBook& book, const std::vector<StatementHash>& items, const GateRequest& request,
                           std::int64_t now);
Result<GatePass> pass_gate(CaseFile& file, const std::vector<StatementHash>& items, const GateRequest& request, std::int64_t now);

/// usage, naming the uses, for what is none of them.
Result<Use> use_of_word(std::string_view word);

}  // namespace dokaz
