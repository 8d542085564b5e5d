// SPDX-License-Identifier: GPL-3.0-or-later
// root export, import and drop; hand-over and take-over.
#include <set>

#include "casework/casefile/hand_over.hpp"
#include "casework/casefile/json_line.hpp"
#include "casework/casefile/officers.hpp"
#include "casework/casefile/opening.hpp"
#include "casework/casefile/root_shares.hpp"
#include "crypto/encoding.hpp"

namespace dokaz::casecli {
namespace {

constexpr std::uint64_t max_share_file = 4096;

console::Options with_file(const Context& context, const std::string& file) {
  console::Options options = context.console;
  options.passphrase_file.reset();
  if (!file.empty()) options.passphrase_file = file;
  return options;
}

std::string passphrase_file_at(const std::vector<std::string>& files, std::size_t place) {
  return place < files.size() ? files[place] : std::string();
}

Status write_shares(const Context& context, const RootExportArgs& args, const std::vector<RootShare>& shares) {
  // Every passphrase is known before the first file is there.
  std::vector<Bytes> files;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    DOKAZ_LET(passphrase, other_new_passphrase(context, passphrase_file_at(args.passphrase_files, i),
                                               "New passphrase of officer " + shares[i].officer));
    DOKAZ_LET(text, write_root_share(shares[i], passphrase));
    files.push_back(std::move(text));
  }
  const Path folder = args.out;
  DOKAZ_TRY(make_private_folder(folder));
  for (const RootShare& share : shares) {
    std::error_code error;
    if (std::filesystem::symlink_status(folder / (share.officer + ".officer"), error).type() !=
        std::filesystem::file_type::not_found)
      return fail(Errc::already_exists, "the file of an officer");
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const Path path = folder / (shares[i].officer + ".officer");
    DOKAZ_TRY(create_file_durably(path, files[i]));
    // Whoever is given a file that the disk did not keep has nothing, and finds that out when it is needed.
    DOKAZ_LET(kept, read_file(path, max_share_file));
    if (kept != files[i]) return fail(Errc::io_error, "the file of an officer is not what was written");
  }
  return {};
}

}  // namespace

Result<SecretBytes> other_passphrase(const Context& context, const std::string& file, const std::string& prompt) {
  return console::read_passphrase(with_file(context, file), prompt);
}

Result<SecretBytes> other_new_passphrase(const Context& context, const std::string& file, const std::string& prompt) {
  return console::read_new_passphrase(with_file(context, file), prompt);
}

namespace {

Result<std::vector<RootShare>> read_shares(const Context& context, const OfficerArgs& args) {
  std::vector<RootShare> shares;
  for (std::size_t i = 0; i < args.files.size(); ++i) {
    DOKAZ_LET(bytes, read_file(args.files[i], max_share_file, Links::follow));
    DOKAZ_LET(officer, officer_of(bytes));
    DOKAZ_LET(passphrase, other_passphrase(context, passphrase_file_at(args.passphrase_files, i),
                                           "Passphrase of officer " + officer));
    DOKAZ_LET(share, read_root_share(bytes, passphrase));
    shares.push_back(std::move(share));
  }
  return shares;
}

/// Every file of one export, each once, and each pair with the first gives the root: a share of another export, or one that
/// nobody has, shows itself here, and not on the day when it is needed.
Status check_all_shares(const std::vector<RootShare>& shares, const PublicKey& root) {
  std::set<std::uint8_t> places;
  for (const RootShare& share : shares) places.insert(share.place);
  if (shares.empty() || shares.size() != shares.front().count || places.size() != shares.size())
    return fail(Errc::usage, "name the files of all officers of the export, each once, so that each is known to be good");
  for (std::size_t i = 1; i < shares.size(); ++i) {
    DOKAZ_LET(joined, join_root(shares.front(), shares[i]));
    if (joined.public_key() != root) return fail(Errc::wrong_root, "the officers' files are of another case");
  }
  return {};
}

}  // namespace

Result<SigningKey> root_of_officers(const Context& context, const OfficerArgs& args) {
  if (args.files.size() != 2) return fail(Errc::usage, "name the files of two officers: --officer-file FILE --officer-file FILE");
  DOKAZ_LET(shares, read_shares(context, args));
  return join_root(shares[0], shares[1]);
}

Status lend_root(const Context& context, CaseFile& file, const OfficerArgs& args) {
  if (args.files.empty() && file.root() != nullptr) return {};
  if (args.files.empty())
    return fail(Errc::not_found, "the case root is not in this folder: --officer-file, twice, gives it for this once");
  DOKAZ_LET(root, root_of_officers(context, args));
  return file.lend_root(std::move(root));
}

