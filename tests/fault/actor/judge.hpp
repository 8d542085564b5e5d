// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a server to what it has promised: counsel reads the whole case and compares.
#pragma once

#include "proto/transport/client.hpp"

namespace dokaz::fault {

struct Verdict {
  std::uint64_t entries = 0, checkpoints = 0, receipts = 0, kept = 0, stored = 0, lost_rows = 0;
  std::string broken;  // the first promise that does not hold; empty: all do
};

/// The case is the server's only one, so that the log's roots follow from what counsel is shown.
/// Every journal's every checkpoint is a beginning of the log; every receipt's statement is at its index; every
/// object kept is whole; every stored receipt's statement is in the log.
Result<Verdict> judge(const ServerAddress& address, const ServerCard& card, const std::vector<std::string>& journals);

}  // namespace dokaz::fault
