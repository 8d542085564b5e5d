// SPDX-License-Identifier: GPL-3.0-or-later
// backup and restore: what an operator is told of them.
#include "sync-server/backup/backup.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sync-server/backup/restore.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/witness/witness_call.hpp"

namespace dokaz::server {
namespace {

using Json = nlohmann::ordered_json;

Status say(const Order& order, const Json& document, const std::string& text) {
  if (order.options.json) return console::print(document.dump() + "\n");
  return order.options.quiet ? Status() : console::print(text);
}

Result<BackupReport> try_backup(const Order& order) {
  console::Progress shown(order.options, "backup");
  const CopyProgress progress = [&shown](std::string_view, std::uint64_t done, std::uint64_t total) { shown.at(done, total); };
  DOKAZ_LET(report, make_backup(order.data, order.destination, {order.with_key, order.read_again, key_source(order)},
                                console::now(), progress));
  DOKAZ_TRY(say(order,
                {{"backup", report.number}, {"log_size", report.log_size}, {"statements", report.statements},
                 {"objects", report.objects}, {"object_bytes", report.object_bytes}, {"copied", report.copied},
                 {"copied_bytes", report.copied_bytes}, {"missing", report.missing}, {"left_out", report.left_out}},
                fmt::format("backup {} is whole\n"
                            "statements       {}, of which {} are in the signed log\n"
                            "objects          {} ({} bytes), of which {} ({} bytes) were copied now\n"
                            "{}{}",
                            report.number, report.statements, report.log_size, report.objects, report.object_bytes,
                            report.copied, report.copied_bytes,
                            report.left_out == 0
                                ? ""
                                : fmt::format("left out         {} names in the server's folder that are none of its own: other "
                                              "letters than visible ASCII, or links to folders\n",
                                              report.left_out),
                            order.with_key ? "The key of the database is in it: whoever has it reads who signed what.\n"
                                           : "The key of the database is not in it: keep db.key somewhere else.\n")));
  return report;
}

console::Advice advice_for_backup(const Error& error) {
  const std::string safe = "The server goes on, and an earlier backup in that folder is still whole.";
  if (error.code == Errc::usage || error.code == Errc::already_exists)
    return {"Nothing was written.", "Name a folder for the backups of this server alone, on another disk."};
  if (error.code == Errc::busy) return {safe, "Another backup is being made there; wait for its end."};
  if (error.code == Errc::no_space) return {safe, "Make room where the backup goes, then repeat the command; it goes on where it was."};
  if (error.code == Errc::bad_consistency || error.code == Errc::server_rolled_back)
    return {"The backup that is there is untouched, and nothing was written over it.",
            "This folder is not what was backed up there: an older copy of it was put back. Keep both, stop the server, and "
            "see the operator's guide, section 8. A backup of this folder needs another place."};
  if (error.code == Errc::damaged_store) return {safe, "See what is damaged: dokaz-server fsck --data DIR"};
  console::Advice advice = advice_for_store(error.code);
  advice.safe = safe;
  return advice;
}

/// A call that adds nothing: the answer tells which size the witness has signed. Goes out as the calls of `run` do: a
/// server that hides behind a proxy must not show itself when it is put back.
std::vector<Result<SeenHead>> ask_witnesses(const HttpSettings& http, const ServerPolicy& policy, const Checkpoint& newest) {
  constexpr std::int64_t tolerance = 600;  // seconds
  std::vector<HttpRequest> requests;
  for (const auto& place : policy.places)
    requests.push_back(add_checkpoint(place.url, newest.head.size, {}, newest.note));
  const auto answers = HttpClient(http).call_all(requests);
  std::vector<Result<SeenHead>> out;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) {
      out.push_back(answers[i].error());
      continue;
    }
    const auto read = read_answer(*answers[i], newest.head.size, newest, policy.places[i].witness, console::now(), tolerance);
    if (!read) out.push_back(read.error());
    else if (read->kind == WitnessAnswer::Kind::contradicted) out.push_back(fail(Errc::bad_consistency, "a witness has seen another history"));
    else if (read->kind == WitnessAnswer::Kind::cosigned) out.push_back(SeenHead{newest.head.size, newest.head.root});
    else out.push_back(SeenHead{read->size, std::nullopt});
  }
  return out;
}

