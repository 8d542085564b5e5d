// SPDX-License-Identifier: GPL-3.0-or-later
// db-key protect, unprotect and move: how the database's key is kept. Also beside a server that runs.
#include <cstdlib>

#include "sync-server/daemon/key_source.hpp"
#include "sync-server/keys/change_key.hpp"

namespace dokaz::server {
namespace {

console::Advice advice_for_key(Errc code) {
  const std::string safe = "The key that opens the database is where it was, and opens it still.";
  if (code == Errc::already_exists) return {safe, "Name another file with --to: nothing is overwritten."};
  if (code == Errc::usage) return {safe, "A credential is changed by the service manager; see systemd-creds(1)."};
  console::Advice advice = advice_for_store(code);
  advice.safe = safe;
  return advice;
}

Outcome outcome_of(const Order& order, Status done, const char* said) {
  if (!done) {
    console::Advice advice = advice_for_key(done.code());
    return {std::move(done), std::move(advice)};
  }
  if (order.options.json) return {console::print("{\"changed\":true}\n"), {}};
  if (order.options.quiet) return {};
  return {console::print(said), {}};
}

}  // namespace

KeySource key_source(const Order& order) {
  KeySource out;
  out.passphrase = [&order] { return console::read_passphrase(order.options, "Passphrase of the database's key: "); };
  if (!order.db_key.empty()) {
    out.file = order.db_key;
    return out;
  }
  // What a service manager hands over is looked for by itself: systemd.exec(5), LoadCredential=.
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (credentials == nullptr || *credentials == '\0') return out;
  const Path file = Path(credentials) / "dokaz-db-key";
  std::error_code unclear;
  if (!std::filesystem::exists(file, unclear)) return out;
  out.file = file;
  out.is_credential = true;
  return out;
}

Outcome key_protect(const Order& order) {
  console::Options asking = order.options;
  asking.passphrase_file = order.new_passphrase_file;
  const auto passphrase = console::read_new_passphrase(asking, "New passphrase for the database's key: ");
  if (!passphrase) return outcome_of(order, passphrase.error(), "");
  return outcome_of(order, protect_key(key_source(order), order.data, *passphrase),
                    "The key is under the passphrase. Without it nobody opens the database: write it down where the "
                    "server is not.\n");
}

Outcome key_unprotect(const Order& order) {
  return outcome_of(order, unprotect_key(key_source(order), order.data), "The key lies open in its file.\n");
}

Outcome key_move(const Order& order) {
  return outcome_of(order, move_key(key_source(order), order.data, order.move_to),
                    "The key is there. Name it to every command from now on: --db-key FILE\n");
}

}  // namespace dokaz::server
