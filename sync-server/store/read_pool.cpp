// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/store/read_pool.hpp"

namespace dokaz::server {

Result<ReadPool::Lease> ReadPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(reader));
    }
  }
  DOKAZ_LET(database, open_database(folder_, key_));
  // Small, since there may be many of them; and this connection must never write.
  DOKAZ_TRY(database.exec("PRAGMA cache_size = -2048; PRAGMA query_only = ON;"));
  return Lease(*this, std::make_unique<Reader>(std::move(database), known_));
}

void ReadPool::put_back(std::unique_ptr<Reader> reader) noexcept {
  const std::lock_guard lock(mutex_);
  try {
    idle_.push_back(std::move(reader));
  } catch (const std::exception&) {  // no memory to keep it in: it is closed
  }
}

}  // namespace dokaz::server
