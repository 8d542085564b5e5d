// SPDX-License-Identifier: GPL-3.0-or-later
// What left the case: to whom, when, for what, by which statement, by whose consent, and what was withdrawn since. For the
// other proceedings of an application form (section H), and for whoever takes a consent back.
#pragma once

#include "casework/casefile/acts.hpp"

namespace dokaz {

/// A withdrawal or refusal that something which left did not heed: it came later, or what left did not know of it.
struct WithdrawnSince {
  StatementHash statement;
  std::string by, claimed;             // the subject, who may not be named; when, by the signer's clock
  bool came_before = false;            // the log has it before the statement of what left
  bool unread = false;                 // what it says, and of what, is not known here
  bool is_refusal = false;
  std::optional<StatementHash> item;   // nothing: from the whole case
};

struct LedgerRow {
  std::optional<std::uint64_t> index;  // in the log; nothing while it is not pulled back
  StatementHash statement;
  std::string signer, claimed;
  std::string act;                     // "export", "disclose"
  std::string profile, addressee, use, reason, necessity;  // empty where it is not said
  std::vector<StatementHash> items;
  std::vector<std::string> shown, facts;
  std::string bag;                     // hex; empty where there is none
  std::vector<StatementHash> consents, in_spite_of;  // that it relied on; withdrawals and refusals that it passed over
  std::vector<WithdrawnSince> withdrawn;  // that it does not name in `in_spite_of`
  std::optional<Error> failure;        // it left, and what it was cannot be read here
  Weight weight = Weight::counts;      // whatever it is, what left has left
};

/// In the order of acts_of, with what revoked members handed out, too.
Result<std::vector<LedgerRow>> ledger_of(CaseFile& file);
std::vector<LedgerRow> ledger_of(const std::vector<ShownAct>& acts);
/// Those with this item in them; all that cannot be read, too.
std::vector<LedgerRow> about_item(std::vector<LedgerRow> rows, const StatementHash& item);

std::string render_text(const std::vector<LedgerRow>& rows);
std::string render_json(const std::vector<LedgerRow>& rows);
/// RFC 4180, UTF-8, with a head line; a field that a spreadsheet would take for a formula begins with an apostrophe.
std::string render_csv(const std::vector<LedgerRow>& rows);

}  // namespace dokaz
