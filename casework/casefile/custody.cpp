// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/custody.hpp"

#include <algorithm>
#include <set>

#include "casework/casefile/opened_acts.hpp"
#include "console/console.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::int64_t day_seconds = 24 * 60 * 60;

/// Facts of an item that custody speaks of. Those that this case file cannot open are left out.
Result<std::vector<Fact>> hashes_of_item(CaseFile& file, const Statement& statement) {
  DOKAZ_LET(before, opened_before(file, statement.hash()));
  if (before) return std::move(*before);
  DOKAZ_LET(facts, read_item_facts(file, statement));
  std::erase_if(facts, [](const Fact& fact) { return fact.name() != "clean.sha256" && fact.name() != "original.sha256"; });
  // More may be opened once the other object is here.
  if (find_fact(facts, "original.sha256") != nullptr) static_cast<void>(keep_opened(file, statement.hash(), facts).has_value());
  return facts;
}

bool is_of_whole_case(const ShownAct& act) {
  if (act.failure) return true;
  return !act.item && (act.act == Act::consent || act.act == Act::withdraw || act.act == Act::access);
}

std::string days_between(std::int64_t from, std::int64_t to) { return std::to_string((to - from) / day_seconds) + " days"; }

}  // namespace

const std::vector<CustodyEvent>& custody_events() {
  static const std::vector<CustodyEvent> all = {
      {"seal", "ingestion"},           {"derive", "migration"},       {"redact", "redaction"},
      {"transfer-out", "transfer"},    {"transfer-in", "transfer"},   {"receive", "accession"},
      {"access", "decryption"},        {"verify", "fixity check"},    {"export", "dissemination"},
      {"disclose", "dissemination"},   {"note", "metadata modification"}, {"consent", ""},
      {"withdraw", ""},                {"key-rotate", ""},            {"close", ""},
      {"heartbeat", ""},               {"destroy", "deletion"},       {"gap", ""},
  };
  return all;
}

std::string_view premis_of(std::string_view word) {
  for (const CustodyEvent& event : custody_events())
    if (event.word == word) return event.premis;
  return {};
}

std::size_t CustodyTable::gaps() const {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const CustodyRow& row) { return row.gap; }));
}

Result<CustodyBook> CustodyBook::read(CaseFile& file) {
  DOKAZ_LET(members, file.membership());
  CustodyBook book(file, std::move(members));
  DOKAZ_LET(entries, file.entries());
  book.entries_ = std::move(entries);
  DOKAZ_LET(acts, acts_of(file, book.entries_));
  book.acts_ = std::move(acts);
  DOKAZ_LET(aside, file.set_aside());
  book.aside_ = std::move(aside);
  DOKAZ_LET(revoked, file.revoked_entries());
  for (const CaseEntry& entry : revoked) {
    const Member* signer = book.members_.find(entry.receipt.member);
    if (signer == nullptr) continue;
    book.revoked_.insert(entry.index);
    book.aside_.push_back({entry.index, entry.statement.fields().chain, entry.statement.fields().seq, entry.statement.bytes(), {},
                           signer->key, false});
  }
  DOKAZ_LET(forks, forks_of(file, book.entries_, book.members_));
  book.forks_ = std::move(forks);

  Bytes last_note;
  for (std::size_t i = 0; i < book.entries_.size(); ++i) {
    const CaseEntry& entry = book.entries_[i];
    const StatementFields& fields = entry.statement.fields();
    book.places_.emplace(entry.statement.hash(), i);
    book.chains_[fields.chain].entries.push_back(i);
    if (entry.answered && entry.answered->name() == "statement")
      if (const auto of = id_from_hex<StatementHash>(entry.answered->as_text().value_or(""))) book.answers_.emplace(*of, i);
    // One pull gives hundreds of entries under one checkpoint.
    if (entry.receipt.checkpoint.bytes() == last_note) continue;
    last_note = entry.receipt.checkpoint.bytes();
    const auto trusted = file.policy().check(entry.receipt.checkpoint);
    if (!trusted) continue;
    const TreeHead& head = (*trusted)->checkpoint.head;
    for (const Cosignature& witness : (*trusted)->witnesses) {
      const auto time = static_cast<std::int64_t>(witness.unix_time);
      auto& earliest = book.witnessed_.try_emplace({head.size, head.root}, time).first->second;
      earliest = std::min(earliest, time);
    }
  }
  for (std::size_t i = 0; i < book.acts_.size(); ++i) {
    const ShownAct& act = book.acts_[i];
    if (act.item) book.acts_of_[*act.item].push_back(i);
    for (const StatementHash& item : hashes_of(act.facts, "export.items")) book.acts_of_[item].push_back(i);
    if (is_of_whole_case(act)) book.acts_of_case_.push_back(i);
  }
  for (auto& [id, chain] : book.chains_) book.find_gaps(id, chain);
  return book;
}

