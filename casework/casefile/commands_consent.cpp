// SPDX-License-Identifier: GPL-3.0-or-later
// consent, withdraw, note, allowed.
#include <algorithm>

#include "casework/casefile/command_line.hpp"
#include "casework/casefile/consent.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/ledger.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/own_chain.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/time.hpp"

namespace dokaz::casecli {
namespace {

/// What an act is about, as it was typed.
struct About {
  std::string item;
  bool whole_case = false;
};

struct ConsentArgs {
  About about;
  std::vector<std::string> uses, refused, told, lifts;
  std::string by, of, capacity, date, until, language, form, witness, identity, face, conditions, interpreter;
};
struct WithdrawArgs {
  About about;
  std::vector<std::string> uses;
  std::string by, date, reason;
};
struct NoteArgs {
  About about;
  std::string text, file;
};

void take_about(CLI::App* command, About& about) {
  auto* item = command->add_option("ITEM", about.item, item_help)->type_name("");
  command->add_flag("--whole-case", about.whole_case, "about the whole case, and so about each of its items")->excludes(item);
}

/// The item; nothing for the whole case.
Result<std::optional<StatementHash>> about_of(const About& about, const std::vector<CaseEntry>& entries) {
  using Of = std::optional<StatementHash>;
  if (about.whole_case) return Of();
  if (about.item.empty()) return fail(Errc::usage, "name an item, or say --whole-case");
  DOKAZ_LET(entry, find_item(entries, about.item));
  return Of(entry->statement.hash());
}

Result<std::set<Use>> uses_of_words(const std::vector<std::string>& words) {
  std::set<Use> uses;
  for (const std::string& word : words) {
    DOKAZ_LET(use, use_of_word(word));
    uses.insert(use);
  }
  return uses;
}

/// The facts as they are typed. What is not of its form is found by OwnChain, which cannot say where: it is said here.
class TypedFacts {
 public:
  Status text(std::string_view option, std::string_view name, const std::string& value) {
    if (value.empty()) return {};
    if (!is_line(value)) return fail(Errc::usage, std::string(option) + " takes one line of plain text");
    facts_.push_back(Fact::text(name, value));
    return {};
  }
  void about(const std::optional<StatementHash>& item) {
    if (item) facts_.push_back(Fact::text("about", hex(*item)));
  }
  void uses(std::string_view name, const std::set<Use>& uses) {
    if (auto fact = uses_fact(name, uses)) facts_.push_back(std::move(*fact));
  }
  void words(std::string_view name, const std::vector<std::string>& words) {
    if (auto fact = words_fact(name, {words.begin(), words.end()})) facts_.push_back(std::move(*fact));
  }
  void add(Fact fact) { facts_.push_back(std::move(fact)); }
  std::vector<Fact> take() { return std::move(facts_); }

