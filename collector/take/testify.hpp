// SPDX-License-Identifier: GPL-3.0-or-later
// Testimony as an item of its own, without a photo: its text for the legal recipients alone, and each answer as a fact.
#pragma once

#include "collector/take/form.hpp"
#include "collector/vault/seal.hpp"

namespace dokaz {

/// From a text of lines "key: answer"; a line that begins with a blank belongs to the answer above it. Every answer is
/// read as read_answer does: its failures, with the key; `malformed` also for a key that is not the form's.
Result<std::vector<Answer>> read_answers(const TestimonyForm& form, ByteView text);

/// Answers with one of every question, in the form's order. Nothing of it is ever written but inside the envelope.
/// `already_sealed` where the same words were sealed before; the failures of seal_uncleaned.
Result<SealedItem> seal_testimony(Vault& vault, const TestimonyForm& form, const std::vector<Answer>& answers,
                                  const ClaimedTime& time);

}  // namespace dokaz
