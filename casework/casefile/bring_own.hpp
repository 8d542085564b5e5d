// SPDX-License-Identifier: GPL-3.0-or-later
// Brings the case file's own statements to the server, with the objects that they name. Part of a pull.
#pragma once

#include "casework/casefile/own_chain.hpp"
#include "proto/transport/client.hpp"

namespace dokaz {

struct Brought {
  std::size_t logged = 0;      // by this pull
  std::size_t stated_anew = 0; // in a chain that follows one that the server has more of
  bool chain_began = false;    // the case file was restored from a copy
};

/// Compares, then submits what waits, and uploads; each step is durable before the next, and can be done again. The
/// failures of OwnChain, of the line, and of the server's answer to a statement.
Status bring_own(CaseFile& file, Client& client, const ClaimedTime& now, Brought& brought);
/// After entries were pulled: what was signed for a chain that ended is settled, and brought where it was stated anew.
Status settle_own(CaseFile& file, Client& client, Brought& brought);

}  // namespace dokaz
