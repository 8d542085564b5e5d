// SPDX-License-Identifier: GPL-3.0-or-later
// Writes an item's receipts in the forms that other people's tools check: format.md section 10.
#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>

#include "collector/cli/advice.hpp"
#include "collector/cli/open_vault.hpp"
#include "console/say.hpp"
#include "proto/format/sshsig.hpp"

namespace dokaz::cli {
namespace {

using console::say;

struct ReceiptOptions {
  std::uint64_t number = 0;
  std::filesystem::path out;
};

struct OutFile {
  std::filesystem::path path;
  Bytes bytes;
};

std::filesystem::path with(const std::filesystem::path& base, std::string_view suffix) {
  std::filesystem::path path = base;
  path += suffix;
  return path;
}

/// The statement, its two proofs and the key that signed it.
Status add_proofs(std::vector<OutFile>& files, const std::filesystem::path& base, const Bytes& statement,
                  const Bytes& tlog_proof, const Member& signer, const Policy& policy) {
  DOKAZ_LET(receipt, read_tlog_proof(tlog_proof));
  DOKAZ_LET(sigsum_proof, write_sigsum_proof(receipt, policy));
  files.push_back({base, statement});
  files.push_back({with(base, ".tlog-proof"), tlog_proof});
  files.push_back({with(base, ".sigsum-proof"), std::move(sigsum_proof)});
  files.push_back({with(base, ".pub"), to_bytes(openssh_public_key(signer.key, signer.pseudonym) + "\n")});
  return {};
}

/// The receipts that witnesses vouch for, where there are such.
struct Files {
  std::vector<OutFile> all;
  bool waits_for_witnesses = false;
};

Result<std::vector<OutFile>> files_of(Vault& vault, const OwnStatement& own, const ReceiptOptions& options) {
  if (own.state() == CustodyState::sealed) return fail(Errc::not_found, "this item has no receipt yet");
  const CaseView& view = vault.view();
  const Member* self = view.members.find(own.signed_statement.member);  // by the key of the statement's epoch
  DOKAZ_CHECK(self != nullptr);
  std::vector<OutFile> files;
  DOKAZ_TRY(add_proofs(files, options.out, own.signed_statement.statement.bytes(),
                       own.cosigned ? own.cosigned->statement : own.tlog_proof, *self, view.policy));
  files.push_back({with(options.out, ".policy"), view.policy.bytes()});
  if (!own.stored) return files;

  const Bytes& received = own.cosigned ? own.cosigned->receive : own.stored->tlog_proof;
  DOKAZ_LET(receipt, read_tlog_proof(received));
  const Member* server = view.members.find(receipt.member);
  if (server == nullptr) return Errc::not_a_member;
  const auto receive = with(options.out, ".receive");
  DOKAZ_TRY(add_proofs(files, receive, own.stored->receive, received, *server, view.policy));
  files.push_back({with(receive, ".disclosures"), to_bytes(own.stored->answered + "\n")});
  return files;
}

/// All or none: what was written is removed when one cannot be.
Status write_all(const std::vector<OutFile>& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Status written = create_file_durably(files[i].path, files[i].bytes);
    if (written) continue;
    std::error_code ignored;
    for (std::size_t done = 0; done < i; ++done) std::filesystem::remove(files[done].path, ignored);
    if (written.code() == Errc::not_found) return fail(Errc::not_found, "the folder of --out");
    return written;
  }
  return {};
}

Result<Files> run(const Common& common, const ReceiptOptions& options) {
  DOKAZ_LET(vault, open_vault(common));
  DOKAZ_LET(own, vault.statement(options.number));
  DOKAZ_LET(files, files_of(vault, own, options));
  DOKAZ_TRY(write_all(files));
  return Files{std::move(files), vault.view().policy.needs_witnesses() && !own.cosigned};
}

int receipt(const Common& common, const ReceiptOptions& options) {
  const auto files = run(common, options);
  if (!files) return report(common, Command::receipt, files.error());
  if (common.console.json) {
    nlohmann::ordered_json document = {{"number", options.number}, {"files", nlohmann::json::array()}};
    document["cosigned"] = !files->waits_for_witnesses;
    for (const OutFile& file : files->all) document["files"].push_back(console::printable(file.path.string()));
    return print_json(common, document);
  }
  if (common.console.quiet) return exit_ok;
  std::string text;
  for (const OutFile& file : files->all) text += say("wrote {}\n", console::printable(file.path.string()));
  if (files->waits_for_witnesses)
    text += say("Witnesses have not cosigned this yet, so it does not satisfy the policy. Sync later and write it again.\n");
  text += say("Check it with Sigsum's tool: sigsum-verify -k {0}.pub -p {0}.policy {0}.sigsum-proof < {0}\n",
                      console::printable(options.out.string()));
  return print(common, text);
}

Runner describe(CLI::App& command) {
  const auto options = std::make_shared<ReceiptOptions>();
  command.add_option("NUMBER", options->number, "The item's number in dokaz list")->required();
  command.add_option("--out", options->out, "Beginning of the names of the files")->type_name("FILE")->required();
  command.footer("Example:\n  dokaz receipt 1 --out item1\n"
                 "  sigsum-verify -k item1.pub -p item1.policy item1.sigsum-proof < item1");
  return [options](const Common& common) { return receipt(common, *options); };
}

}  // namespace

const CommandEntry receipt_command{"receipt", "Write an item's receipts for other people's tools", Needs::vault, describe};

}  // namespace dokaz::cli
