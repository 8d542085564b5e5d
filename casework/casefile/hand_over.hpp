// SPDX-License-Identifier: GPL-3.0-or-later
// A case passes from one counsel to another: a copy of the case file under a passphrase for the way, and out of it the
// successor's own, under a passphrase and a key that nobody else has, with another member key.
#pragma once

#include "casework/casefile/case_file.hpp"

namespace dokaz {

/// Writes the copy into a folder that is not there yet: already_exists; not_safe_yet where this folder was taken over itself
/// and the server does not know that yet, and where acts of it wait to be brought. Everything in the case's database goes
/// along, objects do not: they come from the server again. The copy opens for `take_over` alone. From then on this folder
/// only reads (CaseFile::set_passed_on takes that back).
Status hand_over(CaseFile& file, const Path& out, const SecretBytes& passphrase, const PassphraseWork& work = {});

struct TakingOver {
  Path from;                 ///< what hand_over wrote
  std::string pseudonym;     ///< the successor's, new in the case
  std::optional<SigningKey> root;  ///< where the officers hold it
};

/// Makes the successor's folder: a new member key, and the next roster, which lists it as counsel and revokes the one
/// before from the newest place that was seen. usage: `from` was not handed over; already_exists: a case in `folder`, or the
/// pseudonym is taken; not_found: the root is neither in the copy nor given.
Result<CaseFile> take_over(const Path& folder, const TakingOver& how, const SecretBytes& passphrase_of_copy,
                           const SecretBytes& passphrase, const PassphraseWork& work = {});

}  // namespace dokaz
