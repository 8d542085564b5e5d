// SPDX-License-Identifier: GPL-3.0-or-later
// Result<T>: a value or a named failure. The names are those of std::expected, which C++20 lacks.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "crypto/check.hpp"
#include "crypto/errc.hpp"

namespace dokaz {

/// A failure: its name, and where it helps a detail such as "line 3: seq".
/// The detail never contains a secret, a person's or a file's name, or a hash of content.
struct Error {
  Errc code;
  std::string detail;
};

inline Error fail(Errc code, std::string detail = {}) { return {code, std::move(detail)}; }

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  Result(Errc code) : Result(Error{code, {}}) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return DOKAZ_CHECK(has_value()), std::get<0>(state_); }
  const T& value() const& { return DOKAZ_CHECK(has_value()), std::get<0>(state_); }
  /// By value, so that `for (x : f().value())` does not outlive what it walks.
  T value() && { return DOKAZ_CHECK(has_value()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return DOKAZ_CHECK(!has_value()), std::get<1>(state_); }
  Error&& error() && { return DOKAZ_CHECK(!has_value()), std::get<1>(std::move(state_)); }
  Errc code() const { return error().code; }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}
  Result(Errc code) : Result(Error{code, {}}) {}

  bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  const Error& error() const& { return DOKAZ_CHECK(failed_), error_; }
  Error&& error() && { return DOKAZ_CHECK(failed_), std::move(error_); }
  Errc code() const { return error().code; }

 private:
  Error error_{};
  bool failed_ = false;
};

using Status = Result<void>;

}  // namespace dokaz

#define DOKAZ_JOIN_(a, b) a##b
#define DOKAZ_JOIN(a, b) DOKAZ_JOIN_(a, b)

/// Returns the failure of `expression` from the enclosing function, if it failed.
#define DOKAZ_TRY(expression)                                        \
  do {                                                               \
    if (auto dokaz_outcome = (expression); !dokaz_outcome)           \
      return std::move(dokaz_outcome).error();                       \
  } while (false)

/// `DOKAZ_LET(name, expression);` binds the value, or returns the failure.
#define DOKAZ_LET(name, expression)                                            \
  auto DOKAZ_JOIN(dokaz_result_, __LINE__) = (expression);                     \
  if (!DOKAZ_JOIN(dokaz_result_, __LINE__))                                    \
    return std::move(DOKAZ_JOIN(dokaz_result_, __LINE__)).error();             \
  auto name = std::move(DOKAZ_JOIN(dokaz_result_, __LINE__)).value()

/// The same inside a coroutine.
#define DOKAZ_CO_TRY(expression)                                     \
  do {                                                               \
    if (auto dokaz_outcome = (expression); !dokaz_outcome)           \
      co_return std::move(dokaz_outcome).error();                    \
  } while (false)
#define DOKAZ_CO_LET(name, expression)                                         \
  auto DOKAZ_JOIN(dokaz_result_, __LINE__) = (expression);                     \
  if (!DOKAZ_JOIN(dokaz_result_, __LINE__))                                    \
    co_return std::move(DOKAZ_JOIN(dokaz_result_, __LINE__)).error();          \
  auto name = std::move(DOKAZ_JOIN(dokaz_result_, __LINE__)).value()
