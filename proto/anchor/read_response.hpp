// SPDX-License-Identifier: GPL-3.0-or-later
// The response as OpenSSL has read it. Private to the folder.
#pragma once

#include "proto/anchor/openssl_types.hpp"

namespace dokaz::anchoring {

struct ReadResponse {
  Response response;
  PKCS7* token() const { return TS_RESP_get_token(response.get()); }
};

}  // namespace dokaz::anchoring
