// SPDX-License-Identifier: GPL-3.0-or-later
// Whose keys signed what is in a bag, and their key files.
#pragma once

#include <map>

#include "casework/export/exhibit.hpp"

namespace dokaz {

/// The roster's members and the admitted ones, by key, of every epoch that was added.
class Signers {
 public:
  struct Signer {
    Member member;
    std::uint32_t epoch = 0;
    std::string key_file_path() const;
    std::string key_file() const;
  };

  static Result<Signers> of(const Note& roster, const std::vector<AdmittedMember>& admitted);
  /// A key-rotate: the key that it names is the same member's. Any other statement changes nothing. not_a_member.
  Status add_epoch(const ProvenStatement& statement);
  /// not_a_member
  Result<Signer> find(const KeyHash& key) const;

 private:
  std::map<KeyHash, Signer> people_;
};

}  // namespace dokaz
