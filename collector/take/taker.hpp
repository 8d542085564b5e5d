// SPDX-License-Identifier: GPL-3.0-or-later
// Taking in one file as an item of its own, and what becomes of it.
#pragma once

#include <functional>
#include <optional>

#include "collector/take/acquisition_signs.hpp"
#include "collector/take/known_originals.hpp"
#include "collector/vault/seal.hpp"

namespace dokaz {

struct TakeOptions {
  std::string note;                  ///< sealed with each of them; empty: none
  bool seal_uncleaned = false;       ///< what is refused is sealed as it is, for the legal recipients
  bool sidecars = false;             ///< what lies beside a file and belongs to it becomes a part of its item
  bool consume = false;              ///< the file is removed once its item is durable
  std::function<ClaimedTime()> now;  ///< asked for each item
  std::string acquisition = "unknown";   ///< how the documenter came by the files: format.md section 4
  std::string acquired_from = {};        ///< from whom or where, as they say; empty: not said
  std::optional<ReviewWindow> review = {};  ///< clean copies can be looked at until it is over
};

/// What was done with a file before the vault was asked.
struct ReadFile {
  std::optional<Sha256> known;  ///< it has an item, by this hash; then it was not taken in
  Result<TakenIn> taken = Errc::internal;
};
ReadFile read_to_take(const Intake& intake, const KnownOriginals& known, const std::string& file);

/// One of three: sealed now, there already, or refused.
struct Taken {
  std::string file;                        ///< as it was given
  std::optional<SealedItem> item;          ///< the item that holds it
  bool already_there = false;              ///< that item was made before
  std::optional<Error> refusal;            ///< there is no item
  std::optional<Error> uncleaned;          ///< sealed now and as it is: why it could not be cleaned
  std::vector<std::string> sidecars;       ///< names of those in the item
  std::vector<std::string> sidecars_left;  ///< names of those that lie beside it and were not taken in
  std::vector<std::string> signs;          ///< of an item sealed now: what acquisition_signs.hpp found
  std::optional<Status> consumed;          ///< where that was asked for and there is an item

  bool is_sealed() const { return item && !already_there; }
};

/// The vault, intake and what is known must outlive it.
class Taker {
 public:
  Taker(Vault& vault, const Intake& intake, const KnownOriginals& known, const TakeOptions& options)
      : vault_(vault), intake_(intake), known_(known), options_(options) {}

  /// `read` is what read_to_take gave for this file.
  Taken take(const std::string& file, ReadFile read);
  /// As a set: all sealed, or all there already; or one refused and the others not reached.
  std::vector<Taken> take_set(const std::vector<std::string>& files);

 private:
  Status fill(Taken& taken, ReadFile read);
  Taken begin(const std::string& file);
  Result<SealRequest> request_for(Taken& taken, const TakenIn* in);
  void note_sealed(Taken& taken, const SealedItem& item, const SealRequest& request);
  Status seal_new(Taken& taken, const Result<TakenIn>& in);
  Result<SealedItem> seal_uncleaned_file(Taken& taken, const Error& refusal, const SealRequest& request);
  Result<bool> is_there(Taken& taken, const Sha256& original);
  void remove_source(Taken& taken);

  Vault& vault_;
  const Intake& intake_;
  const KnownOriginals& known_;
  const TakeOptions& options_;
  SidecarFinder finder_;
  std::set<Sha256> sealed_sidecars_;  // in this run
};

}  // namespace dokaz
