// SPDX-License-Identifier: GPL-3.0-or-later
// The one thread on which Custody works. A coroutine waits here without holding up the network.
#pragma once

#include "proto/transport/asio.hpp"

namespace dokaz::server {

class StoreThread {
 public:
  /// What `work` gives, computed on the store's thread; the caller resumes on its own.
  /// What `work` refers to must live until then, also when the network has stopped: join first.
  template <class F>
  asio::awaitable<std::invoke_result_t<F&>> run(F work) {
    std::optional<std::invoke_result_t<F&>> outcome;
    co_await asio::co_spawn(pool_, compute(&work, &outcome), asio::use_awaitable);
    co_return std::move(*outcome);
  }
  /// Ends what is under way; nothing may be run afterwards.
  void join() { pool_.join(); }

 private:
  /// Takes pointers: GCC 12 destroys the captures of a coroutine lambda twice.
  template <class F, class T>
  static asio::awaitable<void> compute(F* work, std::optional<T>* outcome) {
    outcome->emplace((*work)());
    co_return;
  }

  asio::thread_pool pool_{1};
};

}  // namespace dokaz::server
