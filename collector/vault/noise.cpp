// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/vault/noise.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "crypto/secret.hpp"

namespace dokaz {

Result<File> open_to_write(const Path& path) {
  auto file = File::open(path, File::Access::read_write);
  if (file || file.code() == Errc::not_found) return file;
  ::chmod(path.c_str(), private_file_mode);
  return File::open(path, File::Access::read_write);
}

Status sync_in_place(const File& file) {
  return ::fdatasync(file.descriptor()) == 0 ? Status() : Status(fail(Errc::io_error, "vault"));
}

Status fill_with_noise(File& file, std::uint64_t most) {
  DOKAZ_LET(size, file.size());
  Bytes noise(static_cast<std::size_t>(std::min(size, most)));
  random_fill(noise);
  DOKAZ_TRY(file.write_at(noise, 0));
  return sync_in_place(file);
}

Status fill_with_noise(const Path& path, std::uint64_t most) {
  DOKAZ_LET(file, open_to_write(path));
  return fill_with_noise(file, most);
}

}  // namespace dokaz
