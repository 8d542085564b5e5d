// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/parcel/kept_parcels.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "crypto/encoding.hpp"
#include "crypto/files_steps.hpp"

namespace dokaz::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* parcel_suffix = ".parcel";
constexpr const char* last_name = "last";  // the number that was given last: none is given twice
constexpr const char* beside[] = {".pass", ".answer"};
constexpr std::size_t largest_pass = 1 << 16;

std::optional<std::uint64_t> number_of(const Path& path) {
  const auto number = from_decimal(path.stem().string());
  return number ? std::optional(*number) : std::nullopt;
}

}  // namespace

Path KeptParcels::file(std::uint64_t number, const char* suffix) const { return folder_ / (std::to_string(number) + suffix); }

Result<std::vector<Path>> KeptParcels::all() const {
  std::vector<Path> out;
  std::error_code error;
  fs::directory_iterator entry(folder_, error), end;
  if (error == std::errc::no_such_file_or_directory) return out;
  for (; !error && entry != end; entry.increment(error))
    if (number_of(entry->path())) out.push_back(entry->path());
  if (error) return fail(Errc::io_error, "the folder kept-parcels");
  return out;
}

Result<std::vector<KeptParcel>> KeptParcels::list() const {
  DOKAZ_LET(paths, all());
  std::vector<KeptParcel> out;
  for (const Path& path : paths) {
    struct stat about {};
    if (path.extension() != parcel_suffix || ::stat(path.c_str(), &about) != 0) continue;  // removed meanwhile
    out.push_back({*number_of(path), static_cast<std::uint64_t>(about.st_size), about.st_mtim.tv_sec});
  }
  std::ranges::sort(out, {}, &KeptParcel::number);
  return out;
}

Result<std::uint64_t> KeptParcels::last_number() const {
  const auto text = read_file(folder_ / last_name, 32);
  if (!text && text.code() == Errc::not_found) return std::uint64_t{0};
  if (!text) return text.error();
  const auto number = from_decimal(text_of(*text));
  return number ? *number : std::uint64_t{0};
}

Path KeptParcels::parcel(std::uint64_t number) const { return file(number, parcel_suffix); }

Result<Bytes> KeptParcels::pass(std::uint64_t number) const { return read_file(file(number, ".pass"), largest_pass); }

Result<std::uint64_t> KeptParcels::keep(const Path& parcel, ByteView sealed_pass, ByteView answer) const {
  DOKAZ_TRY(make_inner_folder(folder_));
  DOKAZ_LET(paths, all());
  DOKAZ_LET(last, last_number());
  std::uint64_t number = last + 1;
  for (const Path& path : paths) number = std::max(number, *number_of(path) + 1);
  DOKAZ_TRY(write_file_durably(folder_ / last_name, bytes_of(std::to_string(number))));
  DOKAZ_TRY(write_file_durably(file(number, ".pass"), sealed_pass));
  DOKAZ_TRY(write_file_durably(file(number, ".answer"), answer));
  DOKAZ_TRY(rename_path(parcel, file(number, parcel_suffix)));
  DOKAZ_TRY(sync_folder(folder_));
  DOKAZ_TRY(sync_folder(parcel.parent_path()));
  return number;
}

Status KeptParcels::remove(std::uint64_t number) const {
  DOKAZ_TRY(remove_file_durably(file(number, parcel_suffix)));
  std::error_code ignored;
  for (const char* suffix : beside) fs::remove(file(number, suffix), ignored);
  return {};
}

Status KeptParcels::sweep() const {
  DOKAZ_LET(paths, all());
  std::error_code ignored;
  for (const Path& path : paths)
    if (!fs::exists(file(*number_of(path), parcel_suffix), ignored) && !ignored) fs::remove(path, ignored);
  return {};
}

}  // namespace dokaz::server
