// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/review.hpp"

#include <algorithm>

#include "collector/vault/vault.hpp"

namespace dokaz {

/// A clock that was set back lengthens nothing: time is the newest that was ever seen.
Result<std::int64_t> Vault::newest_time() {
  Query query = database_.prepare("SELECT newest FROM clock");
  DOKAZ_LET(found, query.step());
  return found ? query.integer(0) : std::int64_t{0};
}

Status Vault::pass_time(std::int64_t now) {
  DOKAZ_LET(windows, review_windows());
  if (windows.empty()) return {};
  DOKAZ_LET(before, newest_time());
  const std::int64_t newest = time_ = std::max(now, before);
  const bool over = std::any_of(windows.begin(), windows.end(), [&](const auto& one) { return one.until <= newest; });
  DOKAZ_TRY(database_.run("INSERT OR REPLACE INTO clock VALUES (1, ?)", newest));
  if (!over) return {};
  DOKAZ_TRY(database_.run("DELETE FROM review WHERE until <= ?", newest));
  return database_.settle();  // the log beside the database holds pages with the key
}

Result<ReviewWindow> Vault::begin_review(std::int64_t now, std::int64_t seconds) {
  DOKAZ_LET(before, newest_time());
  const std::int64_t newest = std::max(now, before);
  const age::Identity key = age::Identity::generate();
  ReviewWindow window{0, key.recipient().format(), newest + std::min(seconds, longest_review)};
  DOKAZ_LET(transaction, database_.begin());
  DOKAZ_TRY(database_.run("INSERT OR REPLACE INTO clock VALUES (1, ?)", newest));
  DOKAZ_TRY(key.secret().reveal([&](ByteView secret) {
    return database_.run("INSERT INTO review (key, until) VALUES (?, ?)", secret, window.until);
  }));
  window.number = database_.last_rowid();
  DOKAZ_TRY(transaction.commit());
  return window;
}

Result<std::vector<ReviewWindow>> Vault::review_windows() {
  std::vector<ReviewWindow> windows;
  Query query = database_.prepare("SELECT number, until FROM review ORDER BY until");
  while (true) {
    DOKAZ_LET(found, query.step());
    if (!found) return windows;
    windows.push_back({query.integer(0), {}, query.integer(1)});
  }
}

Status Vault::end_reviews() {
  DOKAZ_TRY(database_.run("DELETE FROM review"));
  return database_.settle();
}

Result<age::Identity> Vault::review_key(std::uint64_t number) {
  Query query = database_.prepare(
      "SELECT key FROM review WHERE number = (SELECT review FROM statement WHERE seq = ?) AND until > ?");
  DOKAZ_LET(seen, newest_time());
  query.bind(number, std::max(seen, time_));
  DOKAZ_LET(found, query.step());
  if (!found) return Errc::review_over;
  DOKAZ_LET(key, query.secret<32>(0));
  return age::Identity::from(std::move(key));
}

}  // namespace dokaz
