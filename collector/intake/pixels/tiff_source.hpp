// SPDX-License-Identifier: GPL-3.0-or-later
// A TIFF in memory as libtiff reads it: nothing is mapped, written or printed, and complaints are remembered.
#pragma once

#include <tiffio.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>

#include "crypto/bytes.hpp"
#include "crypto/check.hpp"

namespace dokaz::intake {

class TiffSource {
 public:
  /// libtiff asks for at most `most_at_once` bytes of memory at a time. `mode`: "r" and flags of TIFFOpen.
  TiffSource(ByteView file, const char* mode, std::int64_t most_at_once) : bytes_(file) {
    const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(), TIFFOpenOptionsFree);
    DOKAZ_CHECK(options);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), most_at_once);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), note_error, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), note_warning, this);
    handle_.reset(TIFFClientOpenExt("", mode, this, read, write_nothing, seek, close_nothing, size, nullptr, nullptr, options.get()));
  }
  TiffSource(const TiffSource&) = delete;
  TiffSource& operator=(const TiffSource&) = delete;

  TIFF* file() const { return handle_.get(); }
  /// Not opened, or an error since then; a warning too, where those count.
  bool failed() const { return failed_ || !handle_; }
  /// Of directories libtiff warns for every tag that it does not know; of coded data only where they are damaged.
  void let_warnings_count(bool count) { warnings_count_ = count; }

 private:
  static TiffSource& self(void* handle) { return *static_cast<TiffSource*>(handle); }
  static tmsize_t read(thandle_t handle, void* into, tmsize_t size) {
    TiffSource& from = self(handle);
    if (size <= 0 || from.at_ >= from.bytes_.size()) return 0;
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(static_cast<std::uint64_t>(size), from.bytes_.size() - from.at_));
    std::memcpy(into, from.bytes_.data() + from.at_, part);
    from.at_ += part;
    return static_cast<tmsize_t>(part);
  }
  static tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }
  static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    TiffSource& from = self(handle);
    return from.at_ = whence == SEEK_CUR ? from.at_ + offset : whence == SEEK_END ? from.bytes_.size() + offset : offset;
  }
  static int close_nothing(thandle_t) { return 0; }
  static toff_t size(thandle_t handle) { return self(handle).bytes_.size(); }
  static int note_error(TIFF*, void* user, const char*, const char*, va_list) { return self(user).failed_ = true; }
  static int note_warning(TIFF*, void* user, const char*, const char*, va_list) {
    self(user).failed_ |= self(user).warnings_count_;
    return 1;
  }
  struct Close {
    void operator()(TIFF* file) const { TIFFClose(file); }
  };

  ByteView bytes_;
  std::uint64_t at_ = 0;
  bool failed_ = false, warnings_count_ = false;
  std::unique_ptr<TIFF, Close> handle_;
};

}  // namespace dokaz::intake
