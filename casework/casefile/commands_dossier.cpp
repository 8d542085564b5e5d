// SPDX-License-Identifier: GPL-3.0-or-later
// dossier.
#include "casework/casefile/command_line.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/make_dossier.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/verify/authorities.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

struct DossierArgs {
  std::vector<std::string> items, disclose, withhold, authorities;
  std::string to, use, out, reason, necessity, withheld_reason, anchors;
  bool all = false, original = false, despite_withdrawal = false;
};

Result<DossierRequest> request_of(const DossierArgs& args) {
  DOKAZ_LET(use, use_of_word(args.use));
  DossierRequest request;
  request.items = args.items;
  request.all = args.all;
  request.addressee = args.to;
  request.gate = {use, args.necessity, args.despite_withdrawal};
  request.reason = args.reason;
  request.original = args.original;
  request.disclose = args.disclose;
  request.withheld_reason = args.withheld_reason;
  DOKAZ_LET(authorities, read_authorities(args.authorities));
  request.stamps = {args.anchors, std::move(authorities)};
  for (const std::string& one : args.withhold) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos) return fail(Errc::usage, "--withhold takes ITEM=WORD");
    request.reasons.emplace(one.substr(0, equals), one.substr(equals + 1));
  }
  return request;
}

std::string withheld_text(const DossierReport& report) {
  std::size_t withheld = 0, unexplained = 0;
  for (const ShownChain& chain : report.chains)
    for (const ShownChain::Gap& gap : chain.withheld) {
      ++withheld;
      unexplained += gap.reason.empty() ? 1 : 0;
    }
  if (withheld == 0) return "Nothing of the shown chains is withheld.\n";
  std::string text = std::to_string(withheld) + " items of the shown chains are withheld, which the addressee sees.";
  if (unexplained != 0)
    text += " For " + std::to_string(unexplained) + " of them no reason is stated: --withheld-reason states one.";
  return text + "\n";
}

Result<Answer> dossier(const Context& context, const DossierArgs& args) {
  DOKAZ_LET(request, request_of(args));
  DOKAZ_TRY(nothing_there(args.out));
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(pulled, last_pull(file));
  console::Progress progress(context.console, "Writing");
  DOKAZ_LET(made, make_dossier(file, request, args.out, console::now(),
                               [&](std::size_t done, std::size_t total) { progress.at(done, total); }));
  const DossierReport& report = made.report;
  std::string text = "The dossier is written to " + args.out + ": " + std::to_string(report.items.size()) + " items, " +
                    std::to_string(report.bytes->size) + " bytes. It passes the check, outcome: " +
                    std::string(words_of(report.outcome())) + "\nIts hash: " + report.dossier + "\n" + withheld_text(report) +
                    (args.original ? "It shows originals with all their metadata: be sure that the addressee may see them.\n" : "") +
                    (args.anchors.empty() ? "" : words_of(made.stamps)) +
                    "Give the addressee the fingerprint and the policy file by another way.\n" + conditions_text(made.pass) +
                    "That it leaves is statement " + short_name(made.statement) +
                    ", which goes to the server with the next dokaz-case pull.\n";
  nlohmann::ordered_json json = {{"folder", args.out},
                           {"dossier", report.dossier},
                           {"items", report.items.size()},
                           {"bytes", report.bytes->size},
                           {"outcome", name_of(report.outcome())},
                           {"limits", report.limits},
                           {"stamps", made.stamps.in},
                           {"confirmed_stamps", made.stamps.confirmed},
                           {"broken_anchors", made.stamps.broken},
                           {"statement", hex(made.statement)},
                           {"conditions", words_of(made.pass.conditions)}};
  say_age(pulled, json, text);
  return Answer{std::move(text), json_line(json)};
}

}  // namespace

void add_stamps(CLI::App* command, std::string& anchors, std::vector<std::string>& authorities) {
  auto* folder = command->add_option("--anchors", anchors, "a copy of the server's log folder, for its time stamps")->type_name("DIR");
  command
      ->add_option("--authority", authorities, "a time authority's root certificates, PEM; its stamps are taken first; may be repeated")
      ->type_name("FILE")
      ->needs(folder);
}

void describe_dossier(CommandLine& line) {
  auto args = std::make_shared<DossierArgs>();
  auto* command = line.add("dossier", "Makes one bag of several items for one addressee.",
                           "dossier --all --to \"the court\" --use court --withheld-reason other-case --out dossier-1");
  command->add_option("ITEM", args->items, "the items' beginnings, as list shows them")->type_name("");
  command->add_flag("--all", args->all, "every item that may be shown for this use");
  command->add_option("--to", args->to, "who gets it; it stands in the dossier")->type_name("NAME")->required();
  command->add_option("--use", args->use, "what for: court, partners, press, prosecutor, publish, team, un")->type_name("USE")->required();
  command->add_option("--out", args->out, "the folder to make")->type_name("DIR")->required();
  command->add_flag("--original", args->original, "show the originals too, with all their metadata");
  command->add_option("--disclose", args->disclose, "more facts to show, for example note,capture.time")->type_name("FACT")->delimiter(',');
  command->add_option("--withheld-reason", args->withheld_reason, "why the other items of the shown chains are not in it, in a word")
      ->type_name("WORD");
  command->add_option("--withhold", args->withhold, "an item that is not in it, and why, in a word; may be repeated")->type_name("ITEM=WORD");
  add_stamps(command, args->anchors, args->authorities);
  command->add_option("--reason", args->reason, "why, in one line, for the case alone")->type_name("TEXT");
  command->add_option("--necessity", args->necessity, "why it is shown where nobody can be asked for consent")->type_name("TEXT");
  command->add_flag("--despite-withdrawal", args->despite_withdrawal, "in spite of a withdrawal or refusal; needs --necessity");
  line.choose(command, Command::dossier, [args](const Context& context) { return dossier(context, *args); });
}

}  // namespace dokaz::casecli