void CustodyBook::find_gaps(const ChainId& id, Chain& chain) const {
  const auto seq_of = [&](std::size_t place) { return entries_[place].statement.fields().seq; };
  std::stable_sort(chain.entries.begin(), chain.entries.end(), [&](std::size_t a, std::size_t b) { return seq_of(a) < seq_of(b); });
  const Member* owner = members_.find(entries_[chain.entries.front()].receipt.member);
  chain.owner = owner == nullptr ? "?" : owner->pseudonym;

  std::set<std::uint64_t> aside;
  for (const SetAside& one : aside_) {
    if (one.chain != id) continue;
    aside.insert(one.seq);
    const auto since = members_.revoked_since(one.member);
    chain.gaps.push_back({one.index, false, "statement " + std::to_string(one.seq) + " of this chain was set aside: " +
                                                (revoked_.contains(one.index) || (since && one.index >= *since) ? "the case had revoked the key that signed it"
                                                                                  : "another key than the one that signs there made it")});
  }
  const CaseEntry* before = nullptr;
  for (const std::size_t place : chain.entries) {
    const CaseEntry& now = entries_[place];
    const StatementFields& fields = now.statement.fields();
    const auto find = [&](const std::string& words) { chain.gaps.push_back({now.index, false, words}); };
    const std::uint64_t expected = before == nullptr ? 0 : before->statement.fields().seq + 1;
    std::uint64_t first = expected;
    while (first < fields.seq && aside.contains(first)) ++first;
    const std::string number = "statement " + std::to_string(fields.seq);
    if (before != nullptr && fields.seq == before->statement.fields().seq) {
      find("two different entries of the log claim the place of " + number + " of this chain");
      continue;
    }
    if (first < fields.seq)
      find("missing numbers: statement " + std::to_string(first) + (fields.seq - 1 > first ? " to " + std::to_string(fields.seq - 1) : std::string()) +
           " of this chain is not in the log that was pulled");
    else if (before != nullptr && fields.seq == expected) {
      if (fields.previous != before->statement.hash()) find(number + " of this chain does not follow from the one before it");
      if (now.index <= before->index) find(number + " of this chain is in the log before the one that it follows");
      if (before->statement.fields().act == Act::close) find("the chain was closed before " + number);
    }
    before = &now;
  }
  for (const Fork& fork : forks_)
    if (fork.place.chain == id)
      chain.gaps.push_back({0, true, "forked: two different statements claim place " + std::to_string(fork.place.seq) +
                                         " of this chain. A device was restored from a copy, or somebody else has its key"});
}

Result<StatementHash> CustodyBook::item(std::string_view prefix) const {
  DOKAZ_LET(entry, find_item(entries_, prefix));
  return entry->statement.hash();
}

/// Makes one table. Each method adds rows; they are put in order at the end.
class TableMaker {
 public:
  TableMaker(const CustodyBook& book, const StatementHash& item) : book_(book), table_{item, {}} {}

