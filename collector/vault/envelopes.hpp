// SPDX-License-Identifier: GPL-3.0-or-later
// Sealing bytes to the recipients of a group, who alone can open them: format.md section 5.
#pragma once

#include <string>
#include <vector>

#include "proto/format/object.hpp"
#include "proto/format/statement.hpp"

namespace dokaz {

/// An object as everyone but its recipients sees it.
struct SealedObject {
  ObjectRef ref;
  Bytes bytes;
};

/// `malformed` unless there is at least one and each is an X25519 recipient of age.
Status check_recipients(const std::vector<std::string>& recipients);

/// Canonical tar, then age. The plaintext in between is wiped. `malformed`.
Result<SealedObject> seal_object(const ObjectContent& content, const std::vector<std::string>& recipients);

}  // namespace dokaz
