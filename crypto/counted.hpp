// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in the words of a failure, for those who know no language: console::say_counted finds the sentence again.
#pragma once

#include <initializer_list>
#include <string>

namespace dokaz {

/// The sentence with each {} replaced, in their order; there are as many {} as numbers. "statement {}" with {"17"}.
inline std::string counted(std::string sentence, std::initializer_list<std::string> numbers) {
  std::size_t at = 0;
  for (const std::string& number : numbers) {
    at = sentence.find("{}", at);
    sentence.replace(at, 2, number);
    at += number.size();
  }
  return sentence;
}

}  // namespace dokaz
