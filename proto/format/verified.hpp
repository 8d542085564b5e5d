// SPDX-License-Identifier: GPL-3.0-or-later
// What was checked, as a type: only the functions that check can make one.
#pragma once

#include <utility>

namespace dokaz {

/// A value that one of the friends below has verified. Functions that file or show evidence take
/// this; parsing never gives it.
template <class T>
class Verified {
 public:
  const T& operator*() const { return value_; }
  const T* operator->() const { return &value_; }

 private:
  friend class CaseRoot;
  friend class Membership;
  friend class Policy;
  friend class TimeTrust;
  explicit Verified(T value) : value_(std::move(value)) {}
  T value_;
};

}  // namespace dokaz
