// SPDX-License-Identifier: GPL-3.0-or-later
// What members said of consent, and what follows of it for an item and a use: format.md section 4. Nothing here is a
// legal opinion.
#pragma once

#include <map>

#include "casework/casefile/acts.hpp"

namespace dokaz {

enum class ConsentState { allowed, none, expired, refused, withdrawn };
std::string_view name_of(ConsentState state);

/// How somebody may be shown, as they asked: for every use, and whatever they said of the use.
struct AskedFor {
  std::string subject;  // as in SubjectSays
  std::string words;    // "face and voice: blur"
  StatementHash statement;
  friend bool operator==(const AskedFor&, const AskedFor&) = default;
};

/// What one subject said of one use: the yes of theirs that counts, or a no that stands.
struct SubjectSays {
  std::string subject;  // "birch"; "kid, by birch" where somebody spoke for somebody; empty for those who are not named
  ConsentState state = ConsentState::none;
  StatementHash statement;             // by which
  std::string signer, claimed, until;  // who recorded it, when by their clock; the last day of it, if one is named
  std::vector<std::string> conditions; // what this subject asked for of the item, in words for people
  bool unread = false;                 // it cannot be read here, and so may be anybody's, about anything
};

struct ConsentJudgement {
  Use use = Use::team;
  ConsentState state = ConsentState::none;
  std::vector<SubjectSays> subjects;  // those who said anything of this use
  std::vector<AskedFor> asked;        // by anybody who said anything of the item

  bool is_allowed() const { return state == ConsentState::allowed; }
  bool is_no() const { return state == ConsentState::withdrawn || state == ConsentState::refused; }
  /// Whether a no of this statement is what stops it, or one of those that do.
  bool stopped_by(const StatementHash& statement) const;
  /// "allowed by birch (statement 1a2b3c4d, recorded by anna)". Names pseudonyms: for those who have the case file.
  std::string words() const;
};

/// Why a use that is not allowed is not, naming nobody.
std::string why_not(const ConsentJudgement& judgement);

/// What members said of consent in a case, read once for any number of judgements. One thread, or many that only read.
class ConsentBook {
 public:
  static Result<ConsentBook> read(CaseFile& file);
  /// Of acts as acts_of gives them: all of them, or what follows is wrong.
  explicit ConsentBook(const std::vector<ShownAct>& acts);

  static constexpr std::size_t all = SIZE_MAX;
  /// `now`: seconds since 1970 UTC, for consents that end. `acts`: by so many of the first acts alone.
  ConsentJudgement judge(const StatementHash& item, Use use, std::int64_t now, std::size_t acts = all) const;
  /// Of an item; nothing: of the whole case.
  std::vector<AskedFor> asked_for(const std::optional<StatementHash>& item) const;
  /// Whether anybody of this pseudonym said anything that counts for the item; nothing: for the case or any item of it.
  bool knows(std::string_view by, const std::optional<StatementHash>& item) const;

 private:
  /// A consent or a withdrawal, with what the gate asks of it.
  struct Said {
    SubjectSays as;
    std::size_t order = 0;  // among all acts
    std::string by, of;
    bool is_withdrawal = false, of_case = false;
    bool may_replace = true;              // false: its member is revoked
    std::set<Use> yes, no;                // a withdrawal without uses has all of them in `no`
    std::set<StatementHash> lifts;
    std::int64_t time = 0;                // when it was said, as far as anybody claims
    bool day_only = false;
    std::string identity, face, conditions;  // asked for; empty: nothing

    std::pair<std::string, std::string> who() const { return {of, by}; }
  };
  using SaidInOrder = std::vector<const Said*>;
  static Said read(const ShownAct& act, std::size_t order);
  static int compare(const Said& a, const Said& b);
  static bool is_later(const Said& one, const Said& than);
  static bool meets(const Said& no, const Said& yes);
  static bool lifts_by_word(const Said& yes, const Said& no);
  static bool ends(const Said& no, const Said& yes);
  static bool stands(const Said& no, const SaidInOrder& yeses, std::set<std::string>& still_of);
  static std::vector<AskedFor> asked_in(const SaidInOrder& said);
  SaidInOrder about(const std::optional<StatementHash>& item, std::size_t acts) const;

  std::vector<Said> said_;  // in order
  std::map<StatementHash, std::vector<std::size_t>> of_item_;
  std::vector<std::size_t> of_case_;  // of the whole case, or not to be read
};

}  // namespace dokaz
