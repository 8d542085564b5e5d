// SPDX-License-Identifier: GPL-3.0-or-later
// What several uploads in flight share: who takes which object next, and what happened. Private to the folder.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <variant>
#include <vector>

#include "collector/sync/uploads.hpp"

namespace dokaz {

/// An item's upload was begun.
struct Begun {};
/// The server's answer that it has stored the whole item, as it came: not checked yet.
struct Answered {
  StoredAnswer answer;
};
/// The item cannot become whole in this run. Its other objects are sent all the same.
struct Held {
  enum class Why { lost_here, replaced, refused };
  Why why;
  Errc code;
};
struct Happened {
  std::uint64_t item = 0;
  std::variant<Begun, Answered, Held> what;
};

/// Any thread.
class UploadQueue {
 public:
  /// `objects` in the order in which they are sent; `workers` will each call `left` once.
  UploadQueue(std::vector<WaitingObject> objects, unsigned workers);

  // For those who send.
  /// The number of the next object; nothing: no object is left, or all was stopped.
  std::optional<std::size_t> take();
  const WaitingObject& object(std::size_t number) const { return objects_[number]; }
  void put_back(std::size_t number);
  void at(std::size_t number, std::uint64_t offset);
  /// The server has it whole. True: and all others of its item, so that its receipt can be asked for.
  bool kept(std::size_t number);
  /// Of the object's item.
  void happened(std::size_t number, std::variant<Begun, Answered, Held> what);
  /// Nothing more is taken. The first failure counts.
  void stop(const Error& failure);
  void left();

  // For the one who has the vault.
  /// What happened since the last call, in order; waits for it at most `most`. Nothing and over(): the end.
  std::vector<Happened> wait(std::chrono::milliseconds most);
  bool over() const;
  std::uint64_t bytes_done() const;
  /// Why it was stopped; success if it was not.
  Status outcome() const;

 private:
  struct Item {
    std::size_t objects = 0, kept = 0;
    bool begun = false, held = false;
  };

  const std::vector<WaitingObject> objects_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::size_t> waiting_;
  std::map<std::uint64_t, Item> items_;
  std::vector<std::uint64_t> offsets_;
  std::vector<bool> kept_;
  std::uint64_t done_ = 0;
  std::vector<Happened> news_;
  std::optional<Error> failure_;
  unsigned workers_;
};

}  // namespace dokaz
