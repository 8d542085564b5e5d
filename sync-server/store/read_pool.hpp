// SPDX-License-Identifier: GPL-3.0-or-later
// Connections to the database for those who only read: they see what is committed and wait for no writer.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "sync-server/store/data_folder.hpp"
#include "sync-server/store/epochs.hpp"
#include "sync-server/store/holdings.hpp"

namespace dokaz::server {

/// One connection, and the tables behind it.
struct Reader {
  Database database;
  Ledger ledger;
  Holdings holdings;
  Cases cases;
  Epochs epochs;

  Reader(Database opened, std::shared_ptr<KnownMembers> known)
      : database(std::move(opened)), ledger(database), holdings(database), cases(database, std::move(known)),
        epochs(database) {}
};

/// Any thread takes one and gives it back; there are as many as were ever taken at a time.
class ReadPool {
 public:
  ReadPool(DataFolder folder, Secret<32> key, std::shared_ptr<KnownMembers> known)
      : folder_(std::move(folder)), key_(std::move(key)), known_(std::move(known)) {}

  class Lease {
   public:
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (reader_) pool_->put_back(std::move(reader_));
    }
    Reader* operator->() const { return reader_.get(); }
    Reader& operator*() const { return *reader_; }

   private:
    friend class ReadPool;
    Lease(ReadPool& pool, std::unique_ptr<Reader> reader) : pool_(&pool), reader_(std::move(reader)) {}
    ReadPool* pool_;
    std::unique_ptr<Reader> reader_;
  };
  /// Fails as open_database does.
  Result<Lease> take();

 private:
  void put_back(std::unique_ptr<Reader> reader) noexcept;

  DataFolder folder_;
  Secret<32> key_;
  std::shared_ptr<KnownMembers> known_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_;
};

}  // namespace dokaz::server
