// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/statements.hpp"

#include <algorithm>

#include "collector/sync/judge.hpp"
#include "collector/sync/without_lock.hpp"
#include "crypto/counted.hpp"

namespace dokaz {
namespace {

/// On a line with a pace a server must not lose patience with one frame: docs/protocol.md section 7.
constexpr std::uint64_t seconds_of_a_batch = 20;
constexpr std::size_t beside_the_text = 128;  // bytes of an item that are not its statement, at most

std::span<const OwnStatement> next_batch(std::span<const OwnStatement> waiting, const Line& line) {
  std::size_t bytes = 0, count = 0;
  while (count < std::min(waiting.size(), max_statements_per_submit)) {
    bytes += waiting[count].signed_statement.statement.bytes().size() + beside_the_text;
    if (count > 0 && line.pace && bytes > line.pace->bytes_per_second() * seconds_of_a_batch) break;
    ++count;
  }
  return waiting.first(count);
}

Submit request_for(std::span<const OwnStatement> batch) {
  Submit request;
  for (const OwnStatement& own : batch)
    request.items.push_back({own.signed_statement.statement.bytes(), own.signed_statement.signature});
  return request;
}

/// The server answered, and there is one answer for each statement that was sent.
Status keep_outcomes(Vault& vault, std::span<const OwnStatement> sent, const Submitted& answer, std::size_t& logged) {
  if (answer.outcomes.size() != sent.size()) return fail(Errc::out_of_turn, "another number of answers");
  return vault.together([&]() -> Status {
    for (std::size_t i = 0; i < sent.size(); ++i) {
      const Submitted::Outcome& outcome = answer.outcomes[i];
      if (outcome.failure) {
        DOKAZ_TRY(vault.keep_attempt(sent[i].number(), {*outcome.failure}));
        return fail(*outcome.failure, counted("statement {}", {std::to_string(sent[i].number())}));
      }
      DOKAZ_TRY(vault.keep_receipt(sent[i].number(), outcome.tlog_proof));
      ++logged;
    }
    return {};
  });
}

/// Repeated as often as the line breaks: a statement that is logged already gives its receipt again.
Result<Submitted> submit(Vault& vault, const SyncOrder& order, const Reach& reach, std::optional<Client>& client,
                         std::span<const OwnStatement> batch) {
  const Pause pause(reach.line().stop);
  Backoff backoff(order.retry);
  for (;;) {
    auto answer = without_lock(vault, pause, [&]() -> Result<Submitted> {
      if (!client) {
        DOKAZ_LET(made, reach.connect());
        client = std::move(made);
      }
      return client->submit(request_for(batch));
    });
    if (answer || !is_broken_line(answer.code()) || !vault.has_lock() || backoff.failed() >= order.retry.tries)
      return answer;
    client.reset();
    if (!pause.wait(backoff.next())) return Errc::interrupted;
  }
}

}  // namespace

Status compare_chain(Vault& vault, const Welcome& welcome, std::uint64_t& ahead) {
  DOKAZ_LET(here, vault.head());
  const ChainId& own = here.signed_statement.statement.fields().chain;
  for (const ChainHead& there : welcome.chains) {
    if (there.chain != own || there.next_seq == 0) continue;
    if (there.next_seq > here.number() + 1) {
      ahead = there.next_seq - here.number() - 1;
      return fail(Errc::forked_chain, "the server holds statements of this chain that are not in this vault");
    }
    DOKAZ_LET(same_place, vault.statement(there.next_seq - 1));
    if (same_place.signed_statement.statement.hash() != there.head)
      return fail(Errc::forked_chain, counted("statement {}", {std::to_string(there.next_seq - 1)}));
  }
  return {};
}

Status submit_statements(Vault& vault, const SyncOrder& order, const Reach& reach, std::optional<Client>& client,
                         std::size_t& logged, const Progress& progress) {
  DOKAZ_LET(all, vault.statements());
  std::erase_if(all, [](const OwnStatement& own) { return own.state() != CustodyState::sealed; });
  std::span<const OwnStatement> waiting(all);
  while (!waiting.empty()) {
    const auto batch = next_batch(waiting, reach.line());
    DOKAZ_LET(answer, submit(vault, order, reach, client, batch));
    DOKAZ_TRY(keep_outcomes(vault, batch, answer, logged));
    waiting = waiting.subspan(batch.size());
    progress(all.size() - waiting.size(), all.size());
  }
  return {};
}

}  // namespace dokaz
