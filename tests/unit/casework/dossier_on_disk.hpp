// SPDX-License-Identifier: GPL-3.0-or-later
// A dossier in a folder, as an expert gets it, and what the programs say of it.
#pragma once

#include "casework/verify/batch.hpp"
#include "crypto/files.hpp"
#include "tests/unit/casework/small_dossier.hpp"
#include "tests/unit/crypto/shell.hpp"

namespace dokaz::small {

/// A dossier, the policy and an authority's root, as an expert gets them.
struct DossierOnDisk {
  test::Scratch scratch;
  DossierMaker maker;
  Dossier dossier;
  std::filesystem::path folder;
  Given given;

  explicit DossierOnDisk(const DossierOptions& options = {}) : maker(options), dossier(maker.make()), folder(scratch / "dossier") {
    write(dossier, folder);
    must(create_file_durably(scratch / "policy", dossier.trust.policy.bytes()));
    must(create_file_durably(scratch / "authority.pem", maker.world.certificate("root")));
    given = {dossier.trust.root, dossier.trust.policy, dossier.trust.authorities, {}};
  }
  static void write(const Dossier& what, const std::filesystem::path& to) {
    auto writer = must(DossierWriter::start(to, what.parts.policy));
    for (std::size_t i = 0; i < what.items.size(); ++i) must(writer->add_item(i + 1, what.items[i]));
    must(writer->finish(what.parts, key(counsel_key), "2026-05-02"));
    must(writer->publish());
  }
  void flip(const std::string& path, std::size_t at) const {
    Bytes content = must(read_file(folder / path, 1 << 20));
    content.at(at) ^= 1;
    must(write_file_durably(folder / path, content));
  }
  std::string program(const std::string& more) const {
    return std::string("'") + std::getenv("DOKAZ_BIN") + "/dokaz-verify' " + more;
  }
  std::string trust() const { return " --root " + hex(dossier.trust.root) + " --policy " + test::quoted(scratch / "policy"); }
  std::string check(const std::filesystem::path& what) const {
    const BatchReport report = verify_folder(what, given);
    std::string out;
    for (const CheckedBag& bag : report.bags)
      out += (out.empty() ? "" : ", ") + (bag.name.empty() ? "" : bag.name + ": ") + std::string(name_of(bag.outcome())) + " " +
             std::to_string(bag.exit_code());
    return out;
  }
};

}  // namespace dokaz::small
