// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/parcel/courier_files.hpp"

#include <algorithm>
#include <set>

#include "crypto/age/envelope.hpp"

namespace dokaz::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* suffixes[] = {".trying", ".answer", ".parcel", ".stays", ".earlier", ".pass"};  // the pass is the last to go
constexpr std::size_t largest_answer = std::size_t{64} << 20;  // an answer's text is at most half of this
constexpr std::uint64_t sync_every = std::uint64_t{64} << 20;  // so that the last piece does not wait for all

std::uint64_t size_of(const Path& path) {
  std::error_code none;
  const auto size = fs::file_size(path, none);
  return none ? 0 : size;
}

}  // namespace

Result<OpenedPass> open_sealed_pass(ByteView sealed, const age::Identity& parcels) {
  const auto plain = age::decrypt(sealed, parcels);
  const auto papers = plain ? read_pass_papers(*plain) : Result<PassPapers>(plain.error());
  const auto pass = papers ? check_pass(*papers) : Result<CourierPass>(papers.error());
  if (!pass) return Errc::refused;
  return OpenedPass{*pass, papers->admission, papers->rotations};
}

Result<CourierFiles> CourierFiles::open(const Path& folder, Custody& custody) {
  DOKAZ_TRY(make_inner_folder(folder));
  DOKAZ_TRY(remove_leftovers(folder));
  KeptParcels kept(folder.parent_path());
  DOKAZ_TRY(kept.sweep());
  return CourierFiles(folder, std::move(kept), custody);
}

Path CourierFiles::file(const PublicKey& courier, const char* suffix) const {
  return folder_ / (hex(sha256(courier.view())) + suffix);
}

Result<CourierPass> CourierFiles::open_pass(const Path& path) const {
  DOKAZ_LET(sealed, read_file(path, max_sealed_pass));
  DOKAZ_LET(opened, open_sealed_pass(sealed, custody_->parcel_key()));
  if (file(opened.pass.courier, ".pass") != path) return Errc::refused;
  return opened.pass;
}

Result<CourierFiles::Stock> CourierFiles::take_stock() const {
  std::error_code error;
  std::vector<Path> all;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error))
    all.push_back(entry->path());
  if (error) return Errc::io_error;

  struct Dated {
    fs::file_time_type written;
    Found found;
  };
  std::vector<Dated> dated;
  std::set<Path> known;
  for (const Path& path : all) {
    const auto pass = path.extension() == ".pass" ? open_pass(path) : Result<CourierPass>(Errc::not_found);
    if (!pass) continue;
    const PublicKey& courier = pass->courier;
    for (const char* suffix : suffixes) known.insert(file(courier, suffix));
    // Cut between the answer and this.
    const bool is_answered = size_of(file(courier, ".answer")) > 0;
    if (is_answered && !fs::exists(file(courier, ".stays"), error) && !error) remove_parcel(courier);
    const auto written = fs::last_write_time(file(courier, ".parcel"), error);
    dated.push_back({error ? fs::file_time_type::min() : written,
                     {*pass, size_of(file(courier, ".parcel")), size_of(file(courier, ".answer")),
                      size_of(file(courier, ".trying")),
                      fs::exists(file(courier, ".earlier"), error) ? SignedBy::earlier_key : SignedBy::present_key}});
  }
  Stock out;
  for (const Path& path : all) {
    if (known.contains(path)) continue;
    if (size_of(path) > 0) ++out.unreadable;
    else fs::remove(path, error);
  }
  std::stable_sort(dated.begin(), dated.end(), [](const Dated& a, const Dated& b) { return a.written < b.written; });
  for (const Dated& each : dated) out.found.push_back(each.found);
  return out;
}

Status CourierFiles::keep_pass(const PublicKey& courier, const Bytes& sealed, SignedBy by) {
  DOKAZ_TRY(custody_->may_bring(sealed.size()));
  if (by == SignedBy::earlier_key) DOKAZ_TRY(custody_->heed(write_file_durably(file(courier, ".earlier"), {})));
  return custody_->heed(write_file_durably(file(courier, ".pass"), sealed));
}

Status CourierFiles::append(const PublicKey& courier, std::uint64_t at, const Bytes& bytes, bool whole) {
  DOKAZ_TRY(custody_->may_bring(bytes.size()));
  const Path path = file(courier, ".parcel");
  auto parcel = File::open(path, File::Access::read_write);
  if (!parcel && parcel.code() == Errc::not_found && at == 0) parcel = File::open(path, File::Access::create_new);
  if (!parcel) return parcel.error();
  DOKAZ_LET(present, parcel->size());
  if (present != at) return Errc::out_of_turn;  // another connection has written on
  return custody_->heed(write(*parcel, at, bytes, whole));
}

/// Where a sync fails nobody knows what is on the disk; after the next start the parcel's hash will tell.
Status CourierFiles::write(File& parcel, std::uint64_t at, const Bytes& bytes, bool whole) const {
  const Status written = parcel.write_at(bytes, at);
  if (!written && !parcel.truncate(at)) return fail(Errc::io_error, "a parcel could not be cut back");
  DOKAZ_TRY(written);
  const std::uint64_t end = at + bytes.size();
  if (whole || end / sync_every != at / sync_every) DOKAZ_TRY(parcel.sync());
  return whole ? sync_folder(folder_) : Status();
}

Result<File> CourierFiles::parcel(const PublicKey& courier) const {
  return File::open(file(courier, ".parcel"), File::Access::read);
}

Status CourierFiles::begin_try(const PublicKey& courier) const {
  const Path path = file(courier, ".trying");
  auto mark = File::open(path, File::Access::read_write);
  if (!mark && mark.code() == Errc::not_found) mark = File::open(path, File::Access::create_new);
  if (!mark) return mark.error();
  return mark->append(Bytes{1});
}

void CourierFiles::end_tries(const PublicKey& courier) const {
  std::error_code ignored;
  fs::remove(file(courier, ".trying"), ignored);
}

Result<std::uint64_t> CourierFiles::keep_aside(const PublicKey& courier) const {
  DOKAZ_LET(sealed, read_file(file(courier, ".pass"), max_sealed_pass));
  DOKAZ_LET(answer, read_file(file(courier, ".answer"), largest_answer));
  DOKAZ_TRY(custody_->may_bring(sealed.size() + answer.size()));
  auto number = kept_.keep(file(courier, ".parcel"), sealed, answer);
  if (!number) return custody_->heed(number.error()).error();
  return number;
}

Status CourierFiles::keep_answer(const PublicKey& courier, const Bytes& answer, bool parcel_stays) {
  DOKAZ_TRY(custody_->may_bring(answer.size()));
  if (parcel_stays) DOKAZ_TRY(custody_->heed(write_file_durably(file(courier, ".stays"), {})));
  DOKAZ_TRY(custody_->heed(write_file_durably(file(courier, ".answer"), answer)));
  if (!parcel_stays) remove_parcel(courier);
  return {};
}

Result<Bytes> CourierFiles::answer_part(const PublicKey& courier, std::uint64_t offset) const {
  DOKAZ_LET(answer, File::open(file(courier, ".answer"), File::Access::read));
  Bytes out(max_chunk);
  DOKAZ_LET(got, answer.read_at(out, offset));
  out.resize(got);
  return out;
}

void CourierFiles::remove_parcel(const PublicKey& courier) const {
  std::error_code ignored;
  fs::remove(file(courier, ".parcel"), ignored);
}

void CourierFiles::remove(const PublicKey& courier) const {
  std::error_code ignored;
  for (const char* suffix : suffixes) fs::remove(file(courier, suffix), ignored);
}

}  // namespace dokaz::server
