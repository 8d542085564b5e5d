// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/verify/bag_file.hpp"

namespace dokaz {

BagFile::BagFile(Bytes content)
    : size_(content.size()),
      reading_([held = std::make_shared<const Bytes>(std::move(content))](const Sink& sink) { return sink(*held); }) {}

BagFile::BagFile(std::shared_ptr<const Readable> content)
    : size_(content->size()), reading_([content](const Sink& sink) { return content->copy_to(sink); }) {}

Status BagFile::copy_to(const Sink& sink) const {
  std::uint64_t left = size_;
  DOKAZ_TRY(reading_([&](ByteView bytes) -> Status {
    if (bytes.size() > left) return fail(Errc::io_error, "the file changed while it was read");
    left -= bytes.size();
    return sink(bytes);
  }));
  if (left != 0) return fail(Errc::io_error, "the file changed while it was read");
  return {};
}

Result<Bytes> BagFile::bytes(std::uint64_t cap) const {
  if (size_ > cap) return Errc::too_large;
  Bytes out;
  out.reserve(static_cast<std::size_t>(size_));
  DOKAZ_TRY(copy_to([&](ByteView bytes) -> Status {
    append(out, bytes);
    return {};
  }));
  return out;
}

Result<Sha256> BagFile::hash() const {
  Sha256Stream hash;
  DOKAZ_TRY(copy_to([&](ByteView bytes) -> Status {
    hash.update(bytes);
    return {};
  }));
  return hash.finish();
}

}  // namespace dokaz
