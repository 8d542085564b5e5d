// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/vault/schema.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

// A policy of 32 witnesses and a roster of some hundred members, in base64, fit in several times over.
constexpr std::size_t max_invitation = std::size_t{1} << 20;

struct Joined {
  std::string pseudonym;
  Fingerprint case_id;
  ServerAddress server;
};

Result<Joined> make_vault(const Common& common, const JoinOptions& options) {
  std::error_code error;
  if (std::filesystem::exists(common.vault / vault_layout::key_file, error))
    return fail(Errc::already_exists, "vault");
  DOKAZ_LET(text, read_text(options.invitation, max_invitation));
  DOKAZ_LET(enrolment, text.reveal([](ByteView bytes) { return enrol(bytes, {console::now(), false}); }));
  DOKAZ_LET(view, check_case(enrolment.policy, enrolment.roster, enrolment.ticket, enrolment.admission));
  DOKAZ_LET(passphrase, console::read_new_passphrase(common.console, "New passphrase for the vault"));
  DOKAZ_TRY(Vault::create(common.vault, passphrase, enrolment));
  return Joined{view.self->pseudonym, view.root.fingerprint(), enrolment.server};
}

}  // namespace

int join(const Common& common, const JoinOptions& options) {
  const auto joined = make_vault(common, options);
  if (!joined) return report(common, Command::join, joined.error());
  const std::string server = format_server_address(joined->server);
  if (common.console.json) {
    const nlohmann::ordered_json object = {{"joined", true},
                                           {"pseudonym", joined->pseudonym},
                                           {"case", hex(joined->case_id)},
                                           {"server", server}};
    std::printf("%s\n", object.dump().c_str());
  } else if (!common.console.quiet) {
    std::printf("You are %s in the case %s.\n", joined->pseudonym.c_str(), hex(joined->case_id).c_str());
    std::printf("Compare this number with the one that your counsel gave you by another way.\n");
    std::printf("Nothing was sent. The invitation is used up now: delete it and remember the passphrase,\n"
                "for nobody can restore it. Next: dokaz add PHOTO\n");
  }
  return exit_ok;
}

}  // namespace dokaz::cli
