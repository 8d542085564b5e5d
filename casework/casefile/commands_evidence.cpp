// SPDX-License-Identifier: GPL-3.0-or-later
// pull, list, open, verify, export.

#include "casework/casefile/check.hpp"
#include "casework/casefile/commands.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/pull.hpp"
#include "casework/casefile/show.hpp"
#include "casework/verify/verify.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

constexpr std::size_t short_hash = 12;

Result<Pulled> run_pull(const Context& context, const std::string& address) {
  DOKAZ_LET(file, open_case(context));
  ServerAddress server = file.server();
  if (!address.empty()) {
    DOKAZ_LET(other, parse_server_address(address));
    server = other;
  }
  console::Progress progress(context.console, "Fetching");
  return dokaz::pull(file, server,
                     [&](std::string_view, std::uint64_t done, std::uint64_t total) { progress.at(done, total); });
}

struct Listed {
  std::string text;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
};

Result<Listed> make_list(const Context& context) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(members, file.membership());
  DOKAZ_LET(entries, file.entries());
  Listed listed;
  for (const CaseEntry& entry : entries) {
    if (!is_item(entry.statement)) continue;
    const Member* member = members.find(entry.receipt.member);
    const std::string signer = member != nullptr ? member->pseudonym : "?";
    const std::string item = hex(entry.statement.hash());
    const std::string claimed = format_time(entry.statement.fields().time);
    const bool stored = find_stored(entries, entry.statement).has_value();
    std::size_t here = 0;
    std::uint64_t size = 0;
    for (const ObjectRef& object : entry.statement.fields().objects) {
      std::error_code error;
      if (std::filesystem::exists(file.object_path(object.id), error)) ++here;
      size += object.size;
    }
    const bool fetched = here == entry.statement.fields().objects.size();
    listed.text += item.substr(0, short_hash) + "  " + signer + "  " + claimed + " (claimed)  " +
                   (stored ? "stored" : "logged") + (fetched ? "" : ", objects not here yet") + "  " +
                   std::to_string(size) + " bytes\n";
    listed.json.push_back({{"item", item},
                           {"index", entry.index},
                           {"signer", signer},
                           {"claimed", claimed},
                           {"stored", stored},
                           {"fetched", fetched},
                           {"size", size}});
  }
  if (listed.text.empty()) listed.text = "There are no items yet. Run pull first.\n";
  return listed;
}

struct Written {
  std::string item, clean, original;
  std::string note;
};

Status write_opened(const Context& context, const OpenArgs& args, Written& written) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(entries, file.entries());
  DOKAZ_LET(entry, find_item(entries, args.item));
  DOKAZ_LET(item, open_item(file, entry->statement));
  written.item = hex(entry->statement.hash());
  if (const Fact* note = find_fact(item.team, "note")) written.note = note->as_text().value_or("");
  const Path folder = args.out;
  const Path clean = folder / ("clean." + item.clean.extension);
  const Path original = folder / ("original." + item.original.extension);
  std::error_code error;
  for (const Path& path : {clean, original})
    if (std::filesystem::symlink_status(path, error).type() != std::filesystem::file_type::not_found)
      return Errc::already_exists;
  // A folder that is already there keeps its mode.
  if (!std::filesystem::is_directory(folder, error)) DOKAZ_TRY(make_private_folder(folder));
  DOKAZ_TRY(create_file_durably(clean, item.clean.content));
  DOKAZ_TRY(create_file_durably(original, item.original.content));
  written.clean = clean.string();
  written.original = original.string();
  return {};
}

std::string today() {
  constexpr std::int64_t day_seconds = 24 * 60 * 60;
  return format_time({console::now() / day_seconds * day_seconds, true});
}

Result<Report> make_exhibit(const Context& context, const ExportArgs& args) {
  DOKAZ_LET(file, open_case(context));
  const ShowOptions options{args.original, args.disclose};
  DOKAZ_LET(files, show_item(file, args.item, options, today()));
  DOKAZ_TRY(write_exhibit(files, args.out));
  return verify_exhibit(files, Trust{file.fingerprint(), file.policy()});
}

}  // namespace

Ended pull(const Context& context, const std::string& server) {
  const auto pulled = run_pull(context, server);
  if (!pulled)
    return Failed{pulled.error(), {"What was fetched and checked before is kept.",
                                   "Run pull again: it goes on where it stopped. If the same failure comes back, ask the "
                                   "operator, and rely on nothing that was not accepted."}};
  print(context,
        std::to_string(pulled->entries) + " new statements, " + std::to_string(pulled->objects) + " new objects" +
            (pulled->waiting == 0 ? std::string() : ", " + std::to_string(pulled->waiting) +
                                                         " objects not on the server yet") + "\n",
        json_line({{"entries", pulled->entries}, {"objects", pulled->objects}, {"waiting", pulled->waiting}}));
  return exit_ok;
}

Ended list(const Context& context) {
  const auto listed = make_list(context);
  if (!listed) return Failed{listed.error(), {"Nothing was changed.", "Check --case and the passphrase."}};
  print(context, listed->text, json_line({{"items", listed->json}}));
  return exit_ok;
}

Ended open(const Context& context, const OpenArgs& args) {
  Written written;
  if (const auto done = write_opened(context, args, written); !done)
    return Failed{done.error(), {"The sealed objects are unchanged and nothing was overwritten.",
                                 "Run pull if parts are missing; choose an empty folder if files are in the way."}};
  print(context,
        "Every hash is the one that was sealed.\n  clean copy (no metadata):      " + written.clean +
            "\n  original (may betray people):  " + written.original +
            (written.note.empty() ? "" : "\n  note: " + console::printable(written.note)) + "\n",
        json_line({{"item", written.item}, {"clean", written.clean}, {"original", written.original}}));
  return exit_ok;
}

Ended verify(const Context& context) {
  auto file = open_case(context);
  if (!file) return Failed{file.error(), {"Nothing was changed.", "Check --case and the passphrase."}};
  const auto report = check_case(*file);
  if (!report)
    return Failed{report.error(), {"The evidence on the server is not touched by this.",
                                   "If nothing was pulled yet, run pull. Otherwise the case folder was damaged: take your "
                                   "backup of it and pull again."}};
  print(context, render_text(*report), render_json(*report));
  return report->exit_code();
}

Ended export_(const Context& context, const ExportArgs& args) {
  const auto report = make_exhibit(context, args);
  if (!report)
    return Failed{report.error(), {"No exhibit was written, and nothing was overwritten.",
                                   "Choose a folder that does not exist yet; run pull if parts are missing."}};
  print(context,
        "The exhibit is written to " + args.out + " and passes the check, outcome: " +
            std::string(name_of(report->outcome())) +
            (args.original ? "\nIt shows the original with all its metadata: be sure that the addressee may see it." : "") +
            "\nGive the addressee the fingerprint and the policy file by another way.\n",
        json_line({{"folder", args.out}, {"outcome", name_of(report->outcome())}, {"item", report->item},
                               {"limits", report->limits}}));
  return exit_ok;
}

}  // namespace dokaz::casecli
