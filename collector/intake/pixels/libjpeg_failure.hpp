// SPDX-License-Identifier: GPL-3.0-or-later
// How libjpeg leaves what it cannot go on with: by longjmp, and without a word.
#pragma once

#include <cstdio>  // before jpeglib.h, which needs FILE

#include <jpeglib.h>

#include <csetjmp>

namespace dokaz::intake::pixels {

/// Each function that calls libjpeg says first `if (setjmp(back)) return …`. Objects whose destructors must run live
/// outside of it.
struct LibjpegFailure {
  jpeg_error_mgr manager{};  // the first member: `leave` finds the others by it
  std::jmp_buf back;

  /// For the one structure of libjpeg that this belongs to.
  jpeg_error_mgr* errors() {
    jpeg_std_error(&manager);
    manager.error_exit = leave;
    manager.output_message = [](j_common_ptr) {};
    return &manager;
  }

 private:
  [[noreturn]] static void leave(j_common_ptr common) {
    std::longjmp(reinterpret_cast<LibjpegFailure*>(common->err)->back, 1);
  }
};

}  // namespace dokaz::intake::pixels
