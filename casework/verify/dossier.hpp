// SPDX-License-Identifier: GPL-3.0-or-later
// The check of a dossier, several items for one addressee: format.md section 19. Offline; uses all processors.
#pragma once

#include "casework/verify/cover.hpp"
#include "casework/verify/verify.hpp"

namespace dokaz {

/// A chain of which items are shown.
struct ShownChain {
  std::string chain, signer;
  std::uint64_t statements = 0;  // shown, from the first on
  std::vector<std::uint64_t> items;  // their places in the chain, ascending
  struct Gap {
    std::uint64_t seq = 0;
    std::string reason;  // empty: the exporter states none
  };
  std::vector<Gap> withheld;
};

struct DossierReport {
  struct BytesAnswer {
    std::size_t files = 0, documents = 0;
    std::uint64_t size = 0;
    bool known_script = false, known_page = false;
  };
  struct LogAnswer {
    std::string origin;
    std::uint64_t size = 0;              // of the largest checkpoint
    std::size_t checkpoints = 0;         // different ones, anchored ones among them
    std::vector<std::string> witnesses;  // of all receipts
    bool same_policy = true;
  };

  std::string root;
  bool root_given = true, policy_given = true;
  std::string dossier;  // H(manifest-sha256.txt) in hex; empty until read
  std::string addressee, use;
  std::optional<BytesAnswer> bytes;
  std::optional<Report::Person> exporter;
  std::string exporter_fingerprint;
  std::uint64_t roster = 0;
  std::vector<Report> items;  // in their order; each without its own root and exporter
  std::vector<ShownChain> chains;
  std::vector<Report::Stamp> stamps;
  std::optional<LogAnswer> log;

  std::vector<std::string> limits;  // of the whole and of any item, each once
  std::optional<Report::Failure> failure;

  Outcome outcome() const;
  int exit_code() const;
};

struct Hashes;
/// Never fails as such, as verify_exhibit.
DossierReport verify_dossier(const Bag& files, const Trust& trust);
/// The same with what the files hash to, of which SHA-512 for those under data/.
DossierReport verify_dossier(const Bag& files, const Hashes& hashes, const Trust& trust);

/// "4, 7-9"
std::string ranges(const std::vector<std::uint64_t>& numbers);

std::string render_text(const DossierReport& report);
std::string render_json(const DossierReport& report);

}  // namespace dokaz