Result<RestoreReport> try_restore(const Order& order) {
  console::Progress shown(order.options, "restore");
  const CopyProgress progress = [&shown](std::string_view, std::uint64_t done, std::uint64_t total) { shown.at(done, total); };
  RestoreOptions options;
  if (!order.key.empty()) options.key = order.key;
  options.source = key_source(order);
  HttpSettings http;
  http.more_authorities = order.outward_authorities;
  http.proxy = order.outward_proxy;
  const AskWitnesses ask = [&http](const ServerPolicy& policy, const Checkpoint& newest) {
    return ask_witnesses(http, policy, newest);
  };
  options.seen_checkpoints = order.seen_checkpoints;
  options.unchecked = order.unchecked;
  DOKAZ_LET(report, restore_backup(order.destination, order.data, options, ask, progress));
  Json document = {{"restored", true}, {"log_size", report.log_size}, {"statements", report.statements},
                   {"objects", report.objects}, {"object_bytes", report.object_bytes}, {"missing", report.missing},
                   {"compared", report.compared}, {"silent_witnesses", report.silent}, {"contradicting_witnesses", report.doubts}, {"findings", Json::array()}};
  std::string text = fmt::format(
      "statements       {}, of which {} were in the signed log\n"
      "objects          {} ({} bytes), each hashed\n"
      "compared with    {} checkpoints that others had seen; {} witnesses did not say\n",
      report.statements, report.log_size, report.objects, report.object_bytes, report.compared, report.silent);
  for (const Finding& finding : report.findings) {
    document["findings"].push_back({{"part", finding.part}, {"what", finding.what}});
    text += fmt::format("{}: {}\n", finding.part, finding.what);
  }
  if (report.doubts > 0)
    text += "One witness says, unsigned and alone, that it has seen more than this backup, or another history.\n";
  text += report.compared == 0 || report.silent > 0
              ? "Whether the log had come further than this backup was not checked in full. If it had, collectors will\n"
                "report a server that was rolled back, and they will be right.\n"
              : "Nobody who was asked had seen the log further than this backup.\n";
  DOKAZ_TRY(say(order, document, text));
  return report;
}

console::Advice advice_for_restore(const Error& error) {
  const std::string safe = "No server was made of the backup, and the backup is untouched.";
  if (error.code == Errc::server_rolled_back)
    return {safe + " The backup is older than what others saw of this log: statements that members hold receipts "
                     "for are missing in it.",
              "A server made of it would contradict itself, and collectors would report it as rolled back. Look for a "
              "newer backup, or for the disk of the old machine. If there is none, this log has ended: make a new "
              "server (dokaz-server init) and tell each case; keep this backup, since what is in it is evidence."};
  if (error.code == Errc::bad_consistency)
    return {safe, "Two histories of this log exist. Keep both, start neither, and ask somebody who can find out why."};
  if (error.code == Errc::policy_unmet)
    return {safe,
            "This server has no witnesses. Ask a member, a monitor or an authority of time stamps for the newest checkpoint and "
            "name the file: --seen-checkpoint FILE. If nobody has one, say --unchecked."};
  if (error.code == Errc::unreachable)
    return {safe,
              "Let the witnesses be reached, or ask a member, a monitor or an authority of time stamps for the newest "
              "checkpoint and name the file: --seen-checkpoint FILE. If nobody has one, or one witness contradicts the "
              "others and is wrong, say --unchecked."};
  if (error.code == Errc::already_exists)
    return {safe + " What is in the folder is untouched.", "Name a new or an empty folder with --data."};
  if (error.code == Errc::usage)
    return {safe, "See: dokaz-server restore --help"};
  if (error.code == Errc::not_found)
    return {safe, "Name the folder that dokaz-server backup wrote."};
  if (error.code == Errc::wrong_key)
    return {safe, "Name the db.key that the server had when the backup was made: --key FILE"};
  if (error.code == Errc::hash_mismatch || error.code == Errc::missing_part || error.code == Errc::damaged_store)
    return {safe, "The backup is damaged. Keep it as it is, and try another copy of it."};
  console::Advice advice = advice_for_store(error.code);
  advice.safe = safe;
  return advice;
}

}  // namespace

Outcome backup(const Order& order) {
  auto report = try_backup(order);
  if (!report) {
    console::Advice advice = advice_for_backup(report.error());
    return {std::move(report).error(), std::move(advice)};
  }
  if (report->missing == 0) return {};
  return {fail(Errc::damaged_store, fmt::format("{} objects are missing or damaged on the server", report->missing)),
          {"The backup is whole but for them.",
           "See which statements are concerned: dokaz-server fsck --data DIR. An earlier backup in the folder may have "
           "had them; if so they are still there."},
          order.options.json};
}

Outcome restore(const Order& order) {
  auto report = try_restore(order);
  if (report) return {};
  console::Advice advice = advice_for_restore(report.error());
  return {std::move(report).error(), std::move(advice)};
}

}  // namespace dokaz::server
