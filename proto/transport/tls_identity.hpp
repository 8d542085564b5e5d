// SPDX-License-Identifier: GPL-3.0-or-later
// What a server shows itself by: a self-signed certificate that says nothing, and the pin of its key.
// docs/protocol.md section 1.
#pragma once

#include "crypto/secret.hpp"
#include "proto/format/ids.hpp"

namespace dokaz {

/// Both PEM.
struct TlsIdentity {
  Bytes certificate;
  SecretBytes key;
};

/// A fresh P-256 key. The certificate's name and dates are the same for every server. `internal`
/// if OpenSSL fails.
Result<TlsIdentity> make_tls_identity();

/// H(SubjectPublicKeyInfo, DER) of the first certificate of a PEM text: malformed.
Result<TlsPin> pin_of_certificate(ByteView pem);

}  // namespace dokaz
