// SPDX-License-Identifier: GPL-3.0-or-later
// names add, show, list and remove. They never open the case: who has the one does not need the other.
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/names.hpp"
#include "casework/casefile/officers.hpp"
#include "console/hidden_input.hpp"

namespace dokaz::casecli {
namespace {

constexpr std::size_t most_typed = 16384;

Path table_of(const Context& context, const NamesArgs& args) {
  return args.file.empty() ? context.folder / "names.db" : Path(args.file);
}

Result<NamesTable> open_table(const Context& context, const NamesArgs& args) {
  const Path path = table_of(context, args);
  if (!NamesTable::is_at(path)) return fail(Errc::not_found, "there is no table of names here");
  DOKAZ_LET(passphrase, other_passphrase(context, args.passphrase_file, "Passphrase of the names"));
  return NamesTable::open(path, passphrase);
}

Result<NamesTable> open_or_make(const Context& context, const NamesArgs& args) {
  const Path path = table_of(context, args);
  if (NamesTable::is_at(path)) return open_table(context, args);
  DOKAZ_LET(passphrase, other_new_passphrase(context, args.passphrase_file,
                                             "New passphrase of the names (not that of the case)"));
  return NamesTable::create(path, passphrase);
}

/// Never from an argument, which every program of the machine can read.
Result<RealName> read_name(const std::string& pseudonym) {
  DOKAZ_LET(typed, console::read_hidden("Name of " + pseudonym + ", then a note if there is one. It does not show; end with Ctrl-D on a line of its own:",
                                        most_typed));
  RealName read{pseudonym, {}, {}};
  typed.reveal([&](ByteView bytes) {
    // Room for all of it first: a text that grows leaves its beginning behind.
    read.name.reserve(bytes.size());
    read.note.reserve(bytes.size());
    std::string* into = &read.name;
    for (const char c : text_of(bytes)) {
      if (c == '\n' && into == &read.name) into = &read.note;
      else if (c != '\r') *into += c;
    }
  });
  while (read.note.ends_with('\n')) read.note.pop_back();
  if (read.name.empty()) return fail(Errc::usage, "no name was given: type it, or pipe it in");
  return Result<RealName>(std::move(read));
}

nlohmann::ordered_json json_of(const RealName& name) {
  return {{"pseudonym", name.pseudonym}, {"name", name.name}, {"note", name.note}};
}

std::string text_of(const RealName& name) {
  std::string text = name.pseudonym + "  " + name.name + "\n";
  for (std::size_t at = 0; !name.note.empty() && at != std::string::npos;) {
    const auto end = name.note.find('\n', at);
    text += "    " + name.note.substr(at, end == std::string::npos ? end : end - at) + "\n";
    at = end == std::string::npos ? end : end + 1;
  }
  return text;
}

}  // namespace

Result<Answer> names_add(const Context& context, const NamesArgs& args) {
  DOKAZ_LET(table, open_or_make(context, args));
  DOKAZ_LET(name, read_name(args.pseudonym));
  DOKAZ_TRY(table.put(name, args.replace));
  return Answer{"The name of " + args.pseudonym + " is kept, in this table and nowhere else. dokaz-case names show shows it.\n",
                json_line({{"pseudonym", args.pseudonym}})};
}

Result<Answer> names_show(const Context& context, const NamesArgs& args) {
  DOKAZ_LET(table, open_table(context, args));
  DOKAZ_LET(name, table.find(args.pseudonym));
  return Answer{text_of(name), json_line(json_of(name))};
}

Result<Answer> names_list(const Context& context, const NamesArgs& args) {
  DOKAZ_LET(table, open_table(context, args));
  DOKAZ_LET(all, table.all());
  std::string text;
  nlohmann::ordered_json names = nlohmann::ordered_json::array();
  for (const RealName& name : all) {
    text += name.pseudonym + "  " + name.name + "\n";
    names.push_back(json_of(name));
  }
  if (all.empty()) text = "The table is empty.\n";
  return Answer{text, json_line({{"names", names}})};
}

Result<Answer> names_remove(const Context& context, const NamesArgs& args) {
  DOKAZ_LET(table, open_table(context, args));
  DOKAZ_TRY(table.remove(args.pseudonym));
  return Answer{"The name of " + args.pseudonym + " is out of the table. Backups of it may still have it.\n",
                json_line({{"pseudonym", args.pseudonym}})};
}

}  // namespace dokaz::casecli
