// SPDX-License-Identifier: GPL-3.0-or-later
// Revocation, judged at the token's time: format.md section 16, step 5. Private to the folder.
#pragma once

#include <vector>

#include "proto/anchor/openssl_types.hpp"
#include "proto/anchor/time_trust.hpp"

namespace dokaz::anchoring {

/// Lists of a PEM text that holds nothing else; none for no text.
Result<std::vector<RevocationList>> read_lists(ByteView pem);

/// `chain` from the signer's certificate to the root.
Result<Revocation> judge_revocation(const STACK_OF(X509) * chain, const std::vector<RevocationList>& lists,
                                    const TimeClaims& claims);

/// http and https addresses of the certificate's distribution points.
std::vector<std::string> list_urls_of(const X509* certificate);

}  // namespace dokaz::anchoring
