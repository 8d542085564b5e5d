// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/vault/unlock_cost.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"
#include "proto/transport/route.hpp"

namespace dokaz::cli {
namespace {

using console::say;

struct JoinOptions {
  std::string invitation;            // a path, or "-" for the standard input
  std::optional<std::string> proxy;  // kept for every sync
  bool tor_only = false;
};

struct Joined {
  std::string pseudonym;
  Fingerprint case_id;
  ServerAddress server;
  KeptRoute route;
};

Status create(const Common& common, const Enrolment& enrolment) {
  DOKAZ_LET(passphrase, console::read_new_passphrase(common.console, say("New passphrase for the vault")));
  DOKAZ_LET(work, calibrated_work());
  return Vault::create(common.vault, passphrase, enrolment, work);
}

/// In a vault that has joined nothing.
Status join_here(const Common& common, const Enrolment& enrolment) {
  DOKAZ_LET(passphrase, console::read_passphrase(common.console, say("Passphrase of the vault, once more")));
  return Vault::join(common.vault, passphrase, enrolment);
}

Result<Joined> make_vault(const Common& common, const JoinOptions& options) {
  std::optional<ProxyAddress> proxy;
  if (options.proxy) {
    auto parsed = parse_proxy(*options.proxy);
    if (!parsed) return fail(Errc::usage, "--proxy: " + parsed.error().detail);
    proxy = std::move(*parsed);
  }
  const bool is_there = Vault::is_in(common.vault);
  if (is_there) {
    const auto opened = open_vault(common);
    if (opened) return fail(Errc::already_exists, "vault");
    if (opened.code() != Errc::not_joined) return opened.error();
  }
  DOKAZ_LET(text, read_text(options.invitation, max_invitation_size, "invitation"));
  DOKAZ_LET(enrolment, text.reveal([](ByteView bytes) { return enrol(bytes, {console::now(), false}); }));
  DOKAZ_LET(view, check_case(enrolment.policy, enrolment.roster, enrolment.ticket, enrolment.admission));
  // A server that only Tor knows is never to be reached another way, whatever --server says one day.
  const bool tor_only = options.tor_only || is_onion(enrolment.server);
  enrolment.route.proxy_only = tor_only;
  if (proxy) enrolment.route.proxy = format_proxy(*proxy);
  DOKAZ_TRY(is_there ? join_here(common, enrolment) : create(common, enrolment));
  return Joined{view.self->pseudonym, view.root.fingerprint(), enrolment.server, enrolment.route};
}

/// A rule that a documenter must know before the first sync, and what it asks of them.
std::string text_of_rule(const KeptRoute& route) {
  if (!route.by_case) return {};
  if (route.proxy)
    return say("A rule of this case: through Tor only. Without the proxy dokaz connects to nothing, and no setting lifts that.\n");
  return say("A rule of this case: through Tor only, and no setting lifts that. Before you sync, start Tor and name it:\n"
             "dokaz settings --proxy socks5h://127.0.0.1:9050\n");
}

int join(const Common& common, const JoinOptions& options) {
  if (!is_representable({console::now(), false})) return report_wrong_clock(common, Command::join);
  const auto joined = make_vault(common, options);
  if (!joined) return report(common, Command::join, joined.error());
  const std::string server = format_server_address(joined->server);
  if (common.console.json)
    return print_json(common, {{"joined", true},
                               {"pseudonym", joined->pseudonym},
                               {"fingerprint", hex(joined->case_id)},
                               {"server", server},
                               {"tor_only", joined->route.demands_proxy()},
                               {"tor_only_by_case", joined->route.by_case}});
  if (common.console.quiet) return exit_ok;
  return print(common, say("You are {}.\n"
                                   "Fingerprint of the case: {}\n"
                                   "Compare this fingerprint with the one that counsel gave you by another way.\n"
                                   "Nothing was sent. The invitation is used up now: delete it and remember the\n"
                                   "passphrase, for nobody can restore it. Next: dokaz add PHOTO\n",
                                   joined->pseudonym, hex(joined->case_id)) +
                           text_of_rule(joined->route));
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<JoinOptions>();
  command.add_option("INVITATION", options->invitation, "The invitation's file, or - for the standard input")
      ->required();
  command.add_option("--proxy", options->proxy, "Reach the server through this SOCKS5 proxy")
      ->type_name("socks5h://ADDRESS:PORT");
  command.add_flag("--tor-only", options->tor_only, "Never connect to anything but the proxy");
  command.footer("Examples:\n  dokaz join invitation.txt\n"
                 "  dokaz join invitation.txt --proxy socks5h://127.0.0.1:9050 --tor-only");
  return [options](const Common& common) { return join(common, *options); };
}

}  // namespace

const CommandEntry join_command{"join", "Become a member of a case, without any network", Needs::vault, describe};

}  // namespace dokaz::cli
