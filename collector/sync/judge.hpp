// SPDX-License-Identifier: GPL-3.0-or-later
// What a failure means for a run, and for what comes after it.
#pragma once

#include "crypto/errc.hpp"

namespace dokaz {

/// A line that breaks: the same may succeed in a moment.
bool is_broken_line(Errc code);
/// The server refuses this one object, and would take others.
bool concerns_one_object(Errc code);
/// A statement was refused; objects of statements that are logged may still be brought.
bool others_may_pass(Errc code);
/// Waiting heals it: a watching sync tries again soon. False: it takes a person, and is tried seldom.
bool heals_by_waiting(Errc code);
/// Nothing may be tried again before a person has looked: the server is not the one it was, or the vault is not.
bool stops_for_good(Errc code);

}  // namespace dokaz