  Result<CustodyTable> make() {
    const auto found = book_.places_.find(table_.item);
    if (found == book_.places_.end() || !is_item(book_.entries_[found->second].statement))
      return fail(Errc::not_found, "no item has this hash");
    const CaseEntry& sealed = book_.entries_[found->second];
    add_item(sealed);
    add_answer(sealed);
    add_acts();
    for (const ChainId& chain : chains_) add_chain_gaps(chain);
    std::stable_sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) { return a.key < b.key; });
    for (Placed& one : placed_) table_.rows.push_back(std::move(one.row));
    return std::move(table_);
  }

 private:
  /// Behind all that the log has.
  static constexpr std::uint64_t at_the_end = UINT64_MAX;
  struct Placed {
    std::pair<std::uint64_t, int> key;  // index in the log; before (0), at (1) or after (2) that entry
    CustodyRow row;
  };

  CustodyRow& add(std::uint64_t index, int order, CustodyRow row) {
    placed_.push_back({{index, order}, std::move(row)});
    return placed_.back().row;
  }

  void add_gap(std::uint64_t index, int order, std::string who, std::string words) {
    CustodyRow row;
    row.index = index == at_the_end ? 0 : index;
    row.logged = index != at_the_end;
    row.who = std::move(who);
    row.event = "gap";
    row.gap = true;
    row.what = "GAP";
    row.gap_words = std::move(words);
    add(index, order, std::move(row));
  }

  CustodyRow row_of(const CaseEntry& entry, std::string what) {
    const StatementFields& fields = entry.statement.fields();
    const Member* signer = book_.members_.find(entry.receipt.member);
    CustodyRow row;
    row.index = entry.index;
    row.statement = hex(entry.statement.hash());
    row.who = signer == nullptr ? "?" : signer->pseudonym;
    row.role = signer == nullptr ? std::string() : std::string(name_of(signer->role));
    row.event = name_of(fields.act);
    row.what = std::move(what);
    row.claimed = format_time(fields.time);
    chains_.insert(fields.chain);
    const auto held = check_receipt(entry.statement, entry.receipt, book_.members_, book_.file_->policy());
    if (!held) {
      row.gap = true;
      row.gap_words = "its receipt does not hold: " + std::string(words_of(held.code()));
      return row;
    }
    ProvedInterval proved;
    for (const Cosignature& witness : held->checkpoint.witnesses) {
      const auto time = static_cast<std::int64_t>(witness.unix_time);
      proved.not_after = std::max(proved.not_after.value_or(time), time);
      proved.witnesses.push_back(witness.witness);
    }
    if (const auto seen = book_.witnessed_.find({fields.seen.size, fields.seen.root}); fields.seen.size != 0 && seen != book_.witnessed_.end())
      proved.not_before = seen->second;
    if (proved.not_after || proved.not_before) row.proved = std::move(proved);
    return row;
  }

  void add_item(const CaseEntry& sealed) {
    const StatementFields& fields = sealed.statement.fields();
    const bool cleaned = fields.objects.size() > 1;
    CustodyRow row = row_of(sealed, cleaned ? "taken in, a clean copy made, both sealed and signed" : "taken in as it was, not cleaned, sealed and signed");
    const auto facts = hashes_of_item(*book_.file_, sealed.statement);
    if (facts) {
      original_ = text_of(*facts, "original.sha256");
      clean_ = text_of(*facts, "clean.sha256");
    }
    if (!original_.empty()) row.before.push_back({"original", original_});
    if (!clean_.empty()) row.after.push_back({"clean copy", clean_});
    for (const ObjectRef& object : fields.objects) row.after.push_back({"object", hex(object.id)});
    add(sealed.index, 1, std::move(row));
    if (!facts)
      add_gap(sealed.index, 2, {}, "its hashes cannot be shown: " + std::string(words_of(facts.code())) +
                                       (facts.error().detail.empty() ? "" : " (" + facts.error().detail + ")"));
  }

  void add_answer(const CaseEntry& sealed) {
    const StatementFields& fields = sealed.statement.fields();
    const auto found = book_.answers_.find(table_.item);
    if (found == book_.answers_.end())
      return add_gap(sealed.index, 2, {},
                     "unacknowledged transfer: no statement of the server says that it holds the objects of this item");
    const CaseEntry& receive = book_.entries_[found->second];
    CustodyRow row = row_of(receive, "every object received, checked and stored");
    for (const ObjectRef& object : fields.objects) row.before.push_back({"object", hex(object.id)});
    for (const ObjectRef& object : receive.statement.fields().objects) row.after.push_back({"object", hex(object.id)});
    if (receive.statement.fields().objects != fields.objects) {
      row.gap = true;
      row.gap_words = "the objects that the server names are not those that were sealed";
    }
    add(receive.index, 1, std::move(row));
    const std::int64_t from = fields.time.unix_seconds, to = receive.statement.fields().time.unix_seconds;
    if (to - from > day_seconds)
      add_gap(receive.index, 0, {},
              "unlogged period of " + days_between(from, to) + " by the clocks of both: between the claimed time of sealing and the server's " +
                  "receipt, where the sealed item was no statement shows");
    else if (from - to > day_seconds)
      add_gap(receive.index, 0, {}, "the claimed time of sealing is " + days_between(to, from) + " after the server's receipt: one of the clocks was wrong");
  }

  void add_acts() {
    std::vector<std::size_t> all = book_.acts_of_case_;
    if (const auto own = book_.acts_of_.find(table_.item); own != book_.acts_of_.end()) all.insert(all.end(), own->second.begin(), own->second.end());
    std::sort(all.begin(), all.end());
    for (const std::size_t place : all) {
      if (is_for_legal_alone(*book_.file_, book_.acts_[place])) ++table_.for_legal_alone;
      else add_act(place);
    }
  }

  void add_act(std::size_t number) {
    const ShownAct& act = book_.acts_[number];
    const bool of_case = is_of_whole_case(act);
    if (const auto known = book_.checked_.find(number); of_case && known != book_.checked_.end()) {
      if (const auto found = book_.places_.find(act.statement); found != book_.places_.end())
        chains_.insert(book_.entries_[found->second].statement.fields().chain);
      add(known->second.logged ? known->second.index : at_the_end, 1, known->second);
      return;
    }
    CustodyRow row = act_row(act);
    if (of_case) book_.checked_.emplace(number, row);
    add(row.logged ? row.index : at_the_end, 1, std::move(row));
  }

  CustodyRow act_row(const ShownAct& act) {
    const std::string scope = act.item || act.act == Act::export_ ? std::string() : "of the whole case: ";
    CustodyRow row;
    if (const auto found = book_.places_.find(act.statement); act.index && found != book_.places_.end()) {
      row = row_of(book_.entries_[found->second], scope + words_of(act));
    } else {
      row.logged = act.index.has_value();
      row.index = act.index.value_or(0);
      row.statement = hex(act.statement);
      row.who = act.signer;
      row.role = act.role;
      row.event = name_of(act.act);
      row.what = scope + words_of(act) + (act.failure || act.weight != Weight::counts ? "" : "; not at the server yet");
      row.claimed = act.claimed;
    }
    if (act.failure) {
      row.gap = true;
      row.gap_words = "what it says cannot be read here, and whether it is about this item: " + std::string(words_of(act.failure->code));
    }
    if (act.weight == Weight::revoked && !act.failure) {
      row.gap = true;
      row.gap_words = "the case had revoked the key that signed this: it counts for nothing, but for what it says was refused, taken back or handed out";
    }
    if (words_of(act.facts, "shown") == std::vector<std::string>{"keys"}) {
      row.gap = true;
      row.gap_words = "from here on somebody could open items with the group's key, and no statement shows it";
    }
    add_hashes(act, row);
    return row;
  }

  void add_hashes(const ShownAct& act, CustodyRow& row) {
    if (act.act != Act::access && act.act != Act::export_) return;
    const std::vector<std::string> shown = words_of(act.facts, "shown");
    const auto has = [&](std::string_view word) { return std::find(shown.begin(), shown.end(), word) != shown.end(); };
    if (has("original") && !original_.empty()) row.before.push_back({"original", original_});
    if (has("clean") && !clean_.empty()) row.before.push_back({"clean copy", clean_});
    if (act.act == Act::access) row.after = row.before;
    if (const std::string bag = text_of(act.facts, "export.bag"); !bag.empty()) row.after.push_back({"bag", bag});
  }

  /// What is missing in the chain of somebody who did something with this item: it might have been about it, too.
  void add_chain_gaps(const ChainId& id) {
    const CustodyBook::Chain& chain = book_.chains_.at(id);
    for (const CustodyBook::ChainGap& gap : chain.gaps) add_gap(gap.at_the_end ? at_the_end : gap.index, 0, chain.owner, gap.words);
  }

  const CustodyBook& book_;
  CustodyTable table_;
  std::vector<Placed> placed_;
  std::set<ChainId> chains_;
  std::string original_, clean_;
};

Result<CustodyTable> CustodyBook::table(const StatementHash& item) const { return TableMaker(*this, item).make(); }

CustodyTable without_originals(CustodyTable table) {
  for (CustodyRow& row : table.rows)
    for (std::vector<CustodyHash>* hashes : {&row.before, &row.after})
      std::erase_if(*hashes, [](const CustodyHash& hash) { return hash.of == "original"; });
  return table;
}

Result<CustodyTable> custody_of(CaseFile& file, std::string_view item) {
  DOKAZ_LET(book, CustodyBook::read(file));
  DOKAZ_LET(hash, book.item(item));
  return book.table(hash);
}

}  // namespace dokaz
