// SPDX-License-Identifier: GPL-3.0-or-later
#include "crypto/age/opening.hpp"

#include "crypto/age/wrap.hpp"

namespace dokaz::age {
namespace {

/// Everything up to the line feed of the line that starts with "---".
Result<Bytes> read_header(BufferedSource& source) {
  Bytes text;
  std::size_t line = 0;  // where the present one starts
  for (;;) {
    DOKAZ_LET(some, source.peek());
    if (some.empty()) return fail(Errc::age_header, "the file ends in its header");
    const auto feed = std::find(some.begin(), some.end(), Byte{'\n'});
    const auto size = static_cast<std::size_t>(feed - some.begin()) + (feed != some.end());
    append(text, some.first(size));
    source.skip(size);
    if (text.size() > largest_header) return fail(Errc::age_header, "too long");
    const std::string_view present = text_of(text).substr(line);
    // Something else than an age file is refused at its first bytes, not after 256 KiB.
    if (line == 0 && !present.starts_with(version_line.substr(0, present.size())))
      return fail(Errc::age_header, "version");
    if (!present.ends_with('\n')) continue;
    if (present.starts_with("---")) return text;
    line = text.size();
  }
}

/// Kinds that others write and that are not read here.
bool known_but_unsupported(const std::string& kind) {
  for (std::string_view other :
       {"mlkem768x25519", "p256tag", "mlkem768p256tag", "piv-p256", "ssh-ed25519", "ssh-rsa"})
    if (kind == other) return true;
  return false;
}

template <class Key>
Result<std::optional<FileKey>> try_keys(const Header& header, std::span<const Key> keys) {
  for (const Key& key : keys)
    for (const Stanza& stanza : header.stanzas) {
      DOKAZ_LET(found, unwrap(stanza, key));
      if (found) return found;
    }
  return std::optional<FileKey>();
}

Result<FileKey> find_file_key(const Header& header, const Keys& keys) {
  DOKAZ_LET(by_identity, try_keys(header, keys.identities));
  if (by_identity) return std::move(*by_identity);
  DOKAZ_LET(by_passphrase, try_keys(header, keys.passphrases));
  if (by_passphrase) return std::move(*by_passphrase);
  bool supported = false, unsupported = false;
  for (const Stanza& stanza : header.stanzas) {
    supported |= stanza.kind() == "X25519" || stanza.kind() == "scrypt";
    unsupported |= known_but_unsupported(stanza.kind());
  }
  return unsupported && !supported ? Errc::age_unsupported : Errc::age_no_match;
}

}  // namespace

Result<ByteView> BufferedSource::peek() {
  if (at_ == end_) {
    DOKAZ_LET(got, source_(buffer_));
    at_ = 0;
    end_ = got;
    fetched_ += got;
  }
  return ByteView(buffer_).subspan(at_, end_ - at_);
}

Result<std::size_t> BufferedSource::read(std::span<Byte> into) {
  if (at_ == end_) {
    DOKAZ_LET(got, source_(into));
    fetched_ += got;
    return got;
  }
  const std::size_t size = std::min(into.size(), end_ - at_);
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
  at_ += size;
  return size;
}

Result<Stream> open_payload(BufferedSource& source, const Keys& keys) {
  DOKAZ_LET(text, read_header(source));
  DOKAZ_LET(header, parse_header(text));
  DOKAZ_LET(key, find_file_key(header, keys));
  DOKAZ_TRY(check_header(header, key));
  PayloadNonce nonce;
  DOKAZ_LET(got, read_full([&](std::span<Byte> into) { return source.read(into); }, nonce.raw()));
  if (got != PayloadNonce::size) return fail(Errc::age_header, "no nonce");
  return Stream(key, nonce);
}

}  // namespace dokaz::age
