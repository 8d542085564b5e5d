// SPDX-License-Identifier: GPL-3.0-or-later
// What is safe and what to do next, for each failure of the list, as it is when a legal team meets it.
#pragma once

#include "console/console.hpp"

namespace dokaz::casecli {

enum class Command {
  none, create, invite, pull, list, acts, open, verify, export_, keys, fingerprint,
  consent, withdraw, note, allowed, custody, ledger, disclose, dossier,
  filing_plan, filing_write, filing_time_limit,
  roster, revoke, device_lost, rotate_recipients, root, hand_over, take_over, join, names
};

console::Advice advice_for(Command command, Errc code);

}  // namespace dokaz::casecli
