// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/opened_acts.hpp"

#include <algorithm>

namespace dokaz {

const char* const opened_acts_tables = R"(
CREATE TABLE opened (statement BLOB PRIMARY KEY, facts BLOB NOT NULL);
)";

Result<std::optional<std::vector<Fact>>> opened_before(CaseFile& file, const StatementHash& statement) {
  using Found = std::optional<std::vector<Fact>>;
  Query query = file.database().prepare("SELECT facts FROM opened WHERE statement = ?");
  DOKAZ_LET(there, query.bind(statement).step());
  if (!there) return Found();
  DOKAZ_LET(facts, read_facts(query.blob(0)));
  return Found(std::move(facts));
}

Status keep_opened(CaseFile& file, const StatementHash& statement, const std::vector<Fact>& facts) {
  std::vector<Fact> telling = facts;
  std::erase_if(telling, [](const Fact& fact) { return fact.name() == "decoy"; });
  return file.database().run("INSERT OR REPLACE INTO opened (statement, facts) VALUES (?, ?)", statement,
                             write_facts(std::move(telling)));
}

}  // namespace dokaz