Result<Answer> root_export(const Context& context, const RootExportArgs& args) {
  DOKAZ_LET(file, open_case(context));
  if (file.root() == nullptr) return fail(Errc::not_found, "the case root is not in this folder");
  DOKAZ_LET(shares, split_root(*file.root(), args.officers));
  DOKAZ_TRY(write_shares(context, args, shares));
  std::string text = "Any two of these officers together have the root of the case; one alone has nothing:\n";
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const RootShare& share : shares) {
    const std::string path = (Path(args.out) / (share.officer + ".officer")).string();
    text += "  " + share.officer + "  " + path + "\n";
    files.push_back({{"officer", share.officer}, {"file", path}});
  }
  if (shares.size() == 2)
    text += "With two officers both are needed: if one file is lost, so is the root. A third makes up for that.\n";
  return Answer{text + "Give each officer their file, and keep no copy here. The root is still in the case folder:\n"
                       "dokaz-case root drop takes it out.\n",
                json_line({{"officers", files}, {"needed", 2}})};
}

Result<Answer> root_import(const Context& context, const OfficerArgs& args) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(root, root_of_officers(context, args));
  DOKAZ_TRY(file.lend_root(std::move(root)));
  DOKAZ_TRY(file.keep_root());
  return Answer{"The root is in the case folder again: whoever opens it can make members.\n", json_line({{"root", "here"}})};
}

Result<Answer> root_drop(const Context& context, const OfficerArgs& args) {
  DOKAZ_LET(file, open_case(context));
  if (file.root() == nullptr) return fail(Errc::not_found, "the case root is not in this folder");
  // What nobody else has would be lost for ever.
  DOKAZ_LET(shares, read_shares(context, args));
  DOKAZ_TRY(check_all_shares(shares, file.root_key()));
  DOKAZ_TRY(file.drop_root());
  return Answer{"The root is out of the case folder. Two officers together bring it for what it has to sign:\n"
                "invite, revoke, device-lost, roster add, rotate-recipients and take-over ask for --officer-file, twice.\n"
                "Copies and backups of the folder from before still hold it: destroy them.\n",
                json_line({{"root", "with the officers"}})};
}

namespace {

Result<Answer> undo_hand_over(const Context& context) {
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(passed_on, file.is_passed_on());
  if (!passed_on) return fail(Errc::not_found, "no copy of this case was handed over from this folder");
  DOKAZ_TRY(file.set_passed_on(false));
  return Answer{"This folder works again. Be sure that the copy is destroyed: whoever takes it over replaces you, and what was\n"
                "done here since counts for nothing then.\n",
                json_line({{"undone", true}})};
}

}  // namespace

Result<Answer> hand_over(const Context& context, const HandOverArgs& args) {
  if (args.undo) return undo_hand_over(context);
  if (args.out.empty()) return fail(Errc::usage, "--out names the folder for the copy");
  DOKAZ_LET(file, open_case(context));
  DOKAZ_LET(passphrase, other_new_passphrase(context, args.passphrase_file, "New passphrase for the copy on its way"));
  DOKAZ_TRY(dokaz::hand_over(file, args.out, passphrase));
  return Answer{"The copy is written to " + args.out + ". Give it to your successor, and its passphrase by another way.\n"
                "They make it theirs:\n  dokaz-case take-over " + args.out + " --pseudonym NAME\n"
                "This folder only reads from now on: hand-over --undo, where the copy never arrives and is destroyed. With the\n"
                "first pull of your successor the server lets your key in no more; then destroy this folder and its backups.\n"
                "The table of names is not in the copy.\n",
                json_line({{"folder", args.out}})};
}

Result<Answer> take_over(const Context& context, const TakeOverArgs& args) {
  std::error_code error;
  if (std::filesystem::exists(context.folder / "case.key", error)) return fail(Errc::already_exists, "a case in this folder");
  DOKAZ_LET(of_copy, other_passphrase(context, args.passphrase_file, "Passphrase of the copy"));
  TakingOver how{args.from, args.pseudonym, {}};
  if (!args.officers.files.empty()) {
    DOKAZ_LET(root, root_of_officers(context, args.officers));
    how.root = std::move(root);
  }
  DOKAZ_LET(passphrase, console::read_new_passphrase(context.console, "New passphrase of the case"));
  DOKAZ_LET(file, dokaz::take_over(context.folder, how, of_copy, passphrase));
  const std::uint64_t number = file.roster()->number;
  return Answer{"The case is yours, under your passphrase, as " + args.pseudonym + ". Roster " + std::to_string(number) +
                    " lists you and revokes the counsel before.\nNow:  dokaz-case pull\n"
                    "It tells the server so, and fetches the objects. Then destroy the copy, " + args.from + ".\n"
                    "Who had the case before still knows its root and the groups' keys, and opens what they ever copied:\n"
                    "dokaz-case rotate-recipients changes the keys for what is sealed from now on; the root stays the same.\n",
                json_line({{"pseudonym", args.pseudonym}, {"roster", number}, {"fingerprint", hex(file.fingerprint())}})};
}

}  // namespace dokaz::casecli
