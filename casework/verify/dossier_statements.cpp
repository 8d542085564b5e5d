// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/dossier_statements.hpp"

#include <algorithm>

#include "casework/verify/parallel.hpp"
#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

constexpr std::string_view statement_ending = ".statement";

/// One thing done for each statement by several threads, each with a view of its own; the first failure in their order.
Status each_in_order(Parts& parts, const Hashes& hashes, std::vector<DossierStatement>& all,
                     const std::function<Status(Parts&, DossierStatement&)>& work) {
  struct Done {
    std::optional<Error> failure;
    std::string where;
  };
  std::vector<Done> done(all.size());
  std::vector<std::unique_ptr<Parts>> views(all.size());
  in_parallel(all.size(), [&](std::size_t i) {
    views[i] = std::make_unique<Parts>(parts.all(), &hashes);
    if (const Status status = work(*views[i], all[i]); !status) done[i] = {status.error(), views[i]->here()};
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    parts.join(*views[i]);
    if (!done[i].failure) continue;
    parts.at(done[i].where);
    return *done[i].failure;
  }
  return {};
}

/// Paths of the statements in data/chains: malformed for a file that has no place there.
Result<std::vector<DossierStatement>> list_chains(Parts& parts) {
  std::vector<DossierStatement> out;
  const Bag& files = parts.all();
  for (auto at = files.lower_bound(std::string(part::chains)); at != files.end() && at->first.starts_with(part::chains); ++at) {
    if (!at->first.ends_with(statement_ending)) continue;  // its proof, or one that is not used
    parts.at(at->first);
    out.push_back({at->first, 0});
  }
  return out;
}

Status read_all(Parts& parts, const Hashes& hashes, std::vector<DossierStatement>& all) {
  return each_in_order(parts, hashes, all, [](Parts& view, DossierStatement& one) -> Status {
    DOKAZ_LET(read, read_unproven(view, one.path));
    view.at(one.path);
    if (one.item != 0) DOKAZ_TRY(check_item_act(view, one.path, read.statement));
    if (one.item == 0 && one.path != part::chain_of(read.statement.fields().chain, read.statement.fields().seq))
      return fail(Errc::broken_chain, "another chain or place");
    one.read = std::move(read);
    return {};
  });
}

/// In the order of the log: that the log has them there is shown afterwards, of every statement.
Status learn_keys(Parts& parts, const std::vector<DossierStatement>& all, Membership& members) {
  std::vector<const DossierStatement*> by_index;
  for (const DossierStatement& one : all) by_index.push_back(&one);
  std::stable_sort(by_index.begin(), by_index.end(), [](const auto* a, const auto* b) {
    return a->read->receipt.index < b->read->receipt.index;
  });
  std::set<KeyHash> over;  // keys that another one followed
  for (const DossierStatement* one : by_index) {
    const auto& [statement, receipt] = *one->read;
    parts.at(one->path);
    if (over.contains(receipt.member)) return fail(Errc::wrong_epoch, "another key followed this one before");
    if (!statement.fields().next_key) continue;
    const Member* member = members.find(receipt.member);
    if (member == nullptr) return fail(Errc::not_a_member, "key hash");
    DOKAZ_LET(rotation, members.check({statement, member->key, receipt.signature}));
    DOKAZ_TRY(members.learn(rotation));
    over.insert(receipt.member);
  }
  return {};
}

bool is_sealed(const StatementFields& fields) {
  return fields.act == Act::seal || fields.act == Act::derive || fields.act == Act::redact;
}

}  // namespace

Result<std::vector<DossierStatement>> check_statements(Parts& parts, const Hashes& hashes, const Cover& cover,
                                                       Ground& ground, Checkpoints& checkpoints) {
  std::vector<DossierStatement> all;
  for (std::size_t number = 1; number <= cover.items; ++number)
    all.push_back({ItemPlace::of_dossier(number).statement(), number});
  DOKAZ_LET(others, list_chains(parts));
  all.insert(all.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
  DOKAZ_TRY(read_all(parts, hashes, all));
  DOKAZ_TRY(learn_keys(parts, all, ground.authority.members));
  DOKAZ_TRY(each_in_order(parts, hashes, all, [&](Parts& view, DossierStatement& one) -> Status {
    DOKAZ_LET(proven, check_proven(view, one.path, *one.read, one.item != 0 ? &ground.enclosed : nullptr,
                                   ground.authority, checkpoints));
    one.proven = std::move(proven);
    one.read.reset();
    return {};
  }));
  return all;
}

Result<std::vector<ShownChain>> check_chains(Parts& parts, const std::vector<DossierStatement>& statements,
                                             const Cover& cover, const Ground& ground) {
  std::map<ChainId, std::vector<const DossierStatement*>> chains;
  for (const DossierStatement& one : statements) chains[one.proven->fields().chain].push_back(&one);
  std::map<std::pair<ChainId, std::uint64_t>, std::string> reasons;
  for (const Withheld& one : cover.withheld) reasons.emplace(std::pair(one.chain, one.seq), one.reason);

  std::vector<ShownChain> out;
  for (auto& [id, chain] : chains) {
    // Items first, so that of two for one place the one in data/chains is the one too many.
    std::stable_sort(chain.begin(), chain.end(), [](const auto* a, const auto* b) {
      return a->proven->fields().seq < b->proven->fields().seq;
    });
    ShownChain shown;
    shown.chain = hex(id);
    const DossierStatement* before = nullptr;
    for (const DossierStatement* one : chain) {
      const StatementFields& fields = one->proven->fields();
      parts.at(one->path);
      if (before != nullptr && fields.seq == before->proven->fields().seq) {
        if (before->proven->statement.statement == one->proven->statement.statement)
          return fail(Errc::malformed, "a statement that is here twice");
        return fail(Errc::forked_chain, "another statement has this place");
      }
      if (const std::uint64_t wanted = shown.statements; fields.seq != wanted) {
        parts.at(part::chain_of(id, wanted));
        return Errc::missing_part;
      }
      if (before != nullptr) DOKAZ_TRY(check_follows(*before->proven, *one->proven, ground.authority.members));
      ++shown.statements;
      if (one->item != 0) {
        shown.items.push_back(fields.seq);
      } else if (is_sealed(fields)) {
        const auto reason = reasons.find({id, fields.seq});
        shown.withheld.push_back({fields.seq, reason == reasons.end() ? std::string() : reason->second});
        if (reason != reasons.end()) reasons.erase(reason);
      }
      before = one;
    }
    if (shown.items.empty()) return fail(Errc::malformed, "a chain of which no item is here");
    shown.signer = ground.authority.members.find(before->proven->statement.member)->pseudonym;
    out.push_back(std::move(shown));
  }
  parts.at(part::cover);
  if (!reasons.empty()) return fail(Errc::malformed, "names a withheld item that is not one");
  return out;
}

}  // namespace dokaz
