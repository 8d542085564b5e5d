// SPDX-License-Identifier: GPL-3.0-or-later
// Sealing bytes to the recipients of a group, who alone can open them: format.md section 5.
#pragma once

#include <string>
#include <vector>

#include "crypto/files.hpp"
#include "proto/format/object.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {

/// An object as everyone but its recipients sees it, in a file that nobody sees yet.
struct SealedObject {
  ObjectRef ref;
  PendingFile file;
};

/// `malformed` unless there is at least one and each is an X25519 recipient of age.
Status check_recipients(const std::vector<std::string>& recipients);

/// Canonical tar, then age, written to `into` and hashed on the way: memory is constant whatever the size.
/// `malformed`; the failures of write_object and of `into`.
Result<SealedObject> seal_object(const ObjectParts& parts, const std::vector<std::string>& recipients,
                                 PendingFile into);

}  // namespace dokaz
