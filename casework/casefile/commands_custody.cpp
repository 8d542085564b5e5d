// SPDX-License-Identifier: GPL-3.0-or-later
// custody, ledger, disclose.
#include "casework/casefile/command_line.hpp"
#include "casework/casefile/custody.hpp"
#include "casework/casefile/disclosure.hpp"
#include "casework/casefile/handing_out.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/ledger.hpp"
#include "casework/casefile/opening.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

struct LedgerArgs {
  std::string item;
  bool csv = false;
};
struct DiscloseArgs {
  std::string item, to, use, out, reason, necessity;
  std::vector<std::string> facts;
  bool despite_withdrawal = false;
};

struct CustodyArgs {
  std::string item, reason;
  bool original = false;
};

Result<Answer> custody(const Context& context, const CustodyArgs& args) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(table, custody_of(file, args.item));
  // The hash of an original tells whoever has that file, too, that it was handed in: showing it is an access.
  if (!args.original) table = without_originals(std::move(table));
  else DOKAZ_TRY(state_access(file, {table.item, {"facts"}, {"original.sha256"}, args.reason}, console::now()));
  return Answer{render_text(table), render_json(table)};
}

Result<Answer> ledger(const Context& context, const LedgerArgs& args) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(acts, acts_of(file, entries));
  std::vector<LedgerRow> rows = ledger_of(acts);
  if (!args.item.empty()) {
    DOKAZ_LET(entry, find_item(entries, args.item));
    rows = about_item(std::move(rows), entry->statement.hash());
  }
  return Answer{args.csv ? render_csv(rows) : render_text(rows), render_json(rows)};
}

Result<Answer> disclose(const Context& context, const DiscloseArgs& args) {
  DOKAZ_LET(use, use_of_word(args.use));
  DOKAZ_TRY(nothing_there(args.out));
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(pulled, last_pull(file));
  const DiscloseOptions options{args.facts, args.to, args.reason, {use, args.necessity, args.despite_withdrawal}};
  DOKAZ_LET(made, disclose_facts(file, args.item, options, console::now()));
  StatementHash statement;
  // Stated before it has its name: what is handed out and not stated must not be.
  const auto state = [&]() -> Status {
    DOKAZ_LET(stated, state_disclosure(file, made.act, console::now()));
    statement = stated;
    return {};
  };
  DOKAZ_TRY(write_exhibit(made.files, args.out, {}, state));
  nlohmann::ordered_json json = {{"folder", args.out},  {"item", hex(made.act.item)},  {"facts", made.act.facts},
                                 {"statement", hex(statement)}, {"conditions", words_of(made.act.pass.conditions)}};
  std::string text = "The disclosure is written to " + args.out + ". README.txt says how to check it, check.sh does it.\n" + conditions_text(made.act.pass) +
                     "It is statement " + short_name(statement) + " of this case file's chain, and goes to the server with the next dokaz-case pull.\n";
  say_age(pulled, json, text);
  return Answer{std::move(text), json_line(json)};
}

}  // namespace

void describe_custody(CommandLine& line) {
  auto custody_args = std::make_shared<CustodyArgs>();
  auto* command = line.add("custody", "Shows the chain of custody of an item, with its gaps.", "custody 90ab1c7c");
  command->add_option("ITEM", custody_args->item, item_help)->type_name("")->required();
  auto* original = command->add_flag("--original", custody_args->original, "the original's hash, too: that it was shown is stated");
  command->add_option("--reason", custody_args->reason, "why, in one line")->type_name("TEXT")->needs(original);
  line.choose(command, Command::custody, [custody_args](const Context& context) { return custody(context, *custody_args); });

  auto ledger_args = std::make_shared<LedgerArgs>();
  command = line.add("ledger", "Shows what left the case: to whom, when, for what, by whose consent.", "ledger --csv >ledger.csv");
  command->add_option("ITEM", ledger_args->item, "only what has this item in it")->type_name("");
  command->add_flag("--csv", ledger_args->csv, "as a table for a spreadsheet");
  line.choose(command, Command::ledger, [ledger_args](const Context& context) { return ledger(context, *ledger_args); });

  auto args = std::make_shared<DiscloseArgs>();
  command = line.add("disclose", "Writes single facts of an item, to be checked with openssl, without the other facts.",
                     "disclose 90ab1c7c --fact capture.time --to \"the court\" --use court --out disclosure-1");
  command->add_option("ITEM", args->item, item_help)->type_name("")->required();
  command->add_option("--fact", args->facts, "the fact to show, for example capture.time")->type_name("FACT")->delimiter(',')->required();
  command->add_option("--to", args->to, "who gets it")->type_name("BODY")->required();
  command->add_option("--use", args->use, "what for: court, partners, press, prosecutor, publish, team, un")->type_name("USE")->required();
  command->add_option("--out", args->out, "the folder to make")->type_name("DIR")->required();
  command->add_option("--reason", args->reason, "why, in one line")->type_name("TEXT");
  command->add_option("--necessity", args->necessity, "why it is shown where nobody can be asked for consent")->type_name("TEXT");
  command->add_flag("--despite-withdrawal", args->despite_withdrawal, "in spite of a withdrawal or refusal; needs --necessity");
  line.choose(command, Command::disclose, [args](const Context& context) { return disclose(context, *args); });
}

}  // namespace dokaz::casecli
