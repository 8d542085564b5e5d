// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace dokaz {

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  constexpr std::size_t most_threads = 16;
  std::atomic<std::size_t> next = 0;
  std::exception_ptr thrown;
  std::mutex guard;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      const std::scoped_lock lock(guard);
      if (!thrown) thrown = std::current_exception();
    }
  };
  const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t wanted = std::min({processors, most_threads, std::max<std::size_t>(count, 1)});
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(run);
    run();
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace dokaz
