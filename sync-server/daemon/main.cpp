// SPDX-License-Identifier: GPL-3.0-or-later
// dokaz-server: the command line.
#include <CLI/CLI.hpp>

#include "sync-server/daemon/commands.hpp"

namespace dokaz::server {
namespace {

constexpr const char* version = "dokaz-server " DOKAZ_VERSION;

/// `--help` of the program and of each command ends with an example that works as it stands.
void describe(CLI::App& app, const char* example) { app.footer(std::string("Example:\n  ") + example); }

int serve(int argc, char** argv) {
  CLI::App app("Keeps sealed evidence that it cannot open, and the log in which later changes show.",
               "dokaz-server");
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  describe(app, "dokaz-server init --data /var/lib/dokaz && dokaz-server run --data /var/lib/dokaz");

  Order order;
  Outcome (*command)(const Order&) = nullptr;
  const auto add = [&](const char* name, const char* what, Outcome (*function)(const Order&),
                       const char* example) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->add_option("--data", order.data, "The server's folder")->required()->type_name("DIR");
    sub->add_flag("--json", order.options.json, "Print JSON, for programs");
    sub->add_flag("--quiet", order.options.quiet, "Print only what was asked for");
    sub->callback([&command, function] { command = function; });
    describe(*sub, example);
    return sub;
  };
  add("init", "Make the folder and the server's keys, and print its card", init,
      "dokaz-server init --data /var/lib/dokaz");
  add("card", "Print the card that counsel needs to make a case", card,
      "dokaz-server card --data /var/lib/dokaz > server-card");
  CLI::App* let_in = add("grant", "Let a case in, or give it a newer roster; also while the server runs",
                         grant, "dokaz-server grant --data /var/lib/dokaz roster --quota 10737418240");
  let_in->add_option("roster", order.roster, "The case's roster file")->required()->type_name("ROSTER");
  let_in->add_option("--quota", order.quota, "Bytes that the case may fill")->capture_default_str();
  CLI::App* listen = add("run", "Serve until stopped by SIGTERM or SIGINT", run,
                         "dokaz-server run --data /var/lib/dokaz --listen 0.0.0.0:7430");
  listen->add_option("--listen", order.listen, "Where to listen; port 0 takes a free one")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  add("status", "Say how much is there, and whether a server runs", status,
      "dokaz-server status --data /var/lib/dokaz");
  add("fsck", "Derive the whole log, and every object's hash, anew; change nothing; also while the server runs", fsck,
      "dokaz-server fsck --data /var/lib/dokaz");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& wrong) {
    return console::report("dokaz-server", order.options, fail(Errc::usage, wrong.what()),
                           {"Nothing was done.", "See: dokaz-server --help"});
  }
  const Outcome outcome = command(order);
  if (outcome.status) return exit_ok;
  if (outcome.told) return exit_code(outcome.status.code());
  return console::report("dokaz-server", order.options, outcome.status.error(), outcome.advice);
}

}  // namespace
}  // namespace dokaz::server

int main(int argc, char** argv) {
  dokaz::console::harden_process();
  return dokaz::server::serve(argc, argv);
}
