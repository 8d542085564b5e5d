// SPDX-License-Identifier: GPL-3.0-or-later
// The chain of custody of one item, as a table: who did what when, with which hashes before and after, from the
// statements alone. What they do not show is a gap, and is printed as one; nothing is filled in.
#pragma once

#include <map>
#include <set>

#include "casework/casefile/acts.hpp"
#include "casework/casefile/forks.hpp"

namespace dokaz {

/// What independent witnesses prove of when a statement was made: format.md section 12, "time". Seconds since 1970 UTC.
struct ProvedInterval {
  std::optional<std::int64_t> not_before, not_after;
  std::vector<std::string> witnesses;  // names in the policy
};

struct CustodyHash {
  std::string of;      // "original", "clean copy", "object", "bag"
  std::string sha256;  // hex
};

struct CustodyRow {
  std::uint64_t index = 0;  // in the log, where `logged`
  bool logged = true;       // false: an act of this case file that was not pulled back yet; and so for gaps of no place
  std::string statement;    // its hash in hex; empty for a gap
  std::string who, role;    // pseudonym; "documenter", "reviewer", "counsel", "server"
  std::string event;        // one of the words of custody: `custody_events`; "gap"
  std::string what;         // in words for the case's own people: it can name those who consented, and addressees
  std::string claimed;      // the time that the signer's clock said
  std::optional<ProvedInterval> proved;  // nothing: the time is claimed only
  std::vector<CustodyHash> before, after;
  bool gap = false;
  std::string gap_words;  // what is not shown, and what that may mean
};

struct CustodyTable {
  StatementHash item;
  std::vector<CustodyRow> rows;  // in the order of the log
  std::size_t for_legal_alone = 0;  // acts of the case that do not open without the legal group's key: no rows, and no gaps

  std::size_t gaps() const;
};

/// The words of custody, each with the name of PREMIS's event type that it maps to; "" where PREMIS has none.
struct CustodyEvent {
  std::string_view word, premis;
};
const std::vector<CustodyEvent>& custody_events();
std::string_view premis_of(std::string_view word);

/// Everything that tables are made of, read once. The case file must outlive it. One thread.
class CustodyBook {
 public:
  static Result<CustodyBook> read(CaseFile& file);
  /// not_found for what is no item.
  Result<CustodyTable> table(const StatementHash& item) const;
  /// For whoever names it by a beginning: usage, not_found.
  Result<StatementHash> item(std::string_view prefix) const;

 private:
  explicit CustodyBook(CaseFile& file, Membership members) : file_(&file), members_(std::move(members)) {}
  friend class TableMaker;

  CaseFile* file_;
  Membership members_;
  std::vector<CaseEntry> entries_;
  std::vector<ShownAct> acts_;
  std::vector<SetAside> aside_;                                  // also what members signed who are revoked from there on
  std::set<std::uint64_t> revoked_;                              // which of these, by their place in the log
  std::vector<Fork> forks_;
  std::map<StatementHash, std::size_t> places_;                  // of entries
  std::map<StatementHash, std::size_t> answers_;                 // the `receive` of an item
  std::map<StatementHash, std::vector<std::size_t>> acts_of_;    // acts that concern an item
  std::vector<std::size_t> acts_of_case_;                        // consents, withdrawals and notes of the whole case, and what does not open
  /// What is wrong with a chain, whatever item it is about.
  struct ChainGap {
    std::uint64_t index = 0;
    bool at_the_end = false;
    std::string words;
  };
  struct Chain {
    std::string owner;
    std::vector<std::size_t> entries;  // by number, then by place in the log
    std::vector<ChainGap> gaps;
  };
  void find_gaps(const ChainId& id, Chain& chain) const;

  std::map<ChainId, Chain> chains_;
  mutable std::map<std::size_t, CustodyRow> checked_;            // rows of acts of the whole case, which every table has
  std::map<std::pair<std::uint64_t, TreeHash>, std::int64_t> witnessed_;  // the earliest time of a checkpoint's witnesses
};

/// Without the hash of the original, which tells whoever has that file that it was handed in.
CustodyTable without_originals(CustodyTable table);

/// Of one item, named by the beginning of its hash.
Result<CustodyTable> custody_of(CaseFile& file, std::string_view item);

std::string render_text(const CustodyTable& table);
std::string render_json(const CustodyTable& table);

}  // namespace dokaz
