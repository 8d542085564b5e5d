// SPDX-License-Identifier: GPL-3.0-or-later
// Another key for what is signed from here on: now, or after so many days by itself.
#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "collector/vault/chain_acts.hpp"
#include "console/say.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::cli {
namespace {

using console::say;

struct RotateOptions {
  std::optional<std::uint32_t> every;  // days; 0: never
};

struct Rotated {
  std::optional<SealedItem> done;  // nothing where only --every was asked for
  std::uint64_t epoch = 0;
  std::uint32_t every = 0;
};

Result<Rotated> run(const Common& common, const RotateOptions& options) {
  DOKAZ_LET(vault, open_vault(common, Reserve::keep));
  Rotated out;
  if (options.every) {
    if (!may_rotate(vault)) return fail(Errc::not_a_member, "only who documents changes keys");
    DOKAZ_TRY(vault.keep_rotation_days(*options.every));
  } else {
    // A sync that runs has shown the server the present key.
    DOKAZ_LET(turn, vault.take_sync_turn());
    DOKAZ_LET(done, rotate_key(vault, {console::now(), false}));
    out.done = done;
  }
  out.epoch = vault.epochs().present();
  DOKAZ_LET(every, vault.rotation_days());
  out.every = every;
  return out;
}

std::string text_of(const Rotated& rotated) {
  if (rotated.done)
    return say("signed  {:4}  {}: another key signs from here on, number {}; the one before is erased.\n"
               "Copies of this vault from before are good for nothing once dokaz sync has brought this to the server, and\n"
               "not earlier. If the sync says that the chain is forked, tell your counsel at once: a copy still signs.\n"
               "Backups from before cannot go on: make a new one. Next: dokaz sync\n",
               rotated.done->number, short_name(rotated.done->statement), rotated.epoch);
  if (rotated.every == 0) return say("The key is changed by dokaz key-rotate alone.\n");
  return console::say_count("The key is changed by itself when it is {} day old: by dokaz sync.\n",
                            "The key is changed by itself when it is {} days old: by dokaz sync.\n", rotated.every,
                            rotated.every);
}

int rotate(const Common& common, const RotateOptions& options) {
  if (!is_representable({console::now(), false})) return report_wrong_clock(common, Command::key_rotate);
  const auto rotated = run(common, options);
  if (!rotated) return report(common, Command::key_rotate, rotated.error());
  if (!common.console.json) return common.console.quiet ? exit_ok : print(common, text_of(*rotated));
  nlohmann::ordered_json document = {{"number", nullptr}, {"statement", nullptr}, {"state", nullptr},
                                     {"epoch", rotated->epoch}, {"every_days", rotated->every}};
  if (rotated->done) {
    document["number"] = rotated->done->number;
    document["statement"] = hex(rotated->done->statement);
    document["state"] = name_of(CustodyState::sealed);
  }
  return print_json(common, document);
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<RotateOptions>();
  command.add_option("--every", options->every, "Change nothing now, but by itself when the key is so many days old; 0: never")
      ->type_name("DAYS")
      ->check(CLI::Range(0, 3650));
  command.footer("Example:\n  dokaz key-rotate\n  dokaz key-rotate --every 30\n"
                 "Whoever takes this vault later cannot sign what is dated before. Backups that were made before cannot go on.\n"
                 "Not in a vault that was put back: run dokaz sync first.");
  return [options](const Common& common) { return rotate(common, *options); };
}

}  // namespace

const CommandEntry key_rotate_command{"key-rotate", "Sign with another key from here on, and erase the present one", Needs::vault,
                                      describe};

}  // namespace dokaz::cli