 private:
  std::vector<Fact> facts_;
};

/// Signs it. The options' forms are those of the facts: a fact in another form was typed wrongly.
Result<StatementHash> state(CaseFile& file, Act act, std::vector<Fact> facts) {
  auto done = OwnChain(file).state(act, std::move(facts), ClaimedTime{console::now(), false});
  if (!done && done.code() == Errc::bad_disclosure)
    return fail(Errc::usage, "one of the options is not in the form that it takes: see --help");
  return done;
}

/// Consents and withdrawals by the beginnings of their hashes, as `allowed` shows them.
Result<std::set<StatementHash>> acts_that_begin(const std::vector<ShownAct>& acts, const std::vector<std::string>& beginnings) {
  std::set<StatementHash> found;
  for (const std::string& beginning : beginnings) {
    const std::size_t before = found.size();
    for (const ShownAct& act : acts)
      if ((act.act == Act::consent || act.act == Act::withdraw) && beginning.size() >= 4 && hex(act.statement).starts_with(beginning))
        found.insert(act.statement);
    if (found.size() != before + 1) return fail(Errc::usage, "--lifts takes the beginning of one statement, as allowed shows it");
  }
  return found;
}

Answer stated(const StatementHash& statement, const std::string& what, nlohmann::ordered_json more = nlohmann::ordered_json::object()) {
  nlohmann::ordered_json json = {{"statement", hex(statement)}};
  json.update(more);
  return Answer{what + " It is statement " + short_name(statement) +
                    " of this case file's chain, and goes to the server with the next dokaz-case pull.\n",
                json_line(json)};
}

constexpr std::int64_t day_seconds = 24 * 60 * 60;
constexpr std::int64_t ahead_of_utc = 14 * 60 * 60;  // the earliest place on earth

/// A slip of the year stays in a signed chain for ever. What is no day is left to the form of its fact.
Status check_days(const std::string& date, const std::string& until) {
  const auto said = parse_time(date), last = parse_time(until);
  if (said && said->unix_seconds > console::now() + ahead_of_utc) return fail(Errc::usage, "--date is a day that has not come yet");
  if (last && last->unix_seconds + day_seconds <= console::now()) return fail(Errc::usage, "--until is over already: it would allow nothing");
  return {};
}

std::string whose(const AskedFor& asked) { return asked.subject.empty() ? std::string() : console::printable(asked.subject) + ", "; }

/// What was asked for before, and whether it still is: nobody drops a rule of somebody's face without knowing it.
std::string asked_text(const std::vector<AskedFor>& before, const std::vector<AskedFor>& now) {
  std::string replaced, stays;
  for (const AskedFor& one : before) {
    const bool is_there = std::find(now.begin(), now.end(), one) != now.end();
    (is_there ? stays : replaced) += "  " + whose(one) + one.words + " (statement " + short_name(one.statement) + ")\n";
  }
  return (replaced.empty() ? replaced : "THIS REPLACES what was asked for before:\n" + replaced) +
         (stays.empty() ? stays : "Still to be heeded, from before:\n" + stays);
}

Result<Answer> consent(const Context& context, const ConsentArgs& args) {
  DOKAZ_LET(uses, uses_of_words(args.uses));
  DOKAZ_LET(refused, uses_of_words(args.refused));
  if (uses.empty() && refused.empty()) return fail(Errc::usage, "say with --uses what was agreed to, or with --refused what was not");
  for (const Use use : uses)
    if (refused.contains(use)) return fail(Errc::usage, "a use is both agreed to and refused");
  DOKAZ_TRY(check_days(args.date, args.until));
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(about, about_of(args.about, entries));
  TypedFacts facts;
  facts.about(about);
  facts.uses("consent.uses", uses);
  facts.uses("consent.refused", refused);
  DOKAZ_TRY(facts.text("--by", "consent.by", args.by));
  DOKAZ_TRY(facts.text("--for", "consent.for", args.of));
  DOKAZ_TRY(facts.text("--capacity", "consent.capacity", args.capacity));
  DOKAZ_TRY(facts.text("--date", "consent.date", args.date));
  DOKAZ_TRY(facts.text("--until", "consent.until", args.until));
  DOKAZ_TRY(facts.text("--language", "consent.language", args.language));
  DOKAZ_TRY(facts.text("--form", "consent.form", args.form));
  DOKAZ_TRY(facts.text("--witness", "consent.witness", args.witness));
  DOKAZ_TRY(facts.text("--identity", "consent.identity", args.identity));
  DOKAZ_TRY(facts.text("--face", "consent.face", args.face));
  DOKAZ_TRY(facts.text("--conditions", "consent.conditions", args.conditions));
  if (!args.interpreter.empty() && args.interpreter != "yes" && args.interpreter != "no")
    return fail(Errc::usage, "--interpreter takes yes or no");
  if (!args.interpreter.empty())
    facts.add(Fact::json("consent.interpreter", args.interpreter == "yes" ? "true" : "false").value());
  facts.words("consent.told", args.told);
  DOKAZ_LET(acts, acts_of(file, entries));
  if (!args.lifts.empty()) {
    DOKAZ_LET(lifted, acts_that_begin(acts, args.lifts));
    for (Fact& fact : hash_facts("consent.lifts", lifted)) facts.add(std::move(fact));
  }
  const std::vector<AskedFor> before = ConsentBook(acts).asked_for(about);
  DOKAZ_LET(statement, state(file, Act::consent, facts.take()));
  DOKAZ_LET(now, ConsentBook::read(file));
  Answer answer = stated(statement, "The consent is recorded.");
  for (const Use use : uses)
    if (const auto judged = about ? std::optional(now.judge(*about, use, console::now())) : std::nullopt; judged && !judged->is_allowed())
      answer.text += "STILL STOPPED, for " + std::string(name_of(use)) + ": " + judged->words() + "\n";
  if (!about && !uses.empty()) answer.text += "It lifts no refusal and no withdrawal about a single item: dokaz-case allowed ITEM shows what stands.\n";
  answer.text += asked_text(before, now.asked_for(about));
  return answer;
}

Result<Answer> withdraw(const Context& context, const WithdrawArgs& args) {
  DOKAZ_LET(uses, uses_of_words(args.uses));
  DOKAZ_TRY(check_days(args.date, {}));
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(about, about_of(args.about, entries));
  TypedFacts facts;
  facts.about(about);
  facts.uses("consent.uses", uses);
  DOKAZ_TRY(facts.text("--by", "consent.by", args.by));
  DOKAZ_TRY(facts.text("--date", "consent.date", args.date));
  DOKAZ_TRY(facts.text("--reason", "reason", args.reason));
  DOKAZ_LET(book, ConsentBook::read(file));
  const bool is_known = args.by.empty() || book.knows(args.by, about);
  DOKAZ_LET(statement, state(file, Act::withdraw, facts.take()));
  DOKAZ_LET(all, ledger_of(file));
  std::erase_if(all, [&](const LedgerRow& row) {
    return std::none_of(row.withdrawn.begin(), row.withdrawn.end(), [&](const WithdrawnSince& one) { return one.statement == statement; });
  });
  Answer answer = stated(statement, "The withdrawal is recorded.", {{"left_before", nlohmann::ordered_json::parse(render_json(all))["ledger"]}});
  if (!is_known)
    answer.text += "NOBODY OF THIS NAME HAS SAID ANYTHING OF IT BEFORE. It stops all the same. If the name is a slip, record the withdrawal\n"
                   "under the right one, too; dokaz-case consent --lifts takes this one back.\n";
  answer.text += all.empty() ? "Nothing of it had left the case, as far as its statements say.\n"
                             : "It stops what would leave from now on. It cannot take back what left before; tell these:\n\n" + render_text(all);
  return answer;
}

Result<std::string> note_text(const NoteArgs& args) {
  if (args.file.empty()) return args.text;
  auto bytes = read_file(args.file, max_note_size_of_act, Links::follow);
  if (!bytes) return fail(bytes.code(), "the note's file");
  std::string text(text_of(*bytes));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Result<Answer> note(const Context& context, const NoteArgs& args) {
  DOKAZ_LET(text, note_text(args));
  if (text.empty()) return fail(Errc::usage, "say the note's text with --text or --text-file");
  if (!is_utf8(text) || text.size() > max_note_size_of_act) return fail(Errc::usage, "a note is at most 8192 bytes of UTF-8");
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(about, about_of(args.about, entries));
  TypedFacts facts;
  facts.about(about);
  facts.add(Fact::text("note", text));
  DOKAZ_LET(statement, state(file, Act::note, facts.take()));
  return stated(statement, "The note is recorded.");
}

nlohmann::ordered_json json_of(const ConsentJudgement& judgement) {
  nlohmann::ordered_json json = {{"use", name_of(judgement.use)}, {"state", name_of(judgement.state)}, {"subjects", nlohmann::ordered_json::array()}};
  for (const SubjectSays& one : judgement.subjects) {
    nlohmann::ordered_json subject = {{"subject", nullptr},       {"state", name_of(one.state)}, {"statement", hex(one.statement)},
                                      {"signer", one.signer},     {"claimed_time", one.claimed}, {"until", nullptr},
                                      {"conditions", one.conditions}};
    if (!one.subject.empty()) subject["subject"] = one.subject;
    if (!one.until.empty()) subject["until"] = one.until;
    json["subjects"].push_back(subject);
  }
  return json;
}

Result<Answer> allowed(const Context& context, const std::string& item) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(entry, find_item(entries, item));
  DOKAZ_LET(book, ConsentBook::read(file));
  DOKAZ_LET(pulled, last_pull(file));
  Answer answer;
  const std::vector<AskedFor> asked = book.asked_for(entry->statement.hash());
  nlohmann::ordered_json json = {{"item", hex(entry->statement.hash())}, {"uses", nlohmann::ordered_json::array()}};
  for (const Use use : all_uses) {
    const ConsentJudgement judgement = book.judge(entry->statement.hash(), use, console::now());
    std::string name(name_of(use));
    name.resize(11, ' ');
    answer.text += name + (judgement.is_allowed() ? "yes  " : "NO   ") + judgement.words() + "\n";
    json["uses"].push_back(json_of(judgement));
  }
  if (!asked.empty()) answer.text += "To be heeded, whatever the use:\n";
  json["asked_for"] = nlohmann::ordered_json::array();
  for (const AskedFor& one : asked) {
    answer.text += "  " + whose(one) + one.words + " (statement " + short_name(one.statement) + ")\n";
    json["asked_for"].push_back({{"subject", one.subject.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(one.subject)},
                                 {"words", one.words}, {"statement", hex(one.statement)}});
  }
  say_age(pulled, json, answer.text);
  answer.json = json_line(json);
  return answer;
}

constexpr const char* uses_help = "what for: court, partners, press, prosecutor, publish, team, un";

}  // namespace

void describe_consent(CommandLine& line) {
  auto consent_args = std::make_shared<ConsentArgs>();
  auto* command = line.add("consent", "Records what somebody agreed to, or refused.",
                           "consent 90ab1c7c --uses court,un --refused press --by birch --form written --language be");
  take_about(command, consent_args->about);
  command->add_option("--uses", consent_args->uses, uses_help)->type_name("USE")->delimiter(',');
  command->add_option("--refused", consent_args->refused, "uses for which the answer was no")->type_name("USE")->delimiter(',');
  command->add_option("--by", consent_args->by, "a pseudonym of whoever gave it; leave it out where nobody may be named")->type_name("NAME");
  command->add_option("--for", consent_args->of, "of whom it is, where a guardian or the next of kin gave it: a pseudonym")->type_name("NAME");
  command->add_option("--capacity", consent_args->capacity, "adult, child, incapacitated or deceased")->type_name("WORD");
  command->add_option("--date", consent_args->date, "the day on which it was given")->type_name("YYYY-MM-DD");
  command->add_option("--until", consent_args->until, "the last day on which it holds (UTC)")->type_name("YYYY-MM-DD");
  command->add_option("--language", consent_args->language, "in which it was asked: be, ru, pl, …")->type_name("CODE");
  command->add_option("--interpreter", consent_args->interpreter, "whether there was one: yes or no")->type_name("WORD");
  command->add_option("--form", consent_args->form, "written, audio, video or oral")->type_name("WORD");
  command->add_option("--witness", consent_args->witness, "a pseudonym of who else was there")->type_name("NAME");
  command->add_option("--told", consent_args->told, "what you made sure of: disclosed, comprehended, voluntary, competent")
      ->type_name("WORD")->delimiter(',');
  command->add_option("--identity", consent_args->identity, "how the person may be named: full, initials, pseudonym or none")->type_name("WORD");
  command->add_option("--face", consent_args->face, "face and voice: show, blur or withhold")->type_name("WORD");
  command->add_option("--lifts", consent_args->lifts, "an earlier refusal or withdrawal that it takes back: its statement, as allowed shows it")
      ->type_name("STATEMENT")->delimiter(',');
  command->add_option("--conditions", consent_args->conditions, "what else was asked for, in one line")->type_name("TEXT");
  line.choose(command, Command::consent, [consent_args](const Context& context) { return consent(context, *consent_args); });

  auto withdraw_args = std::make_shared<WithdrawArgs>();
  command = line.add("withdraw", "Records that a consent was taken back, and lists what had left before.", "withdraw 90ab1c7c --by birch");
  take_about(command, withdraw_args->about);
  command->add_option("--uses", withdraw_args->uses, "from which uses; left out: from all")->type_name("USE")->delimiter(',');
  command->add_option("--by", withdraw_args->by, "whose: the pseudonym of the consent; left out: everybody's")->type_name("NAME");
  command->add_option("--date", withdraw_args->date, "the day on which it was said")->type_name("YYYY-MM-DD");
  command->add_option("--reason", withdraw_args->reason, "why, in one line")->type_name("TEXT");
  line.choose(command, Command::withdraw, [withdraw_args](const Context& context) { return withdraw(context, *withdraw_args); });

  auto note_args = std::make_shared<NoteArgs>();
  command = line.add("note", "Records something about an item or the case, for the legal recipients.", "note 90ab1c7c --text \"the same gate as in 1a2b3c4d\"");
  take_about(command, note_args->about);
  auto* text = command->add_option("--text", note_args->text, "what to record")->type_name("TEXT");
  command->add_option("--text-file", note_args->file, "take it from this file")->type_name("FILE")->excludes(text);
  line.choose(command, Command::note, [note_args](const Context& context) { return note(context, *note_args); });

  auto item = std::make_shared<std::string>();
  command = line.add("allowed", "Shows for which uses an item may leave the case, and by whose word.", "allowed 90ab1c7c");
  command->add_option("ITEM", *item, item_help)->type_name("")->required();
  line.choose(command, Command::allowed, [item](const Context& context) { return allowed(context, *item); });
}

}  // namespace dokaz::casecli
