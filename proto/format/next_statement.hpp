// SPDX-License-Identifier: GPL-3.0-or-later
// What a chain goes on with: format.md section 3.
#pragma once

#include "proto/format/statement.hpp"

namespace dokaz {

/// The place behind `before`, without objects and facts yet. A bug behind a close.
inline StatementFields next_fields(const Statement& before, Act act, const ClaimedTime& time, const Seen& seen) {
  DOKAZ_CHECK(before.fields().act != Act::close);
  StatementFields fields;
  fields.chain = before.fields().chain;
  fields.seq = before.fields().seq + 1;
  fields.previous = before.hash();
  fields.act = act;
  fields.time = time;
  fields.seen = seen;
  return fields;
}

}  // namespace dokaz
