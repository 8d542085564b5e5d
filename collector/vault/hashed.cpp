// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/hashed.hpp"

namespace dokaz {

Error changed_meanwhile() { return fail(Errc::io_error, "the file changed while it was read"); }

Result<OriginalHashes> hash_original(const Readable& original) {
  Sha256Stream shorter;
  Sha512Stream longer;
  DOKAZ_TRY(original.copy_to([&](ByteView bytes) -> Status {
    shorter.update(bytes);
    longer.update(bytes);
    return {};
  }));
  return OriginalHashes{shorter.finish(), longer.finish()};
}

WriteFile with_hash(WriteFile write, const Sha256& expected) {
  return [write = std::move(write), expected](const Sink& sink) -> Status {
    Sha256Stream hash;
    DOKAZ_TRY(write([&](ByteView bytes) {
      hash.update(bytes);
      return sink(bytes);
    }));
    return hash.finish() == expected ? Status{} : changed_meanwhile();
  };
}

}  // namespace dokaz
