// SPDX-License-Identifier: GPL-3.0-or-later
// TLS as docs/protocol.md section 1 wants it: 1.3 only, no tickets, ALPN h2, padded records.
#pragma once

#include <memory>

#include "crypto/secret.hpp"
#include "proto/format/ids.hpp"

struct ssl_ctx_st;

namespace dokaz {

class TlsContext {
 public:
  /// Both PEM. malformed if they are not a certificate and its key.
  static Result<TlsContext> server(ByteView certificate, const SecretBytes& key);
  static Result<TlsContext> client();

  bool is_server() const { return server_; }
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  TlsContext(std::shared_ptr<ssl_ctx_st> context, bool server) : context_(std::move(context)), server_(server) {}
  std::shared_ptr<ssl_ctx_st> context_;
  bool server_ = false;
};

}  // namespace dokaz
