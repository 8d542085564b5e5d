// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/chain_check.hpp"

#include <algorithm>

namespace dokaz {
namespace {

constexpr std::string_view not_pulled = "not in what was pulled", was_set_aside = "set aside";

ChainFinding::Kind kind_of(Errc code) {
  if (code == Errc::chain_closed) return ChainFinding::Kind::after_close;
  return code == Errc::wrong_epoch ? ChainFinding::Kind::wrong_epoch : ChainFinding::Kind::broken;
}

/// The numbers from `first` on and below `end`, in as few ranges as their reasons allow.
void add_missing(CheckedChain& chain, std::uint64_t first, std::uint64_t end, const std::set<std::uint64_t>& set_aside) {
  for (auto at = set_aside.lower_bound(first); first < end; ++at) {
    const std::uint64_t next = at == set_aside.end() ? end : std::min(*at, end);
    if (first < next) chain.missing.push_back({first, next - 1, std::string(not_pulled)});
    if (next == end) return;
    chain.missing.push_back({next, next, std::string(was_set_aside)});
    first = next + 1;
  }
}

}  // namespace

CheckedChain check_chain(std::vector<const Proven*> chain, const std::set<std::uint64_t>& set_aside, const Membership& members,
                         std::vector<ChainFinding>& findings) {
  std::stable_sort(chain.begin(), chain.end(), [](const Proven* a, const Proven* b) { return a->fields().seq < b->fields().seq; });
  CheckedChain out;
  out.chain = chain.front()->fields().chain;
  out.signer = members.find(chain.front()->statement.member)->pseudonym;
  std::uint64_t expected = 0;
  const Proven* previous = nullptr;
  for (const Proven* now : chain) {
    const StatementFields& fields = now->fields();
    const auto find = [&](ChainFinding::Kind kind, std::uint64_t seq) {
      findings.push_back({kind, fields.chain, seq, members.find(now->statement.member)->pseudonym});
    };
    ++out.statements;
    if (is_item(now->statement.statement)) ++out.items;
    if (previous != nullptr && fields.seq == previous->fields().seq) {
      find(ChainFinding::Kind::fork, fields.seq);
      continue;
    }
    if (fields.seq != expected) {
      find(ChainFinding::Kind::gap, expected);
      add_missing(out, expected, fields.seq, set_aside);
    } else if (previous != nullptr) {
      if (const Status follows = check_follows(*previous, *now, members); !follows) find(kind_of(follows.code()), fields.seq);
    }
    expected = fields.seq + 1;
    previous = now;
  }
  out.last = previous->fields().seq;
  out.closed = previous->fields().act == Act::close;
  return out;
}

}  // namespace dokaz
