// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/sync/uploads.hpp"

#include <algorithm>
#include <thread>

#include "collector/sync/judge.hpp"
#include "collector/sync/upload_queue.hpp"
#include "collector/sync/upload_worker.hpp"
#include "collector/sync/without_lock.hpp"
#include "crypto/counted.hpp"

namespace dokaz {
namespace {

constexpr std::chrono::milliseconds redraw{250};

/// What the one who has the vault makes of what the others report.
class Keeper {
 public:
  Keeper(Vault& vault, Uploads& uploads) : vault_(vault), uploads_(uploads) {}

  Status keep(const Happened& news) {
    if (const auto* held = std::get_if<Held>(&news.what)) return keep_held(news.item, *held);
    if (const auto* answered = std::get_if<Answered>(&news.what)) return keep_answer(news.item, answered->answer);
    return vault_.keep_attempt(news.item, {});
  }

 private:
  Status keep_held(std::uint64_t item, const Held& held) {
    if (held.why == Held::Why::replaced) return {};  // told by what took its place
    if (held.why == Held::Why::lost_here) uploads_.lost.emplace(item, held.code);
    else if (uploads_.outcome) uploads_.outcome = fail(held.code, counted("item {}", {std::to_string(item)}));
    return vault_.keep_attempt(item, {held.code});
  }

  /// An answer that does not hold is the server's failure, and the item's.
  Status keep_answer(std::uint64_t item, const StoredAnswer& answer) {
    const Status kept = vault_.keep_stored(item, answer);
    if (!kept && is_of_vault(kept.code())) return kept;
    if (!kept) {
      if (uploads_.outcome) uploads_.outcome = kept;
      return vault_.keep_attempt(item, {kept.code()});
    }
    uploads_.stored.push_back(item);
    const auto receive = Statement::parse(answer.receive);
    if (receive) uploads_.times.push_back(receive->fields().time.unix_seconds);
    return {};
  }

  static bool is_of_vault(Errc code) {
    return code == Errc::no_space || code == Errc::io_error || code == Errc::damaged_store || code == Errc::busy ||
           code == Errc::not_found;
  }

  Vault& vault_;
  Uploads& uploads_;
};

}  // namespace

Result<std::vector<WaitingObject>> waiting_objects(Vault& vault) {
  DOKAZ_LET(all, vault.statements());
  std::vector<WaitingObject> waiting;
  for (const OwnStatement& own : all) {
    if (own.state() != CustodyState::logged) continue;
    const Statement& statement = own.signed_statement.statement;
    for (const ObjectRef& object : statement.fields().objects)
      waiting.push_back({object, own.number(), own.is_item(), statement.hash(), own.sealed_again});
  }
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const auto& a, const auto& b) { return a.object.size < b.object.size; });
  return waiting;
}

Result<Uploads> upload_objects(Vault& vault, const SyncOrder& order, const Reach& reach, std::optional<Client> client,
                               std::vector<WaitingObject> objects, const Progress& progress) {
  Uploads uploads;
  if (objects.empty()) return uploads;
  std::uint64_t total = 1;
  for (const WaitingObject& waiting : objects) total += waiting.object.size;
  const auto workers = static_cast<unsigned>(std::clamp<std::size_t>(order.in_flight, 1, objects.size()));
  UploadQueue queue(std::move(objects), workers);
  Keeper keeper(vault, uploads);

  vault.let_go();
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < workers; ++i) {
    threads.emplace_back(work_off, std::ref(queue), std::cref(reach), std::exchange(client, {}), vault.outbox(), order.retry);
  }
  Status kept;
  while (!queue.over()) {
    const std::vector<Happened> news = queue.wait(redraw);
    progress(std::min(queue.bytes_done(), total - 1), total);
    if (news.empty() || !kept) continue;
    kept = take_lock_again(vault, Pause(reach.line().stop));
    if (kept)
      kept = vault.together([&]() -> Status {
        for (const Happened& one : news) DOKAZ_TRY(keeper.keep(one));
        return {};
      });
    if (!kept) queue.stop(kept.error());
    vault.let_go();
  }
  for (std::thread& thread : threads) thread.join();
  const Status taken = take_lock_again(vault, Pause(reach.line().stop));
  DOKAZ_TRY(kept);
  DOKAZ_TRY(taken);
  const Status stopped = queue.outcome();
  if (!stopped) uploads.outcome = stopped;
  if (uploads.outcome && uploads.lost.empty()) progress(total, total);
  return uploads;
}

}  // namespace dokaz
