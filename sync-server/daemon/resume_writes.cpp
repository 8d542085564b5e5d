// SPDX-License-Identifier: GPL-3.0-or-later
// resume-writes: the operator has looked at what the witnesses say, and answers for it.
#include <nlohmann/json.hpp>

#include "proto/format/time.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/store/contradiction.hpp"

namespace dokaz::server {
namespace {

Status try_resume(const Order& order) {
  if (!is_contradicted(order.data)) return fail(Errc::not_found, "nothing has stopped this server");
  DOKAZ_LET(lock, FolderLock::take(order.data));
  const auto found = read_contradiction(order.data);
  DOKAZ_TRY(forget_contradiction(order.data));
  const Contradiction was = found ? *found : Contradiction();
  if (order.options.json) {
    nlohmann::ordered_json document = {{"resumed", true}, {"witnesses", was.witnesses}};
    return console::print(document.dump() + "\n");
  }
  std::string text = "The server takes statements and objects again from its next start on.\n";
  for (const std::string& name : was.witnesses) text += "It had stopped because of witness " + name + ".\n";
  return console::print(text + "Witnesses who still say the same stop it again; take one that is wrong out of the file policy.\n");
}

console::Advice advice_for(Errc code) {
  if (code == Errc::not_found)
    return {"Nothing was changed.",
            "No witnesses have stopped this server. If it does not write because its disk failed, look at the disk and start "
            "it again; dokaz-server status --data DIR tells."};
  if (code == Errc::busy) return {"Nothing was changed.", "Stop the server first, say this again, and start it."};
  return advice_for_store(code);
}

}  // namespace

Outcome resume_writes(const Order& order) {
  Status done = try_resume(order);
  if (done) return {};
  console::Advice advice = advice_for(done.code());
  return {std::move(done), std::move(advice)};
}

}  // namespace dokaz::server
