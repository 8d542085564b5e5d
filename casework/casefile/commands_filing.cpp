// SPDX-License-Identifier: GPL-3.0-or-later
// filing plan, filing write, filing time-limit.
#include "casework/casefile/command_line.hpp"
#include "casework/casefile/filed_items.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/make_filing.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/filing/dates.hpp"
#include "casework/verify/authorities.hpp"

namespace dokaz::casecli {
namespace {

struct PlanArgs {
  std::string profile, out;
};
struct WriteArgs {
  FilingOptions options;
  std::string plan, extra_statement, out, anchors;
  std::vector<std::string> authorities;
};

Result<Answer> plan(const Context& context, const PlanArgs& args) {
  DOKAZ_TRY(filing::profile_of(args.profile));
  DOKAZ_TRY(nothing_there(args.out));
  const Path above = Path(args.out).parent_path();
  std::error_code error;
  if (!above.empty() && !std::filesystem::is_directory(above, error)) return fail(Errc::not_found, "--out: the folder above it is not there");
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(entries, file.entries());
  console::Progress progress(context.console, "Reading");
  DOKAZ_LET(prefilled, prefilled_plan(file, entries, [&](std::size_t done, std::size_t total) { progress.at(done, total); }));
  console::Progress stating(context.console, "Stating");
  for (std::size_t i = 0; i < prefilled.accesses.size(); ++i) {
    DOKAZ_TRY(state_access(file, prefilled.accesses[i], console::now()));
    stating.at(i + 1, prefilled.accesses.size());
  }
  const auto& rows = prefilled.rows;
  // The mark tells a spreadsheet that the table is UTF-8.
  DOKAZ_TRY(create_file_durably(args.out, bytes_of("\xEF\xBB\xBF" + filing::write_csv(rows))));
  return Answer{"The plan is written to " + args.out + ", with a row for each item: " + std::to_string(rows.size() - 1) +
                    ".\nEdit it in a spreadsheet: delete the rows that are not filed, add those of files, fill in proceedings, dates and\n"
                    "languages. It holds what may betray people: keep it where the case is kept.\n",
                json_line({{"plan", args.out}, {"items", rows.size() - 1}})};
}

std::string text_of(const MadeFiling& made, const std::string& out, bool with_stamps) {
  using filing::Verdict;
  const auto& checked = made.written.checked;
  std::string text = "The filing is written to " + out + ": " + std::to_string(made.written.pages) + " pages.\n";
  if (!made.respondent_warning.empty()) text += made.respondent_warning + "\n";
  for (const std::string& condition : joined_words_of(made.conditions)) text += "To be heeded: " + condition + "\n";
  for (const filing::Checked& one : checked)
    if (one.verdict == Verdict::fail) text += "  FAIL  " + one.rule + ": " + console::printable(one.words) + "\n        " + one.remedy + "\n";
  if (!made.package.empty())
    text += "The offline package is in 06_offline_package. SHA-256 of its tagmanifest-sha256.txt, to be given by another way:\n  " + made.package +
            "\nGive the fingerprint and the policy file by another way, too.\n" + (with_stamps ? words_of(made.stamps) : "");
  return text + std::to_string(count(checked, Verdict::pass)) + " rules pass, " + std::to_string(count(checked, Verdict::fail)) + " fail, " +
         std::to_string(count(checked, Verdict::not_testable)) +
         " cannot be tested by a program.\nThis is material for a lawyer, who decides whether it is filed.\n";
}

nlohmann::ordered_json json_of(const MadeFiling& made, const std::string& out) {
  constexpr const char* verdicts[] = {"pass", "fail", "not_testable"};
  nlohmann::ordered_json json = {{"folder", out}, {"pages", made.written.pages}, {"respondent", made.respondent}};
  json["files"] = nlohmann::ordered_json::array();
  for (const filing::FiledFile& one : made.written.files)
    json["files"].push_back({{"name", one.name}, {"sha256", one.sha256}, {"bytes", one.size}, {"form", one.form}});
  json["rules"] = nlohmann::ordered_json::array();
  for (const filing::Checked& one : made.written.checked)
    json["rules"].push_back({{"rule", one.rule}, {"verdict", verdicts[static_cast<int>(one.verdict)]}, {"words", one.words}, {"remedy", one.remedy}});
  json["conditions"] = words_of(made.conditions);
  json["stamps"] = made.stamps.in;
  json["confirmed_stamps"] = made.stamps.confirmed;
  json["broken_anchors"] = made.stamps.broken;
  json["package"] = made.package.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(made.package);
  return json;
}

Result<Answer> write(const Context& context, const WriteArgs& args) {
  FilingOptions options = args.options;
  options.plan = args.plan;
  options.extra_statement = args.extra_statement;
  DOKAZ_LET(authorities, read_authorities(args.authorities));
  options.stamps = {args.anchors, std::move(authorities)};
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(pulled, last_pull(file));
  std::optional<console::Progress> progress;
  std::string_view shown;
  DOKAZ_LET(made, make_filing(file, options, args.out, console::now(), [&](std::string_view stage, std::size_t done, std::size_t total) {
              if (stage != shown) progress.emplace(context.console, shown = stage);
              progress->at(done, total);
            }));
  progress.reset();
  std::string text = text_of(made, args.out, !args.anchors.empty());
  nlohmann::ordered_json json = json_of(made, args.out);
  say_age(pulled, json, text);
  return Answer{std::move(text), json_line(json)};
}

Result<Answer> time_limit(const std::string& decision) {
  DOKAZ_LET(limit, filing::time_limit(decision));
  const std::string today = filing::day_of(console::now());
  return Answer{words_of(limit, today), json_line({{"decision", limit.decision},
                                                   {"last_day", limit.last_day},
                                                   {"weekday", limit.weekday},
                                                   {"months", limit.months},
                                                   {"days_left", filing::days_between(today, limit.last_day)},
                                                   {"note", "verify with counsel; weekends and holidays extend nothing; the postmark counts"}})};
}

}  // namespace

void describe_filing(CommandLine& line) {
  auto group = line.group("filing", "Prepares a filing: plan it, write it, count its time limit.");

  auto planned = std::make_shared<PlanArgs>();
  auto* command = group.add("plan", "Writes a table of the case's items, for a lawyer to edit.", "filing plan --profile ecthr --out documents.csv");
  command->add_option("--profile", planned->profile, "ecthr, un, criminal or archive")->type_name("PROFILE")->required();
  command->add_option("--out", planned->out, "the table to write")->type_name("FILE")->required();
  group.choose(command, Command::filing_plan, [planned](const Context& context) { return plan(context, *planned); });

  auto written = std::make_shared<WriteArgs>();
  command = group.add("write", "Writes the files of a filing from an edited table.",
                      "filing write --profile ecthr --respondent Lithuania --plan documents.csv --out filing-1");
  command->add_option("--profile", written->options.profile, "ecthr, un, criminal or archive")->type_name("PROFILE")->required();
  command->add_option("--respondent", written->options.respondent, "the State, for ecthr one of the 46 members")->type_name("STATE");
  command->add_option("--plan", written->plan, "the edited table")->type_name("FILE")->required();
  command->add_option("--out", written->out, "the folder to make")->type_name("DIR")->required();
  command->add_option("--extra-statement", written->extra_statement, "further submissions (PDF), checked against their limit of pages")->type_name("FILE");
  command->add_option("--to", written->options.addressee, "the addressee, as the ledger is to call it")->type_name("WHOM");
  command->add_option("--reason", written->options.reason, "why, for the ledger")->type_name("TEXT");
  command->add_option("--necessity", written->options.gate.necessity, "why it is shown where nobody can be asked")->type_name("TEXT");
  command->add_flag("--despite-withdrawal", written->options.gate.despite_withdrawal, "show what consent was withdrawn for; needs --necessity");
  add_stamps(command, written->anchors, written->authorities);
  group.choose(command, Command::filing_write, [written](const Context& context) { return write(context, *written); });

  auto decision = std::make_shared<std::string>();
  command = group.add("time-limit", "Counts until when an application can be sent after a final decision.", "filing time-limit --decision 2026-02-15");
  command->add_option("--decision", *decision, "the day of the final decision")->type_name("YYYY-MM-DD")->required();
  group.choose(command, Command::filing_time_limit, [decision](const Context&) { return time_limit(*decision); });
}

}  // namespace dokaz::casecli
