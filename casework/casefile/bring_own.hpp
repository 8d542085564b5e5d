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
  bool compared = false;       // the server's word on our chains was that which is here, and all of it was sent
};

/// Submits what waits, and uploads; each step is durable before the next, and can be done again. Where the server names more
/// of the chain than is here it waits for settle_own. The failures of OwnChain, of the line, and of the server's answers: of
/// objects the first one, after all others were brought.
Status bring_own(CaseFile& file, Client& client, Brought& brought);
/// After entries were pulled. What they prove of this case file's chain decides whether another one begins; what was signed
/// for one that ended is settled, and all that waits is brought. missing_part where the server names statements of this
/// case file that it does not show: nothing is sent over them.
Status settle_own(CaseFile& file, Client& client, const ClaimedTime& now, Brought& brought);

}  // namespace dokaz
